package handlers

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"twodoors/handlers/auth"
	"twodoors/handlers/labs"
	"twodoors/models/sqltrace"
	"twodoors/views"
)

// measureAgain is how long to wait after a measurement that failed.
const measureAgain = 5 * time.Second

// measure finds the figures of the front page by real requests through each door of a second node: the same
// code, settings and database, but keys and a clock of its own, so that its clock can be moved and its
// tokens are worth nothing here. Its users are a demo team that is deleted at the end.
func (n *Node) measure(ctx context.Context) {
	for {
		facts, err := n.measureDoors(ctx)
		if err == nil {
			n.facts.Store(&measured{facts, n.Now()})
			return
		}
		if ctx.Err() == nil {
			n.Log.Warn("measuring the front page's figures failed", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(measureAgain):
		}
	}
}

func (n *Node) measureDoors(ctx context.Context) ([]views.DoorFacts, error) {
	keys, err := auth.NewKeyRing(n.Keys.Signing().Alg, n.Now())
	if err != nil {
		return nil, err
	}
	clock := &movedClock{base: n.Now().Truncate(time.Second)}
	cfg := n.cfg
	cfg.Demo = true
	probe, err := New(cfg, Deps{DB: n.DB, Sessions: n.Sessions, Keys: keys, Now: clock.now, Log: slog.New(slog.DiscardHandler), Hasher: n.Hasher})
	if err != nil {
		return nil, err
	}
	background := sqltrace.Background(ctx)
	// A visitor of the demo gets an account that ends, and so does this one: the figures are those of the visitor's own pages.
	// Outside of the demo the clock moves further than the team lives, and what ends is the credential.
	life := 2 * max(cfg.Remember, cfg.SessionMax, cfg.RefreshTTL, teamLife)
	if n.cfg.Demo {
		life = teamLife
	}
	team, err := probe.createTeam(background, life, "")
	if err != nil {
		return nil, err
	}
	defer func() {
		if err := n.DB.DeleteTeam(sqltrace.Background(context.WithoutCancel(ctx)), team.Team.ID); err != nil {
			n.Log.Warn("the measurement's users could not be deleted; they end by themselves", "error", err)
		}
	}()
	var facts []views.DoorFacts
	for _, m := range probe.modes {
		clock.moved.Store(0)
		visit := &visit{node: probe, mode: m, cookies: map[string]string{}, ctx: ctx}
		teamValue, err := probe.teamValue(team.Team.ID)
		if err != nil {
			return nil, err
		}
		visit.cookies[probe.cookies.Name(teamCookie, "/")] = teamValue
		f, err := visit.measure(clock, team.Member.Name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.Name(), err)
		}
		facts = append(facts, f)
	}
	return facts, nil
}

// movedClock stands still until it is moved.
type movedClock struct {
	base  time.Time
	moved atomic.Int64
}

func (m *movedClock) now() time.Time { return m.base.Add(time.Duration(m.moved.Load())) }

// visit is a client that keeps cookies and, for the header carrier, a token.
type visit struct {
	ctx     context.Context
	node    *Node
	mode    auth.ExhibitedMode
	cookies map[string]string
	token   string
}

// request is one of this client's, with its cookies.
func (v *visit) request(ctx context.Context, method, target string, form url.Values) *http.Request {
	path, query, _ := strings.Cut(target, "?")
	body := form.Encode()
	r := (&http.Request{
		Method: method, URL: &url.URL{Path: path, RawQuery: query}, RequestURI: target, Host: v.node.cfg.BaseURL.Host,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{}, RemoteAddr: "127.0.0.1:0",
		Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
	}).WithContext(ctx)
	for name, value := range v.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	return r
}

// do sends one request through the node's whole handler. panel is the page's record, nil where there was none.
func (v *visit) do(method, target string, form url.Values, accept string) (answer *inMemory, panel *views.Panel) {
	ctx := context.WithValue(v.ctx, panelTakerKey{}, func(p views.Panel) { panel = &p })
	r := v.request(ctx, method, target, form)
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if accept != "" {
		r.Header.Set("Accept", accept)
	}
	if v.token != "" && strings.Contains(target, "/member") {
		r.Header.Set("Authorization", "Bearer "+v.token)
	}
	answer = newInMemory()
	v.node.ServeHTTP(answer, r)
	for _, c := range answer.cookies() {
		if c.MaxAge < 0 {
			delete(v.cookies, c.Name)
		} else {
			v.cookies[c.Name] = c.Value
		}
	}
	return answer, panel
}

