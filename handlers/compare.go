package handlers

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"twodoors/handlers/auth"
	"twodoors/views"
)

// Bounds of what the compare page plays on the server, for it works as hard as that many requests: how many through each
// door, how many through all of them together, for how long, and how long one waits for the turn.
const (
	maxPlay   = 100
	maxPlayed = 200
	playTime  = 2 * time.Second
	playWait  = 10 * time.Second
)

// comparePages are the pages that can be asked for through each door.
var comparePages = map[string]string{"home": "", "notes": "/notes"}

// compare shows the same request through each of the doors chosen. The page's script sends the requests itself, with
// this browser's own credentials; without script, the server plays them with the cookies it was sent.
func (n *Node) compare(c echo.Context) error {
	view := n.compareView(c)
	if count, _ := strconv.Atoi(c.QueryParam("count")); count > 0 {
		view.Count = min(count, maxPlay, max(1, maxPlayed/max(1, len(view.Doors))))
		panels, walk, renew, err := n.playInTurn(c, view.Page, view.Count)
		if err != nil {
			return err
		}
		if renew {
			return redirectToRefresh(c)
		}
		for _, m := range n.compared(c) {
			view.SignedIn[views.Door(m.Name())] = len(panels[m.Name()]) > 0
			if runs := panels[m.Name()]; len(runs) > 0 {
				view.Played = append(view.Played, runs[len(runs)-1])
			}
		}
		view.Totals = totals(panels)
		view.Totals.Walk = walk
	}
	return n.render(c, http.StatusOK, views.ComparePage(view))
}

func (n *Node) compareView(c echo.Context) views.Compare {
	page := c.QueryParam("page")
	if _, ok := comparePages[page]; !ok {
		page = "notes"
	}
	view := views.Compare{
		Chrome: n.chrome(c, "title.compare", views.SectionCompare), Page: page, Count: 1, Most: maxPlay, Level: string(n.visitorLevel(c)),
		SignedIn: map[views.Door]bool{},
		Nodes:    n.nodeStates(), InTurn: n.Nodes != nil, MayStop: n.mayStopNodes(c.Request()),
	}
	if view.ChoosesLevel = n.cfg.Demo && n.actsForTeam(c); !view.ChoosesLevel {
		view.Level = string(n.cfg.Level)
	}
	modes := n.compared(c)
	view.Doors, view.Asked = doorsOf(modes), askedDoors(c)
	for _, m := range modes {
		view.SignedIn[views.Door(m.Name())] = m.Presented(c.Request()) != nil
	}
	return view
}

// actsForTeam reports whether JWT mode asks this browser's requests for what its demo team has chosen: it is signed in
// there with one of the team's accounts, or, as far as is seen here, with none.
func (n *Node) actsForTeam(c echo.Context) bool {
	shown := n.jwt.Presented(c.Request())
	return shown == nil || slices.ContainsFunc(shown.Payload, func(m auth.Member) bool { return m.Name == "team" })
}

// playInTurn is play once the client's turn has come: a few at a time, or nobody else would be answered. It fails with
// errRunsFull where the turn does not come soon, and once the client is gone.
func (n *Node) playInTurn(c echo.Context, page string, count int) (map[string][]views.Panel, map[views.Door][]views.Visit, bool, error) {
	waiting, done := context.WithTimeoutCause(c.Request().Context(), playWait, errRunsFull)
	defer done()
	if err := n.limits.plays.Acquire(waiting, n.lineOf(c)); err != nil {
		if errors.Is(err, auth.ErrBusy) {
			err = errRunsFull
		}
		return nil, nil, false, err
	}
	defer n.limits.plays.Release()
	panels, walk, renew := n.play(c, page, count)
	return panels, walk, renew, c.Request().Context().Err()
}

// play sends the page's request through each door in turn, with the cookies of this request, and returns
// the panels of the answers by mode, and which node gave each answer. Where this is one of several nodes of the
// process, each takes its turn, as with requests from outside. renew is set where an expired token has to be renewed
// first. It ends early when its time is over, and when the client is gone.
func (n *Node) play(c echo.Context, page string, count int) (panels map[string][]views.Panel, walk map[views.Door][]views.Visit, renew bool) {
	panels, walk = map[string][]views.Panel{}, map[views.Door][]views.Visit{}
	modes := slices.Clone(n.compared(c))
	var through http.Handler = n.echo
	if n.Nodes != nil {
		through = n.Nodes
	}
	over := time.Now().Add(playTime)
	for i := range count {
		if i > 0 && (time.Now().After(over) || c.Request().Context().Err() != nil) {
			break
		}
		if i > 0 { // forwards and backwards, so that a door does not always come to the same one of several nodes
			slices.Reverse(modes)
		}
		for _, m := range modes {
			if m.Presented(c.Request()) == nil || c.Request().Context().Err() != nil {
				continue
			}
			var taken *views.Panel
			ctx := context.WithValue(c.Request().Context(), panelTakerKey{}, func(p views.Panel) { taken = &p })
			target := "/" + m.Name() + "/member" + comparePages[page] + "?panel=open"
			// The request begins a record of its own, which takes the place of this one's.
			r, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
			if err != nil {
				continue
			}
			r.RequestURI, r.Host, r.RemoteAddr = target, c.Request().Host, c.Request().RemoteAddr
			for _, name := range []string{"Cookie", "Accept-Language", "User-Agent"} {
				if values := c.Request().Header.Values(name); len(values) > 0 {
					r.Header[name] = values
				}
			}
			w := newInMemory()
			through.ServeHTTP(w, r)
			door := views.Door(m.Name())
			walk[door] = append(walk[door], views.Visit{Node: w.Header().Get(servedByHeader), Refused: taken == nil})
			if taken != nil {
				panels[m.Name()] = append(panels[m.Name()], *taken)
			}
			if strings.HasPrefix(w.Header().Get(echo.HeaderLocation), refreshPath) {
				return panels, walk, true
			}
		}
	}
	return panels, walk, false
}

