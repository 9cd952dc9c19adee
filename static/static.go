package static

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

//go:embed *.css *.js *.svg
var embedded embed.FS

// prefix is the part of every address before the fingerprint.
const prefix = "/static/"

// Files serves the embedded files. One fingerprint over all of them is a folder in their addresses: modules
// import each other by relative name, so a change of any of them has to change the address of all.
type Files struct {
	root  string // "/static/<fingerprint>/"
	files map[string]file
	urls  map[string]string // of the files, put together once
}

// file is one embedded file as it goes out.
type file struct {
	body   string
	kind   string
	length string
}

// Shared is the embedded files with their fingerprint, which all nodes of a process share.
func Shared() (*Files, error) { return shared() }

var shared = sync.OnceValues(func() (*Files, error) { return load(embedded) })

// load takes every file of the top folder; an unknown kind of file is an error.
func load(from fs.FS) (*Files, error) {
	entries, err := fs.ReadDir(from, ".") // sorted by name, so the fingerprint is stable
	if err != nil {
		return nil, fmt.Errorf("static files: %w", err)
	}
	sum := sha256.New()
	f := &Files{files: make(map[string]file, len(entries))}
	for _, e := range entries {
		body, err := fs.ReadFile(from, e.Name())
		if err != nil {
			return nil, fmt.Errorf("static file %s: %w", e.Name(), err)
		}
		kind, ok := contentType(e.Name())
		if !ok {
			return nil, fmt.Errorf("static file %s: no content type for this ending", e.Name())
		}
		// Name and length go in as well, so that moving bytes from one file to the next changes the sum.
		fmt.Fprintf(sum, "%s %d\n", e.Name(), len(body))
		sum.Write(body)
		f.files[e.Name()] = file{body: string(body), kind: kind, length: strconv.Itoa(len(body))}
	}
	f.root = prefix + hex.EncodeToString(sum.Sum(nil))[:12] + "/"
	f.urls = make(map[string]string, len(f.files))
	for name := range f.files {
		f.urls[name] = f.root + name
	}
	return f, nil
}

// URL is the fingerprinted address of a file, e.g. URL("app.css") is "/static/3f9ac01b77de/app.css".
func (f *Files) URL(name string) string {
	if url, ok := f.urls[name]; ok {
		return url
	}
	return f.root + name
}

// ServeHTTP answers GET and HEAD under /static/. What is found may be kept for a year without asking again;
// another fingerprint or an unknown name is not found, and that is not to be kept.
func (f *Files) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
		return
	}
	name, ok := strings.CutPrefix(r.URL.Path, f.root)
	served, found := f.files[name]
	if !ok || !found {
		h.Set("Cache-Control", "no-store")
		http.Error(w, http.StatusText(http.StatusNotFound), http.StatusNotFound)
		return
	}
	h.Set("Content-Type", served.kind)
	h.Set("Content-Length", served.length)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	if r.Method == http.MethodGet {
		_, _ = w.Write([]byte(served.body)) // the client went away: nobody is left to tell
	}
}

// contentType goes by our own short table: the system's differs between machines (Windows' registry may say
// that .js is text/plain, which a browser refuses for a module).
func contentType(name string) (string, bool) {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8", true
	case ".js":
		return "text/javascript; charset=utf-8", true
	case ".svg":
		return "image/svg+xml", true
	}
	return "", false
}
