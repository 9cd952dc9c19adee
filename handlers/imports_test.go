package handlers_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// layer is what a package of the app may import: of the app itself exactly these, of other modules none of
// the forbidden ones, not even by way of something else, and where modules are named, those alone.
type layer struct {
	own       []string
	forbidden []string
	modules   []string // where not nil, what else it may import beside the standard library
}

const (
	echo  = "github.com/labstack/echo"
	templ = "github.com/a-h/templ"
	gorm  = "gorm.io/"
	redis = "github.com/redis/"
)

// layers are the packages of the app, in the order in which imports run: cmd → handlers → … → models. A new
// package has to be put in its place here.
var layers = map[string]layer{
	"cmd/twodoors":          {own: []string{"handlers", "handlers/auth", "handlers/bench", "handlers/labs", "handlers/metrics", "models", "models/memorystore", "models/redisstore", "models/sqltrace"}},
	"handlers":              {own: []string{"handlers/auth", "handlers/bench", "handlers/labs", "handlers/metrics", "handlers/trace", "models", "models/sqltrace", "static", "views"}},
	"handlers/auth":         {own: []string{"handlers/trace", "models", "models/sqltrace"}, forbidden: []string{echo, templ}},
	"handlers/bench":        {forbidden: []string{echo, templ, gorm, "database/sql", "net/http"}},
	"handlers/labs":         {own: []string{"handlers/auth", "handlers/bench", "handlers/labs/reports", "handlers/trace", "models", "models/sqltrace"}, forbidden: []string{echo, templ}},
	"handlers/labs/reports": {modules: []string{"github.com/go-jose/go-jose/v4"}, forbidden: []string{"database/sql"}}, // a service that knows no part of the app
	"handlers/metrics":      {own: []string{"models/sqltrace"}, forbidden: []string{echo, templ, gorm}},
	"handlers/trace":        {own: []string{"models/sqltrace"}, forbidden: []string{echo, templ, gorm}},
	"handlers/handlerstest": {own: []string{"handlers", "handlers/auth", "handlers/labs", "handlers/metrics", "handlers/trace", "models", "models/memorystore", "models/modelstest", "models/redisstore", "models/sqltrace"}},
	"handlers/browsertest":  {own: []string{"models/modelstest"}, forbidden: []string{echo, templ, gorm}},
	"handlers/e2e/browser":  {}, // tests alone
	"handlers/e2e/contract": {},
	"handlers/e2e/labs":     {},
	"handlers/e2e/security": {},
	"views":                 {forbidden: []string{echo, gorm, "database/sql", "github.com/golang-jwt", "github.com/gorilla"}},
	"static":                {forbidden: []string{echo, templ, gorm, "database/sql"}},
	"models":                {own: []string{"models/sqltrace"}, forbidden: []string{echo, templ, "net/http", "github.com/golang-jwt", "github.com/gorilla"}},
	"models/sqltrace":       {forbidden: []string{echo, templ, gorm, "net/http"}},
	"models/memorystore":    {own: []string{"models"}, forbidden: []string{echo, templ}},
	"models/redisstore":     {own: []string{"models", "models/sqltrace"}, forbidden: []string{echo, templ}},
	"models/modelstest":     {forbidden: []string{echo, templ}},
}

type listed struct {
	ImportPath string
	Imports    []string
	Deps       []string
	GoFiles    []string
}

// TestLayers keeps the imports running one way.
func TestLayers(t *testing.T) {
	const module = "twodoors/"
	found := map[string]bool{}
	for _, p := range listPackages(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		found[name] = true
		rule, ok := layers[name]
		if !ok {
			t.Errorf("%s has no place in the layers yet", name)
			continue
		}
		for _, path := range p.Imports {
			if own, ours := strings.CutPrefix(path, module); ours && !slices.Contains(rule.own, own) {
				t.Errorf("%s imports %s", name, own)
			}
			if module, _, _ := strings.Cut(path, "/"); rule.modules != nil && strings.Contains(module, ".") && !slices.ContainsFunc(rule.modules, func(m string) bool { return path == m || strings.HasPrefix(path, m+"/") }) {
				t.Errorf("%s imports %s", name, path)
			}
			if strings.HasPrefix(path, redis) && name != "models/redisstore" && name != "models/modelstest" {
				t.Errorf("%s imports %s: Redis is known in models/redisstore alone", name, path)
			}
			if name == "views" && path == "net/http" {
				t.Error("views import net/http: they get plain values and never see a request")
			}
		}
		for _, path := range p.Deps {
			for _, no := range rule.forbidden {
				if strings.HasPrefix(path, no) {
					t.Errorf("%s reaches %s", name, path)
				}
			}
			if strings.HasPrefix(path, echo) && name != "handlers" && name != "handlers/handlerstest" && name != "cmd/twodoors" {
				t.Errorf("%s reaches the web framework: it lives in handlers alone", name)
			}
		}
	}
	for name := range layers {
		if !found[name] {
			t.Errorf("there is no package %s any more", name)
		}
	}
}

// listPackages asks the go command about every package of the app, tests left out.
func listPackages(t *testing.T) []listed {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports,Deps,GoFiles", "twodoors/...")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.String())
	}
	var all []listed
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if len(p.GoFiles) > 0 {
			all = append(all, p)
		}
	}
	return all
}