// totals adds up the runs of each door.
func totals(panels map[string][]views.Panel) *views.Totals {
	t := &views.Totals{Lines: map[views.Door][]int{}}
	rows := []struct {
		key string
		of  func(p views.Panel) float64
		sum bool
	}{
		{"auth", func(p views.Panel) float64 { return float64(p.Auth) }, true},
		{"data", func(p views.Panel) float64 { return float64(p.Data) }, true},
		{"credential-bytes", func(p views.Panel) float64 { return float64(p.Sent.CredentialBytes) }, true},
		{"line-bytes", func(p views.Panel) float64 { return float64(p.Sent.LineBytes) }, true},
		{"request-bytes", func(p views.Panel) float64 { return float64(p.Sent.Bytes) }, true},
		{"total-time", func(p views.Panel) float64 { return float64(p.Total.Microseconds()) }, true},
		{"server-bytes", func(p views.Panel) float64 { return float64(p.State.ServerBytes) }, false},
		{"client-bytes", func(p views.Panel) float64 { return float64(p.State.ClientBytes) }, false},
		{"copy-life", func(p views.Panel) float64 { return p.State.ReplayWindow.Seconds() }, false},
	}
	for _, row := range rows {
		total := views.TotalRow{Key: row.key, Values: map[views.Door]float64{}}
		for mode, runs := range panels {
			door := views.Door(mode)
			for _, p := range runs {
				if row.sum {
					total.Values[door] += row.of(p)
				} else {
					total.Values[door] = row.of(p)
				}
			}
		}
		t.Rows = append(t.Rows, total)
	}
	for mode, runs := range panels {
		t.Count = max(t.Count, len(runs))
		lookups := 0
		for _, p := range runs {
			lookups += p.Auth + p.Data
			t.Lines[views.Door(mode)] = append(t.Lines[views.Door(mode)], lookups)
		}
	}
	return t
}

// compareLogin signs the same user in through each of the doors.
func (n *Node) compareLogin(c echo.Context) error {
	form, err := formOf(c)
	if err != nil {
		return err
	}
	carrier, err := carrierOf(form)
	if err != nil {
		return err
	}
	how := n.signInOf(c, false, carrier)
	user, err := n.checkPassword(c, form.Get("username"), form.Get("password"))
	for _, m := range n.compared(c) {
		if err == nil {
			_, err = n.signIn(c, m, user, how)
		}
	}
	if status, failure := signInFailure(c, err); status != 0 {
		for _, m := range n.compared(c) {
			if status == http.StatusUnauthorized {
				(&door{Node: n, mode: m}).challenge(c, nil)
			}
		}
		return n.compareAgain(c, form, status, failure)
	}
	if err != nil {
		return err
	}
	if err := n.known.Remember(c.Response(), c.Request(), user); err != nil {
		return err
	}
	return seeOther(c, compareAfter(c, how.Carrier))
}

// compareAgain gives back the form as it was sent, but for its password.
func (n *Node) compareAgain(c echo.Context, form url.Values, status int, failure views.Note) error {
	view := n.compareView(c)
	view.Failure, view.Username = failure, form.Get("username")
	return n.render(c, status, views.ComparePage(view))
}

// compareDemo signs the visitor's own demo user in through each of the doors.
func (n *Node) compareDemo(c echo.Context) error {
	_, user, how, err := n.demoForm(c)
	if err != nil {
		return err
	}
	for _, m := range n.compared(c) {
		if _, err := n.signIn(c, m, user, how); err != nil {
			return err
		}
	}
	return seeOther(c, compareAfter(c, how.Carrier))
}

// compareAfter is where signing in on all of them leads: to the page, which sends the first request itself,
// or, without script, to the page with the first request played.
func compareAfter(c echo.Context, carrier auth.Carrier) string {
	query := url.Values{}
	if asked := askedDoors(c); asked != "" {
		query.Set(doorsField, asked)
	}
	if carrier != auth.CarrierHeader {
		query.Set("page", "notes")
		query.Set("count", "1")
	}
	if len(query) == 0 {
		return "/compare"
	}
	return "/compare?" + query.Encode()
}
