package labs

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// ownOfApp answers for the sandbox's own pages at the app's site.
func (s *sandbox) ownOfApp(w http.ResponseWriter, r *http.Request, path string) {
	if path == "end" {
		s.clear(w.Header())
		gone := probe()
		gone.MaxAge = -1
		http.SetCookie(w, gone)
		s.end()
		if s.how.Back != "" {
			http.Redirect(w, r, s.how.Back, http.StatusSeeOther)
			return
		}
		s.page(w, Say("Done. This tab can be closed.", "끝났어요. 이 탭을 닫아도 돼요."), "", nil)
		return
	}
	n, rest, found := s.trialOf(path)
	if !found {
		http.NotFound(w, r)
		return
	}
	switch rest {
	case "": // a trial begins: nobody is signed in, then the user is
		s.clear(w.Header())
		t := s.begin(n)
		http.SetCookie(w, probe())
		goOn := s.other + sandboxPath + strconv.Itoa(n)
		switch {
		case t.Does == ScriptInjected && t.Keeps == InStorage:
			goOn = s.app + "/"
		case t.Does == ScriptInjected || t.Does == FilesElsewhere:
			goOn = s.app + "/" + string(t.Mode) + "/member"
		case t.atSiblings():
			goOn = s.siblingOrigin("a") + sandboxPath + strconv.Itoa(n) + "/sibling"
		case t.Does == SizesGrown:
			goOn = s.app + sandboxPath + strconv.Itoa(n) + "/sizes"
		}
		reach := ""
		if t.atSiblings() {
			reach = s.siblingOrigin("a") + sandboxPath + strconv.Itoa(n) + "/reach"
		}
		signsIn := t.Mode != "" && t.Keeps != InBasic && !t.atSiblings() && t.Does != SizesGrown && !(t.Does == Asked && t.Keeps == InMemory)
		s.page(w, t.Says, beginScript, map[string]any{
			"next": goOn, "mode": t.Mode, "keeps": t.Keeps, "form": t.fields().Encode(), "signsIn": signsIn,
			"reach": reach, "missed": sandboxPath + strconv.Itoa(n) + "/missed", "after": s.address(n + 1), "basic": sandboxPath + strconv.Itoa(n) + "/basic",
			"json": map[string]string{"username": OwnerName, "password": password},
		})
	case "go-on.js":
		w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		io.WriteString(w, script(goOnScript, s.facts(s.current())))
	case "probe":
		_, err := r.Cookie(probeCookie)
		s.mu.Lock()
		s.trials[n].seen.ThirdParty = err == nil
		s.mu.Unlock()
		w.WriteHeader(http.StatusNoContent)
	case "report":
		if s.sibling(r) {
			s.clear(w.Header())
		}
		s.report(w, r, n)
	case "reach":
		w.WriteHeader(http.StatusNoContent)
	case "missed":
		s.mu.Lock()
		s.trials[n].seen.Unreached = true
		s.mu.Unlock()
		w.WriteHeader(http.StatusNoContent)
	case "basic":
		if s.basic(w, r) {
			w.WriteHeader(http.StatusNoContent)
		}
	case "sibling":
		facts := s.facts(s.trials[n])
		facts["first"], facts["form"], facts["mode"] = "http://"+r.Host == s.siblingOrigin("a"), s.trials[n].fields().Encode(), s.trials[n].Mode
		facts["home"], facts["other"] = s.siblingOrigin("a")+sandboxPath+strconv.Itoa(n), s.siblingOrigin("b")+sandboxPath+strconv.Itoa(n)
		s.page(w, s.trials[n].Says, siblingScript, facts)
	case "toss":
		s.toss(s.trials[n], w.Header())
		w.WriteHeader(http.StatusNoContent)
	case "sizes":
		facts := s.facts(s.trials[n])
		facts["base"] = sandboxPath + strconv.Itoa(n)
		s.page(w, s.trials[n].Says, sizesScript, facts)
	case "cookie", "cookie-kept", "token":
		s.size(w, r, rest)
	default:
		http.NotFound(w, r)
	}
}

// sizeCookie is a cookie that grows.
const sizeCookie = "two-origins-size"