// measure signs in, asks for two pages, signs out, and tries for how long a copy lives on.
func (v *visit) measure(clock *movedClock, name string) (views.DoorFacts, error) {
	at := "/" + v.mode.Name()
	f := views.DoorFacts{Door: views.Door(v.mode.Name())}
	form := url.Values{"as": {"member"}, "carrier": {string(auth.CarrierHeader)}}
	if w, _ := v.do(http.MethodPost, at+"/demo", form, ""); w.status != http.StatusSeeOther {
		return f, fmt.Errorf("signing in: status %d", w.status)
	}
	if v.mode.Name() == v.node.jwt.Name() {
		w, _ := v.do(http.MethodPost, refreshPath, url.Values{}, "application/json")
		var got tokens
		if err := json.Unmarshal(w.body.Bytes(), &got); err != nil || got.AccessToken == "" {
			return f, fmt.Errorf("getting a token: status %d", w.status)
		}
		v.token = got.AccessToken
	}
	w, home := v.do(http.MethodGet, at+"/member?panel=open", nil, "")
	if home == nil {
		return f, fmt.Errorf("home: status %d", w.status)
	}
	w, notes := v.do(http.MethodGet, at+"/member/notes?panel=open", nil, "")
	if notes == nil {
		return f, fmt.Errorf("notes: status %d", w.status)
	}
	f.ServerRows, f.ServerBytes = len(home.State.Server), home.State.ServerBytes
	for _, row := range home.State.Server {
		for _, cell := range row.Cells {
			if cell.Name == "user_agent" || cell.Name == "address" {
				f.ServerBytes -= cell.Bytes
			}
			f.KeepsAgent = f.KeepsAgent || cell.Name == "user_agent"
		}
	}
	for _, l := range home.Lookups {
		if l.Counted && l.Purpose == string(sqltrace.Auth) {
			f.AccessRows += int(l.Rows)
		}
	}
	f.SentBytes, f.LineBytes = home.Sent.CredentialBytes, home.Sent.LineBytes
	f.Carrier, f.Level = home.Sent.Credential.Carrier, home.Level
	f.HomeAuth, f.HomeData, f.NotesAuth, f.NotesData = home.Auth, home.Data, notes.Auth, notes.Data
	f.Readable = labs.Readable(v.credential(), name)

	copied := &visit{ctx: v.ctx, node: v.node, mode: v.mode, token: v.token, cookies: map[string]string{}}
	for name, value := range v.cookies {
		copied.cookies[name] = value
	}
	if err := v.signOut(); err != nil {
		return f, err
	}
	f.ReplayWindow = copied.lives(clock)
	f.AccountEnds = v.mode.Name() == v.node.token.Name() && f.ReplayWindow == teamLife
	return f, nil
}

func (v *visit) signOut() error {
	r := v.request(v.ctx, http.MethodPost, "/"+v.mode.Name()+"/logout", nil)
	if v.token != "" {
		r.Header.Set("Authorization", "Bearer "+v.token)
	}
	w := newInMemory()
	v.node.ServeHTTP(w, r)
	if w.status != http.StatusSeeOther {
		return fmt.Errorf("signing out: status %d", w.status)
	}
	return nil
}

// lives moves the clock to find, to the second, from when on the copy is refused.
func (v *visit) lives(clock *movedClock) time.Duration {
	works := func(after time.Duration) bool {
		clock.moved.Store(int64(after))
		frozen := &visit{ctx: v.ctx, node: v.node, mode: v.mode, token: v.token, cookies: maps.Clone(v.cookies)} // a refusal clears cookies
		_, page := frozen.do(http.MethodGet, "/"+v.mode.Name()+"/member?panel=open", nil, "")
		return page != nil
	}
	if !works(0) {
		return 0
	}
	low, high := time.Duration(0), time.Minute
	for works(high) && high < 1000*24*time.Hour {
		low, high = high, 2*high
	}
	return labs.Narrow(low, high, works)
}

// credential is what the client presents at each request.
func (v *visit) credential() string {
	if v.token != "" {
		return v.token
	}
	r := v.request(v.ctx, http.MethodGet, "/", nil)
	if shown := v.mode.Presented(r); shown != nil {
		return shown.Value
	}
	return ""
}
