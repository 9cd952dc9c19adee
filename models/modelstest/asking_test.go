package modelstest_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// asks are the functions that skip the test where a server is not installed.
var asks = []string{"Postgres", "Redis", "Missing", "OnPostgres"}

// TestWhoAsksIsSkipped: whatever asks for a server hands over its own t. With that of a test around it, a subtest would
// skip its parent, which ends the whole package; and only where the server is not installed, so that a machine that has
// everything never shows it.
func TestWhoAsksIsSkipped(t *testing.T) {
	found := 0
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				foreign(f.Type, f.Body, func(call *ast.CallExpr, own bool) {
					found++
					if !own {
						t.Errorf("%s: asks for a server with the t of another function", files.Position(call.Pos()))
					}
				})
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if found < 10 {
		t.Errorf("only %d calls were found: has the name of one changed?", found)
	}
}

// foreign tells of every call that asks, and whether what it hands over is a parameter of the function it stands in.
func foreign(of *ast.FuncType, body ast.Node, tell func(call *ast.CallExpr, own bool)) {
	var own []string
	for _, p := range of.Params.List {
		for _, name := range p.Names {
			own = append(own, name.Name)
		}
	}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			foreign(n.Type, n.Body, tell)
			return false
		case *ast.CallExpr:
			var name string
			switch f := n.Fun.(type) {
			case *ast.Ident:
				name = f.Name
			case *ast.SelectorExpr:
				name = f.Sel.Name
			}
			if len(n.Args) > 0 && slices.Contains(asks, name) {
				given := n.Args[0]
				if of, ok := given.(*ast.SelectorExpr); ok { // n.t, of a node that was handed over
					given = of.X
				}
				who, ok := given.(*ast.Ident)
				tell(n, ok && slices.Contains(own, who.Name))
			}
		}
		return true
	})
}
