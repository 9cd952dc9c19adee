package views_test

import (
	"testing"
	"time"

	"github.com/a-h/templ"

	"twodoors/views"
)

// noon is when all pages of the tests are made.
var noon = time.Date(2026, 11, 21, 14, 20, 25, 0, time.UTC)

const life = 11*time.Minute + 43*time.Second

// hostile is a text that would break a page that did not escape it.
const hostile = `<script>alert("1")</script>'&"`

func mustCatalogue(t testing.TB) *views.Catalogue { return catalogueBy(t, views.SharedCatalogue) }

func catalogueBy(t testing.TB, get func(known map[string]any) (*views.Catalogue, error)) *views.Catalogue {
	t.Helper()
	c, err := get(map[string]any{
		"NameLeast": 3, "NameMost": 32, "PasswordLeast": 8, "PasswordMost": 1024, "NoteMost": 2000, "DisplayNameMost": 64, "TokenNameMost": 64,
		"TokenLifeLeast": time.Minute, "CookieMost": 4096, "CookieLife": 336 * time.Hour, "LastSeenEvery": time.Minute, "DemoHours": 24, "TourCount": 5,
		"SandboxLife": 3 * time.Minute,
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func chrome(m *views.Messages, title string) views.Chrome {
	return views.Chrome{
		Msg: m, TitleKey: "title." + title, Here: "/" + title, Demo: true, Signup: true,
		Assets: views.Assets{Style: "app.css", Script: "app.js", Icon: "icon.svg"},
	}
}

func memberOf(m *views.Messages, door views.Door, tab string) views.Member {
	c := chrome(m, tab)
	c.Section = views.Section(door)
	c.Signed = &views.Signed{Door: door, Name: "maple-1402", Role: "admin"}
	c.Here = "/" + string(door) + "/member"
	p := sessionPanel(tab)
	if door == views.DoorJWT {
		p = jwtPanel(tab)
	}
	return views.Member{Chrome: c, Door: door, Tab: tab, Admin: true, ChoosesLevel: door == views.DoorJWT, Panel: p}
}

func sessionPanel(tab string) views.Panel {
	p := views.Panel{
		Door: views.DoorSession, Here: "/session/member", Method: "GET", Status: 200,
		Total: 1310 * time.Microsecond, AuthTime: 120 * time.Microsecond, Auth: 1, Display: 1,
		RevealURL: "/session/member/credential",
		Sent: views.Sent{
			Line:  "GET /session/member HTTP/1.1",
			Bytes: 612, CredentialBytes: 62, LineBytes: 89,
			Headers: append([]views.Header{{Name: "Cookie", Parts: []views.Part{
				{Text: "twodoors-session="}, {Text: "M4kQ…n9tE", Credential: true, Bytes: 62},
			}}}, browserHeaders()...),
			Credential: &views.Credential{
				KindKey: "credential.session-id", Carrier: "cookie", Name: "twodoors-session",
				Masked: "M4kQ…n9tE", Bytes: 62,
			},
			Curl: `curl -H "Cookie: twodoors-session=$CREDENTIAL" 'http://localhost:8080/session/member'`,
		},
		Steps: []views.Step{
			{Kind: views.StepRequest, Note: views.Note{Key: "step.request.cookie-session"}, OK: true},
			{Kind: views.StepCheck, Note: views.Note{Key: "step.check.cookie-signature"}, Purpose: "auth", OK: true, At: 40 * time.Microsecond, Took: 3 * time.Microsecond},
			lookupStep("find-session", "auth", 50*time.Microsecond),
		},
		Lookups: []views.Lookup{{
			Purpose: "auth", Note: views.Note{Key: "lookup.find-session"}, Took: 90 * time.Microsecond, Rows: 1, Counted: true,
			SQL: `SELECT s.user_id, s.expires_at, s.last_seen, u.name, u.role, u.active FROM sessions AS s JOIN users AS u ON u.id = s.user_id WHERE s.id_hash = ? AND s.ended_at IS NULL`,
		}},
		State: views.State{
			ServerBytes: 212, ClientBytes: 79,
			Server: []views.Row{{Where: "sessions", Note: views.Note{Key: "state.session-row"}, Bytes: 212, Cells: []views.Cell{
				{Name: "id_hash", Value: "9f2c…41aa", Bytes: 32}, {Name: "user_id", Value: "7", Bytes: 1}, {Name: "expires_at", Value: "2026-11-21 22:20:25", Bytes: 30},
			}}},
			Client:   []views.Row{{Where: "twodoors-session", Note: views.Note{Key: "state.session-cookie"}, Bytes: 79}},
			CopyNote: views.Note{Key: "copy.at-once"},
		},
	}
	return finish(p, tab)
}

func jwtPanel(tab string) views.Panel {
	p := views.Panel{
		Door: views.DoorJWT, Here: "/jwt/member", Method: "GET", Status: 200, Level: "signature",
		Total: 1090 * time.Microsecond, AuthTime: 60 * time.Microsecond,
		RevealURL: "/jwt/member/credential",
		Sent: views.Sent{
			Line:  "GET /jwt/member HTTP/1.1",
			Bytes: 954, CredentialBytes: 408, LineBytes: 432,
			Headers: append([]views.Header{{Name: "Authorization", Parts: []views.Part{
				{Text: "Bearer "}, {Text: "eyJh…Qx3A", Credential: true, Bytes: 408},
			}}}, browserHeaders()...),
			Credential: &views.Credential{
				KindKey: "credential.access-token", Carrier: "header", Name: "Authorization", Masked: "eyJh…Qx3A", Bytes: 408,
				Readable: true, Issued: noon.Add(life - 15*time.Minute), Expires: noon.Add(life), Left: life,
				Parts: []views.TokenPart{
					{NameKey: "token.header", Bytes: 92, Claims: []views.Claim{
						{Name: "alg", Value: `"EdDSA"`, Meaning: "claim.alg"}, {Name: "kid", Value: `"k3n8"`, Meaning: "claim.kid"}, {Name: "typ", Value: `"at+jwt"`, Meaning: "claim.typ"},
					}},
					{NameKey: "token.payload", Bytes: 230, Claims: []views.Claim{
						{Name: "sub", Value: `"7"`, Meaning: "claim.sub"}, {Name: "name", Value: `"maple-1402"`, Meaning: "claim.name"}, {Name: "role", Value: `"admin"`, Meaning: "claim.role"},
						{Name: "exp", Value: "1795271508", Meaning: "claim.exp", Time: noon.Add(life)},
					}},
				},
			},
			Curl: `curl -H "Authorization: Bearer $CREDENTIAL" 'http://localhost:8080/jwt/member'`,
		},
		Steps: []views.Step{
			{Kind: views.StepRequest, Note: views.Note{Key: "step.request.bearer"}, OK: true},
			{Kind: views.StepCheck, Note: views.Note{Key: "step.check.token"}, Purpose: "auth", OK: true, At: 40 * time.Microsecond, Took: 58 * time.Microsecond},
		},
		State: views.State{
			ServerBytes: 148, ClientBytes: 489, ServerNote: views.Note{Key: "state.no-access-row"},
			Server: []views.Row{{Where: "refresh_tokens", Note: views.Note{Key: "state.refresh-row"}, Bytes: 148}},
			Client: []views.Row{
				{Note: views.Note{Key: "state.access-memory"}, Bytes: 408},
				{Where: "twodoors-refresh", Note: views.Note{Key: "state.refresh-cookie"}, Bytes: 81},
			},
			ReplayWindow: life, CopyNote: views.Note{Key: "copy.until", Args: map[string]any{"Life": life}},
		},
	}
	return finish(p, tab)
}

// finish adds the lookup for the page's own data where it has any, and the answer.
func finish(p views.Panel, tab string) views.Panel {
	if tab == "notes" {
		p.Data = 1
		p.DataTime = 60 * time.Microsecond
		p.Steps = append(p.Steps, lookupStep("list-notes", "data", 210*time.Microsecond))
		p.Lookups = append(p.Lookups, views.Lookup{
			Purpose: "data", SQL: "SELECT id, body, created_at FROM notes WHERE user_id = ? ORDER BY id DESC",
			Note: views.Note{Key: "lookup.list-notes"}, Took: 60 * time.Microsecond, Rows: 2, Counted: true,
		})
	}
	p.Steps = append(p.Steps, views.Step{
		Kind: views.StepResponse, OK: true, At: p.Total,
		Note: views.Note{Key: "step.response", Args: map[string]any{"Status": 200}},
	})
	return p
}

func lookupStep(label, purpose string, at time.Duration) views.Step {
	return views.Step{
		Kind: views.StepLookup, Purpose: purpose, OK: true, At: at, Took: 90 * time.Microsecond,
		Note:   views.Note{Key: "lookup." + label},
		Answer: views.Note{Key: "step.answer", Args: map[string]any{"Rows": 1, "Count": 1, "Took": 90 * time.Microsecond}},
	}
}

func browserHeaders() []views.Header {
	plain := func(name, value string) views.Header {
		return views.Header{Name: name, Parts: []views.Part{{Text: value}}}
	}
	return []views.Header{
		plain("Host", "localhost:8080"),
		plain("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/146.0.0.0 Safari/537.36"),
		plain("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"),
		plain("Accept-Language", "ko-KR,ko;q=0.9,en;q=0.8"),
	}
}

// page is one page of the program in one of its states.
type page struct {
	name  string
	shown templ.Component
}

// pages are all pages in all states that look different.
func pages(m *views.Messages) []page {
	folded := memberOf(m, views.DoorSession, "home")
	folded.Panel = views.Panel{Door: views.DoorSession, Folded: true, Here: "/session/member", Status: 200, Total: time.Millisecond, Auth: 2, Why: []views.Note{{Key: "why.last-seen"}}}
	bad := views.Form{Failure: views.Note{Key: "login.failed"}}
	taken := views.Form{Fields: map[string]views.Note{"username": {Key: "form.username.taken"}, "password": {Key: "form.password.short"}}}
	long := views.Form{Fields: map[string]views.Note{"body": {Key: "form.body.long", Args: map[string]any{"Count": 10000, "Max": 2000}}}}
	lan := chrome(m, "front")
	lan.InsecureLAN = true
	list := []views.NoteItem{{ID: 2, Body: "Read RFC 9700 before Friday.", Created: noon}, {ID: 1, Body: hostile, Created: noon.Add(-time.Hour)}}
	refused := memberOf(m, views.DoorJWT, "account")
	refused.Panel.Auth, refused.Panel.Why = 1, []views.Note{{Key: "why.floor", Args: map[string]any{"Level": "user"}}}
	return []page{
		{"front", views.FrontPage(views.Front{Chrome: chrome(m, "front"), Facts: facts(), Measured: noon, Database: "SQLite"})},
		{"front-pending", views.FrontPage(views.Front{Chrome: lan})},
		{"signup", views.SignupPage(views.Signup{Chrome: chrome(m, "signup")})},
		{"signup-bad", views.SignupPage(views.Signup{Chrome: chrome(m, "signup"), Form: taken, Username: hostile})},
		{"login-session", views.LoginPage(views.Login{Chrome: chrome(m, "login"), Door: views.DoorSession, LoggedOut: true})},
		{"login-closed", views.LoginPage(views.Login{Chrome: chrome(m, "login"), Door: views.DoorSession, Closed: []views.Note{{Key: "closed.everywhere"}, {Key: "closed.session"}, {Key: "closed.jwt-lives", Args: map[string]any{"Life": life}}}})},
		{"login-jwt", views.LoginPage(views.Login{Chrome: chrome(m, "login"), Door: views.DoorJWT, Form: bad, Carrier: "header", Username: "maple"})},
		{"home-session", views.HomePage(views.Home{Member: memberOf(m, views.DoorSession, "home"), UserID: 7, Name: "maple-1402", Role: "admin", SignedInAt: noon, Expires: noon.Add(8 * time.Hour)})},
		{"home-jwt", views.HomePage(views.Home{Member: memberOf(m, views.DoorJWT, "home"), UserID: 7, Name: "maple-1402", Role: "admin", SignedInAt: noon, Expires: noon.Add(life), Level: "signature", FromCredential: true})},
		{"home-folded", views.HomePage(views.Home{Member: folded, UserID: 7, Name: hostile, Role: "admin", SignedInAt: noon, Expires: noon})},
		{"notes-session", views.NotesPage(views.Notes{Member: memberOf(m, views.DoorSession, "notes"), List: list})},
		{"notes-jwt", views.NotesPage(views.Notes{Member: memberOf(m, views.DoorJWT, "notes"), Form: long, Body: hostile})},
		{"account-jwt", views.AccountPage(views.Account{Member: refused, Changed: true, Life: life})},
		{"account-demo", views.AccountPage(views.Account{Member: memberOf(m, views.DoorSession, "account"), DemoAccount: true})},
		{"account", views.AccountPage(ownAccount(memberOf(m, views.DoorSession, "account")))},
		{"account-name", views.AccountPage(views.Account{Member: memberOf(m, views.DoorJWT, "account"), Form: views.Form{Fields: map[string]views.Note{"display_name": {Key: "form.display-name.long"}, "confirm": {Key: "form.confirm.wrong"}}}, CloseFailure: views.Note{Key: "account.last-admin"}})},
		{"confirm", views.ConfirmPage(views.Confirm{Member: memberOf(m, views.DoorSession, "admin"), Within: 10 * time.Minute, Action: "/session/member/admin/8", Kept: []views.Field{{Name: "role", Value: hostile}}, Form: views.Form{Fields: map[string]views.Note{"confirm": {Key: "form.confirm.wrong"}}}})},
		{"devices", views.DevicesPage(views.Devices{Member: memberOf(m, views.DoorJWT, "devices"), List: devices(), Ended: views.Note{Key: "devices.ended.jwt", Args: map[string]any{"Life": life}}})},
		{"devices-trees", views.DevicesPage(views.Devices{Member: memberOf(m, views.DoorJWT, "devices"), List: devicesWithTrees(), EndedFamilies: []views.FamilyTree{tokenTree(true)}})},
		{"tokens", views.TokensPage(limitedTokens(memberOf(m, views.DoorJWT, "tokens"), false))},
		{"tokens-asked", views.TokensPage(limitedTokens(memberOf(m, views.DoorJWT, "tokens"), true))},
		{"tokens-empty", views.TokensPage(emptyTokens(memberOf(m, views.DoorJWT, "tokens")))},
		{"devices-alone", views.DevicesPage(views.Devices{Member: memberOf(m, views.DoorSession, "devices"), List: devices()[:1]})},
		{"admin", views.AdminPage(views.Admin{Member: memberOf(m, views.DoorSession, "admin"), Failure: views.Note{Key: "admin.last-admin"}, Users: []views.AdminUser{{ID: 7, Name: "maple-1402", Role: "admin", Active: true, Self: true}, {ID: 8, Name: "oak-1402", DisplayName: hostile, Role: "member"}}, Within: 10 * time.Minute})},
		{"compare", comparePage(m, true)},
		{"compare-waiting", comparePage(m, false)},
		{"claims", views.StatementsPage(views.Statements{Chrome: chrome(m, "claims"), Tour: statementLines(), Groups: []views.StatementGroup{{ID: "state", Title: "State", Lines: statementLines()}}, Measured: noon, Total: 2, Took: 2 * time.Second})},
		{"claims-measuring", views.StatementsPage(views.Statements{Chrome: chrome(m, "claims"), Tour: statementLines(), Measuring: true, Done: 1, Total: 2})},
		{"refresh-cookie", views.RefreshPage(views.Refresh{Chrome: chrome(m, "refresh"), Next: "/jwt/member", Action: "/jwt/refresh?next=%2Fjwt%2Fmember"})},
		{"refresh-header", views.RefreshPage(views.Refresh{Chrome: chrome(m, "refresh"), Next: "/jwt/member", Header: true})},
		{"problem", views.ProblemPage(views.Problem{Chrome: chrome(m, "problem"), Status: 429, TitleNote: views.Note{Key: "problem.429.title"}, DoNote: views.Note{Key: "problem.429.do"}, RequestID: "k2j4h5", Retry: 5 * time.Second})},
		{"wrong-host", views.WrongHostPage(views.WrongHost{Chrome: chrome(m, "wrong-host"), Asked: "192.168.0.7:8080", Open: "http://localhost:8080", SetBaseURL: "--base-url=http://192.168.0.7:8080 --insecure-lan", LAN: true})},
		{"wrong-host-proxy", views.WrongHostPage(views.WrongHost{Chrome: chrome(m, "wrong-host"), Asked: "127.0.0.1:18140", Open: "https://doors.example", Proxied: true})},
	}
}

func statementLines() []views.StatementLine {
	return []views.StatementLine{{ID: "jwt-encrypted", Says: hostile, Verdict: "fails", Condition: "signed JWT", What: "readable", Figure: "yes"}, {ID: "expiry", Says: "It ends."}}
}

func comparePage(m *views.Messages, played bool) templ.Component {
	c := views.Compare{Chrome: chrome(m, "compare"), Page: "notes", Count: 20, Level: "signature", ChoosesLevel: true}
	c.Section = views.SectionCompare
	if played {
		c.SignedIn = map[views.Door]bool{views.DoorSession: true, views.DoorJWT: true}
		c.Played = []views.Panel{sessionPanel("notes"), jwtPanel("notes")}
		c.Totals = totals()
	}
	return views.ComparePage(c)
}

func totals() *views.Totals {
	row := func(key string, session, jwt float64) views.TotalRow {
		return views.TotalRow{Key: key, Values: map[views.Door]float64{views.DoorSession: session, views.DoorJWT: jwt}}
	}
	t := &views.Totals{Count: 20, Lines: map[views.Door][]int{}, Rows: []views.TotalRow{
		row("auth", 20, 0), row("data", 20, 20), row("credential-bytes", 1240, 8160), row("line-bytes", 1780, 8640), row("request-bytes", 12240, 19080),
		row("total-time", 26200, 21800), row("server-bytes", 212, 148), row("client-bytes", 79, 489), row("copy-life", 0, 703),
	}}
	for i := range 20 {
		t.Lines[views.DoorSession] = append(t.Lines[views.DoorSession], 2*(i+1))
		t.Lines[views.DoorJWT] = append(t.Lines[views.DoorJWT], i+1)
	}
	return t
}

func facts() []views.DoorFacts {
	return []views.DoorFacts{
		{Door: views.DoorSession, ServerRows: 1, ServerBytes: 212, AccessRows: 1, SentBytes: 62, LineBytes: 89, Carrier: "cookie", HomeAuth: 1, NotesAuth: 1, NotesData: 1},
		{Door: views.DoorJWT, ServerRows: 2, ServerBytes: 260, SentBytes: 408, LineBytes: 432, Carrier: "header", NotesData: 1, Readable: true, ReplayWindow: 15 * time.Minute, Level: "signature"},
	}
}

func devices() []views.Device {
	return []views.Device{
		{ID: 1, Door: views.DoorJWT, Current: true, Browser: "Chromium 156 · Linux", Address: "127.0.0.1", Carrier: "header", Since: noon, LastSeen: noon, Expires: noon.Add(8 * time.Hour)},
		{ID: 2, Door: views.DoorSession, Browser: "Firefox 148 · Windows", Address: "192.168.0.12", Carrier: "cookie", Since: noon, LastSeen: noon, Expires: noon, After: views.Note{Key: "devices.after.at-once"}},
		{ID: 3, Door: views.DoorJWT, Browser: "Safari 26 · iPhone", Address: "192.168.0.13", Carrier: "cookie", Since: noon, LastSeen: noon, Expires: noon, After: views.Note{Key: "devices.after.until"}, WorksUntil: noon.Add(life)},
	}
}

func ownAccount(m views.Member) views.Account {
	return views.Account{
		Member: m, Done: views.Note{Key: "account.name-done"}, DisplayName: hostile, SignInsKept: 20, SignInsLife: 90 * 24 * time.Hour,
		SignIns: []views.SignIn{
			{At: noon, Door: views.DoorSession, Browser: "Chromium 156 · Linux", Address: "192.0.2.7"},
			{At: noon.Add(-26 * time.Hour), Door: views.DoorJWT, Browser: hostile, Address: "2001:db8::7"},
		},
	}
}
