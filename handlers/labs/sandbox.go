package labs

import (
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"twodoors/handlers/trace"
)

// sandbox is two sites for one browser: the app behind what makes it unsafe for a trial, and another site. The
// browser is led from trial to trial by the pages themselves.
type sandbox struct {
	node       http.Handler
	how        Browsing
	app, other string                 // the two origins
	token      string                 // an access token that the other site was given
	grown      func(bytes int) string // an access token that is padded to about so many bytes
	over       chan struct{}
	trials     []*trying

	mu    sync.Mutex
	now   int // the trial under way
	ended bool
	set   map[setKey]*http.Cookie // what the app has set in the browser
}

// setKey tells cookies apart as a browser does that gets them from one host (RFC 6265, section 5.3).
type setKey struct{ name, path, domain string }

// trying is a trial with what was seen of it.
type trying struct {
	Trial
	statement string
	at        int // its place in the sequence
	seen      Seen
	step      Step
	loot      string
	asked     int               // documents asked for
	creds     map[string]string // the credentials that the app gave out, by cookie name
}

// sandboxPath is where the sandbox's own pages are, on either site.
const sandboxPath = "/two-origins/"

func newSandbox(node http.Handler, how Browsing, statements []Statement, app, other, token string, grown func(int) string) *sandbox {
	s := &sandbox{node: node, how: how, app: app, other: other, token: token, grown: grown, over: make(chan struct{}), set: map[setKey]*http.Cookie{}}
	for _, c := range statements {
		for _, t := range c.Trials {
			s.trials = append(s.trials, &trying{Trial: t, statement: c.ID, at: len(s.trials)})
		}
	}
	return s
}

// address is where a trial begins; behind the last one, where everything ends.
func (s *sandbox) address(n int) string {
	if n >= len(s.trials) {
		return s.app + sandboxPath + "end"
	}
	return s.app + sandboxPath + strconv.Itoa(n)
}

// told is what was seen in the trials of a statement, with its story and what was stolen.
func (s *sandbox) told(c Statement) (seen map[string]*Seen, steps []Step, loot map[string]string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	seen, loot = map[string]*Seen{}, map[string]string{}
	for _, t := range s.trials {
		if t.statement == c.ID {
			of := t.seen
			seen[t.ID], loot[t.ID] = &of, t.loot
			t.step.Says = t.Says
			steps = append(steps, t.step)
		}
	}
	return seen, steps, loot
}

// current is the trial under way.
func (s *sandbox) current() *trying {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.trials[s.now]
}

// atSiblings reports whether a trial plays at the subdomains.
func (t *trying) atSiblings() bool { return t.Does == SiblingAsked || t.Does == SiblingSets }

// target is the address that a trial is about.
func (t *trying) target() string {
	switch {
	case t.Does == FormPosted:
		return "/" + string(t.Mode) + "/member/notes"
	case t.Does == ScriptInjected:
		return "/api/" + string(t.Mode) + "/notes"
	case t.Does == LinkFollowed:
		return "/" + string(t.Mode) + "/member"
	case t.Does == FilesElsewhere:
		return "/" + string(t.Mode) + "/member"
	case t.Mode == "":
		return "/.well-known/jwks.json"
	}
	return "/api/" + string(t.Mode) + "/me"
}

// maxBodyHere bounds what either site reads of a request.
const maxBodyHere = 64 << 10

// serveApp is the app's site.
func (s *sandbox) serveApp(w http.ResponseWriter, r *http.Request) {
	if "http://"+r.Host != s.app && !s.sibling(r) {
		http.Error(w, "not this site", http.StatusMisdirectedRequest)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBodyHere)
	if path, own := strings.CutPrefix(r.URL.Path, sandboxPath); own {
		s.ownOfApp(w, r, path)
		return
	}
	t := s.current()
	if t.Keeps == InBasic && !s.basic(w, r) {
		s.page(w, t.Says, onScript, s.facts(t)) // where the browser has nothing to send, it goes on
		return
	}
	preflight := r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != ""
	if preflight && t.Allowed {
		s.count(t, r)
		s.allow(w.Header())
		w.WriteHeader(http.StatusNoContent)
		return
	}
	s.count(t, r)
	out := s.ask(t, r)
	s.change(t, out.sent)
	body := s.rewritten(t, r, out)
	header := w.Header()
	for name, values := range out.sent {
		header[name] = values
	}
	header.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(out.status)
	w.Write(body)
}