// size sets a cookie of so many bytes, name and value, tells how many bytes of it came back, or gives a token out.
func (s *sandbox) size(w http.ResponseWriter, r *http.Request, what string) {
	bytes, _ := strconv.Atoi(r.URL.Query().Get("bytes"))
	bytes = min(max(bytes, len(sizeCookie)), 32<<10)
	w.Header().Set("Cache-Control", "no-store")
	switch what {
	case "cookie":
		http.SetCookie(w, &http.Cookie{Name: sizeCookie, Value: strings.Repeat("x", bytes-len(sizeCookie)), Path: sandboxPath})
	case "cookie-kept":
		kept := 0
		if c, err := r.Cookie(sizeCookie); err == nil {
			kept = len(c.Name) + len(c.Value)
		}
		http.SetCookie(w, &http.Cookie{Name: sizeCookie, Path: sandboxPath, MaxAge: -1})
		io.WriteString(w, strconv.Itoa(kept))
	case "token":
		io.WriteString(w, s.grown(bytes))
	}
}

const probeCookie = "two-origins-probe"

// probe is a cookie that may go anywhere: whether the browser lets it is the browser's own affair, whatever the app
// and its cookies are like.
func probe() *http.Cookie {
	return &http.Cookie{Name: probeCookie, Value: "1", Path: strings.TrimSuffix(sandboxPath, "/"), HttpOnly: true, SameSite: http.SameSiteNoneMode, Secure: true}
}

// serveOther is the other site: it has no part in the app.
func (s *sandbox) serveOther(w http.ResponseWriter, r *http.Request) {
	if "http://"+r.Host != s.other {
		http.Error(w, "not this site", http.StatusMisdirectedRequest)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBodyHere)
	if strings.HasPrefix(r.URL.Path, "/static/") {
		s.file(w, r)
		return
	}
	path, own := strings.CutPrefix(r.URL.Path, sandboxPath)
	n, rest, found := s.trialOf(path)
	if !own || !found {
		http.NotFound(w, r)
		return
	}
	t := s.trials[n]
	switch rest {
	case "":
		facts := s.facts(t)
		if t.Does == Asked {
			if t.Keeps == InMemory {
				facts["token"] = s.token
			}
			s.page(w, t.Says, askScript, facts)
		} else if t.Does == LinkFollowed {
			s.page(w, t.Says, linkScript, facts)
		} else {
			s.page(w, t.Says, formScript, facts)
		}
	case "hear":
		s.hear(t, r)
		w.WriteHeader(http.StatusNoContent)
	case "report":
		w.Header().Set("Access-Control-Allow-Origin", s.app)
		s.report(w, r, n)
	default:
		http.NotFound(w, r)
	}
}

// hear notes whether a request to the other site brought the app's credential.
func (s *sandbox) hear(t *trying, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.carried(r) {
		t.seen.Heard = true
	}
}

// file gives out a static file of the app, as a content delivery network would that was given a copy.
func (s *sandbox) file(w http.ResponseWriter, r *http.Request) {
	t := s.current()
	s.hear(t, r)
	in := r.Clone(r.Context())
	in.Host = strings.TrimPrefix(s.app, "http://")
	in.Header = http.Header{}
	out := newWriter()
	s.node.ServeHTTP(out, in)
	out.WriteHeader(http.StatusOK)
	if out.status == http.StatusOK {
		s.mu.Lock()
		t.seen.Files++
		s.mu.Unlock()
	}
	w.Header().Set("Content-Type", out.sent.Get("Content-Type"))
	w.Header().Set("Access-Control-Allow-Origin", "*") // modules are asked for by CORS, and carry no credential
	w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(out.status)
	w.Write(out.body.Bytes())
}