// siblingDomain is the domain of the subdomains. A browser takes no cookie for "localhost" itself, which it holds for a
// public suffix: a.localhost and b.localhost are different sites to it, and there must be a name between.
const siblingDomain = "doors.localhost"

// siblingOrigin is the origin of a subdomain.
func (s *sandbox) siblingOrigin(name string) string {
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(s.app, "http://"))
	return "http://" + net.JoinHostPort(name+"."+siblingDomain, port)
}

// sibling reports whether a request is for a subdomain.
func (s *sandbox) sibling(r *http.Request) bool {
	return "http://"+r.Host == s.siblingOrigin("a") || "http://"+r.Host == s.siblingOrigin("b")
}

// basic is a proxy that signs people in by HTTP Basic (RFC 7617). It answers a request without it by a challenge.
func (s *sandbox) basic(w http.ResponseWriter, r *http.Request) bool {
	name, given, _ := r.BasicAuth()
	if name == OwnerName && given == password {
		return true
	}
	w.Header().Set("WWW-Authenticate", `Basic realm="two-origins"`)
	w.WriteHeader(http.StatusUnauthorized)
	return false
}

// count notes what a request for the trial's address brought along.
func (s *sandbox) count(t *trying, r *http.Request) {
	if r.URL.Path != t.target() {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.Method == http.MethodOptions {
		t.seen.Preflights++
		return
	}
	if t.seen.Arrived++; t.seen.Arrived == 1 {
		t.seen.Came = t.carried(r)
	}
	t.seen.Same = 0
	for _, c := range r.Cookies() {
		if _, same := t.creds[c.Name]; same {
			t.seen.Same++
		}
	}
}

// carried reports whether a request carries the trial's credential.
func (t *trying) carried(r *http.Request) bool {
	if r.Header.Get("Authorization") != "" {
		return true
	}
	for name, value := range t.creds {
		if c, err := r.Cookie(name); err == nil && c.Value == value {
			return true
		}
	}
	return false
}

// ask has the node answer, and keeps the exchange.
func (s *sandbox) ask(t *trying, r *http.Request) *writer {
	raw, err := httputil.DumpRequest(r, true)
	if err != nil {
		raw = nil
	}
	var record *trace.Record
	in := r.Clone(trace.Watched(r.Context(), &record))
	in.Host = strings.TrimPrefix(s.app, "http://") // a subdomain is the same app
	if t.Keeps == InBasic {
		in.Header.Set("Authorization", "Bearer "+s.token)
	}
	if cookies := in.Header.Get("Cookie"); t.HostPrefix && cookies != "" { // the app itself knows no such name over http
		in.Header.Set("Cookie", strings.ReplaceAll(cookies, hostPrefix, ""))
	}
	if t.Unchecked {
		for _, name := range []string{"Origin", "Referer", "Sec-Fetch-Site", "Sec-Fetch-Mode", "Sec-Fetch-Dest", "Sec-Fetch-User"} {
			in.Header.Del(name)
		}
	}
	out := newWriter()
	began := time.Now()
	s.node.ServeHTTP(out, in)
	x := Exchange{
		Actor: Owner, Environment: 1, Node: 1, At: dawn(), Method: r.Method, Target: r.URL.RequestURI(), Request: raw,
		Took: time.Since(began), Response: out.bytes(r), Status: out.status,
	}
	if r.Header.Get("Sec-Fetch-Site") == "cross-site" {
		x.Actor = OtherSite
	}
	if record != nil {
		x.Steps, x.Lookups, x.Counts, x.Refusal = record.Steps(), record.Lookups.Statements(), record.Lookups.Counts(), record.Refusal()
	}
	x.cut(keptBody)
	if !strings.HasPrefix(r.URL.Path, "/static/") {
		s.mu.Lock()
		t.step.add(x)
		s.mu.Unlock()
	}
	return out
}

// change makes the answer's headers what the trial wants.
func (s *sandbox) change(t *trying, h http.Header) {
	if t.Allowed {
		s.allow(h)
	}
	switch {
	case t.Does == ScriptInjected && !t.Policy:
		h.Del("Content-Security-Policy")
	case t.Does == FilesElsewhere:
		h.Set("Content-Security-Policy", "default-src 'self' "+s.other+"; object-src 'none'; base-uri 'none'")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	lines := h["Set-Cookie"]
	delete(h, "Set-Cookie")
	for _, line := range lines {
		c, err := http.ParseSetCookie(line)
		if err != nil {
			continue
		}
		switch t.SameSite {
		case CrossSite:
			c.SameSite, c.Secure = http.SameSiteNoneMode, true
		case StrictlySame:
			c.SameSite = http.SameSiteStrictMode
		case Unsaid:
			c.SameSite = http.SameSiteDefaultMode
		}
		if t.Domain {
			c.Domain = siblingDomain
		}
		credential := t.Mode != "" && strings.HasPrefix(c.Name, cookieOf(t.Mode)) // a port may stand behind the name
		if credential && t.HostPrefix {
			c.Name, c.Path, c.Secure = hostPrefix+c.Name, "/", true
		}
		s.set[setKey{c.Name, c.Path, c.Domain}] = c
		if credential && c.Value != "" {
			t.creds = map[string]string{c.Name: c.Value}
		}
		h.Add("Set-Cookie", c.String())
	}
}

// hostPrefix begins the names of cookies that a browser takes only without Domain (RFC 6265bis, section 4.1.3.2).
const hostPrefix = "__Host-"

// toss sets a cookie of the credential's name for every subdomain, as a server at any of them can.
func (s *sandbox) toss(t *trying, h http.Header) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name := range t.creds {
		c := &http.Cookie{Name: name, Value: "tossed", Path: "/", Domain: siblingDomain, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: t.HostPrefix}
		s.set[setKey{c.Name, c.Path, c.Domain}] = c
		h.Add("Set-Cookie", c.String())
	}
}

// allow is CORS, allowing exactly the other site.
func (s *sandbox) allow(h http.Header) {
	h.Set("Access-Control-Allow-Origin", s.other)
	h.Set("Access-Control-Allow-Credentials", "true")
	h.Set("Access-Control-Allow-Headers", "authorization")
	h.Set("Access-Control-Max-Age", "0") // each is asked for anew, and counted
	h.Add("Vary", "Origin")
}

// clear has the browser forget what the app has set, so that each trial begins with nothing.
func (s *sandbox) clear(h http.Header) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for key, c := range s.set {
		gone := *c
		gone.Value, gone.MaxAge, gone.Expires = "", -1, time.Time{}
		h.Add("Set-Cookie", gone.String())
		delete(s.set, key)
	}
}

// begin begins a trial, once more where it was begun before.
func (s *sandbox) begin(n int) *trying {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.trials[n]
	s.now = n
	t.seen, t.step, t.loot, t.asked, t.creds = Seen{}, Step{}, "", 0, nil
	return t
}

// end ends the sequence.
func (s *sandbox) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.ended {
		s.ended = true
		close(s.over)
	}
}

// trialOf finds the trial that an address of the sandbox names.
func (s *sandbox) trialOf(path string) (n int, rest string, found bool) {
	number, rest, _ := strings.Cut(path, "/")
	n, err := strconv.Atoi(number)
	return n, rest, err == nil && n >= 0 && n < len(s.trials)
}

// fields is what the user fills into the app's sign-in form.
func (t *trying) fields() url.Values {
	carrier := "cookie"
	if t.Keeps == InMemory {
		carrier = "header"
	}
	return url.Values{"username": {OwnerName}, "password": {password}, "carrier": {carrier}}
}