// report takes what a script in the browser saw, or stole.
func (s *sandbox) report(w http.ResponseWriter, r *http.Request, n int) {
	var told struct {
		Read                     int64
		Shown                    bool
		Ran                      bool
		Cookies                  string
		Token                    string
		Cookie, Accepted, Header int64
		Own                      int64
	}
	if r.Method != http.MethodPost || json.NewDecoder(r.Body).Decode(&told) != nil {
		http.Error(w, "not a report", http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.trials[n]
	t.seen.Read, t.seen.Shown, t.seen.Ran, t.seen.Own = told.Read, told.Shown, told.Ran, told.Own
	t.seen.Cookie, t.seen.Token, t.seen.Header = told.Cookie, told.Accepted, told.Header
	t.loot = told.Token
	for name, value := range t.creds {
		if strings.Contains(told.Cookies, name+"="+value) {
			t.loot = value
		}
	}
	t.seen.Taken = t.loot != ""
	w.WriteHeader(http.StatusNoContent)
}

// facts is what the scripts of a trial need to know.
func (s *sandbox) facts(t *trying) map[string]any {
	target := s.app + t.target()
	return map[string]any{
		"does": t.Does, "keeps": t.Keeps, "target": target, "note": noteOf(t.statement, t.ID), "next": s.address(t.at + 1),
		"credentials": t.Keeps == InCookie, "report": s.other + sandboxPath + strconv.Itoa(t.at) + "/report",
		"here": sandboxPath + strconv.Itoa(t.at) + "/report", "hear": sandboxPath + strconv.Itoa(t.at) + "/hear",
		"probe": s.app + sandboxPath + strconv.Itoa(t.at) + "/probe",
	}
}

// rewritten is the body of the app's answer as the trial has it.
func (s *sandbox) rewritten(t *trying, r *http.Request, out *writer) []byte {
	body := out.body.Bytes()
	if !strings.HasPrefix(out.sent.Get("Content-Type"), "text/html") && t.Does != FormPosted && t.Does != LinkFollowed || !strings.Contains(r.Header.Get("Accept"), "text/html") {
		return body
	}
	goOn := fmt.Sprintf(`<script src="%s%d/go-on.js" defer></script>`, sandboxPath, t.at)
	switch t.Does {
	case FormPosted, LinkFollowed:
		return s.answered(t, out)
	case ScriptInjected:
		return bytes.Replace(body, []byte("<head>"), []byte("<head><script>"+script(injectedScript, s.facts(t))+"</script>"+goOn), 1)
	case FilesElsewhere:
		body = bytes.ReplaceAll(body, []byte(`"/static/`), []byte(`"`+s.other+`/static/`))
		return bytes.Replace(body, []byte("<head>"), []byte("<head>"+goOn), 1)
	}
	return body
}

// mostHops is how many redirects are followed after a form: a browser gives up a little later, and with an error.
const mostHops = 8

// answered lets the browser follow what the app answered to a form, and leads it on where that ends.
func (s *sandbox) answered(t *trying, out *writer) []byte {
	s.mu.Lock()
	t.asked++
	hops := t.asked
	s.mu.Unlock()
	if out.status >= 300 && out.status < 400 && hops < mostHops {
		return out.body.Bytes()
	}
	out.status = http.StatusOK
	next := newWriter()
	s.page(next, t.Says, onScript, s.facts(t))
	cookies := out.sent["Set-Cookie"]
	out.sent = next.sent
	out.sent["Set-Cookie"] = cookies
	return next.body.Bytes()
}

// page is one of the sandbox's own, with one script.
func (s *sandbox) page(w http.ResponseWriter, says Words, source string, facts map[string]any) {
	nonce := rand.Text()
	lang := "en"
	if s.how.Language == "ko" {
		lang = "ko"
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'nonce-"+nonce+"'; connect-src 'self' "+s.app+" "+s.siblingOrigin("a")+"; form-action "+s.app+"; base-uri 'none'; frame-ancestors 'none'")
	tag := ""
	if source != "" {
		tag = `<script nonce="` + nonce + `">` + script(source, facts) + `</script>`
	}
	fmt.Fprintf(w, `<!doctype html><html lang="%s"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><title>Two Doors</title></head><body><p>%s</p>%s</body></html>`,
		lang, html.EscapeString(says.In(lang)), tag)
}

// script is a source that knows its facts. Go's JSON escapes what could end a script element.
func script(source string, facts map[string]any) string {
	text, err := json.Marshal(facts)
	must(err)
	return "(async (t) => {" + source + "})(" + string(text) + ")"
}
