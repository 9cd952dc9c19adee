package contract_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"twodoors/handlers"
	"twodoors/handlers/auth"
	"twodoors/handlers/handlerstest"
	"twodoors/models"
	"twodoors/models/modelstest"
)

// The model is SECURITY.md's table of what each mode can know: small enough to be read beside it. Random sequences of what
// people and operators do are played on the app, and every credential that was ever given out is tried again; the app
// and the model have to agree on each of them, at every level.

// mUser is an account as the model has it.
type mUser struct {
	name, password, role string
	id                   int64
	active               bool
	version              int // of the password
	opaque               int // which opaque token stands; 0: none
}

// mSignIn is a session or a token family.
type mSignIn struct {
	user    *mUser
	ended   bool
	expires time.Time
	session string // the one cookie value that is good
}

// mCredential is something that was given out.
type mCredential struct {
	kind    string // session, access, refresh, opaque, opaque-cookie, content
	value   string
	user    *mUser
	signIn  *mSignIn
	world   int // which database it is of
	expires time.Time
	role    string // as it was at issue
	version int
	opaque  int

	// Of a refresh token:
	used      bool
	usedAt    time.Time
	successor *mCredential
}

// good is SECURITY.md's table: whether the credential is accepted, and the role that goes with it. page is a page that acts
// on a role (account, admin), which asks for level user at least, whatever the mode.
func (c *mCredential) good(world int, now time.Time, level auth.Level, page bool) (ok bool, role string) {
	if c.world != world {
		return false, ""
	}
	if page && !level.AtLeast(auth.LevelUser) {
		level = auth.LevelUser
	}
	switch c.kind {
	case "session":
		return !c.signIn.ended && c.signIn.session == c.value && c.user.active && now.Before(c.signIn.expires), c.user.role
	case "opaque":
		return c.user.active && c.opaque == c.user.opaque, c.user.role
	case "opaque-cookie":
		return c.user.active && c.opaque == c.user.opaque && now.Before(c.expires), c.user.role
	case "content":
		return now.Before(c.expires) && (!page || c.user.active), c.role
	case "access":
		ok, role = now.Before(c.expires.Add(auth.Leeway)), c.role
		if level.AtLeast(auth.LevelUser) {
			ok, role = ok && c.user.active, c.user.role
		}
		if level.AtLeast(auth.LevelDenylist) {
			ok = ok && !c.signIn.ended
		}
		if level.AtLeast(auth.LevelVersion) {
			ok = ok && c.version == c.user.version
		}
	}
	return ok, role
}

// mode is the mode that a credential belongs to.
func (c *mCredential) mode() string {
	return map[string]string{"session": "session", "access": "jwt", "opaque": "token", "opaque-cookie": "token", "content": "cookie"}[c.kind]
}

// carry puts the credential into a request.
func (c *mCredential) carry() handlerstest.Change {
	switch c.kind {
	case "access":
		return handlerstest.Header("Authorization", "Bearer "+c.value)
	case "opaque":
		return handlerstest.Header("Authorization", "Token "+c.value)
	}
	return handlerstest.Header("Cookie", map[string]string{"session": "twodoors-session", "opaque-cookie": "twodoors-token", "content": "twodoors-content"}[c.kind]+"="+c.value)
}

// machine plays operations on the app and the model beside each other.
type machine struct {
	t        *testing.T
	r        *rand.Rand
	postgres bool
	keysDir  string
	keys     *auth.KeyRing
	clock    *handlerstest.Clock
	ttl      time.Duration
	nodes    map[auth.Level]*handlerstest.Node
	world    int
	users    []*mUser
	signIns  []*mSignIn
	held     []*mCredential
	log      []string
	tried    int
	opaques  int
	words    int
}

const bossName, bossPassword = "boss", handlerstest.Password

func (m *machine) fail(format string, args ...any) {
	m.t.Helper()
	last := m.log[max(0, len(m.log)-40):]
	m.t.Fatalf("%s\nafter %d operations, the last of them:\n%s", fmt.Sprintf(format, args...), len(m.log), strings.Join(last, "\n"))
}

func (m *machine) note(format string, args ...any) {
	m.log = append(m.log, fmt.Sprintf(format, args...))
}

func (m *machine) must(err error) {
	m.t.Helper()
	if err != nil {
		m.fail("%v", err)
	}
}

// newPostgres is a database of its own on PostgreSQL.
func newPostgres(m *machine) string { return modelstest.Postgres(m.t) }

// start makes the nodes, one at each level, on a database: a new one where url is "".
func (m *machine) start(url string) {
	fresh := url == ""
	if fresh && m.postgres {
		url = newPostgres(m)
	}
	var err error
	m.keys, err = auth.OpenKeyRing(m.keysDir, "EdDSA", time.Hour, m.clock.Now())
	m.must(err)
	m.nodes = map[auth.Level]*handlerstest.Node{}
	var first *handlerstest.Node
	for _, l := range auth.Levels() {
		options := []handlerstest.Option{handlerstest.Level(l), handlerstest.WithKeys(m.keys), handlerstest.With(func(cfg *handlers.Config) {
			cfg.AccessTTL = m.ttl
			if l == auth.LevelDenylist {
				cfg.VerifiedTokens = 20
			}
		}), func(s *handlerstest.Setup) { s.DatabaseURL, s.Clock = url, m.clock }}
		if first != nil {
			options = append([]handlerstest.Option{handlerstest.Beside(first)}, options...)
		}
		n := handlerstest.NewNode(m.t, options...)
		if first == nil {
			first = n
		}
		m.nodes[l] = n
	}
	if !fresh {
		return
	}
	m.world++
	m.users, m.signIns = nil, nil
	first.User(bossName, models.RoleAdmin)
	for i := range 2 {
		u := first.User("user-"+strconv.Itoa(i), models.RoleMember)
		m.users = append(m.users, &mUser{name: u.Name, password: handlerstest.Password, role: u.Role, id: u.ID, active: true, version: 1})
	}
}

func (m *machine) any() *handlerstest.Node {
	return m.nodes[auth.Levels()[m.r.IntN(len(auth.Levels()))]]
}

// client is one without any cookies of its own.
func (m *machine) client(n *handlerstest.Node) *handlerstest.Client {
	return &handlerstest.Client{Node: n, T: m.t, Base: n.Config.BaseURL}
}

func (m *machine) keep(c *mCredential) *mCredential {
	c.world, c.role, c.version = m.world, c.user.role, c.user.version
	m.held = append(m.held, c)
	return c
}

// access keeps an access token, whose own end is read from it: what it may be is checked here.
func (m *machine) access(token string, s *mSignIn) {
	text, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	m.must(err)
	var claims struct{ Exp int64 }
	m.must(json.Unmarshal(text, &claims))
	expires := time.Unix(claims.Exp, 0)
	if expires.After(m.clock.Now().Add(m.ttl)) || expires.After(s.expires) {
		m.fail("an access token ends at %v, later than its life or its sign-in", expires)
	}
	m.keep(&mCredential{kind: "access", value: token, user: s.user, signIn: s, expires: expires})
}

func (m *machine) refreshToken(token string, s *mSignIn) *mCredential {
	return m.keep(&mCredential{kind: "refresh", value: token, user: s.user, signIn: s})
}

// pick draws one of the credentials of the database in use that fits, nil where none does.
func (m *machine) pick(fits func(*mCredential) bool) *mCredential {
	var list []*mCredential
	for _, c := range m.held {
		if c.world == m.world && fits(c) {
			list = append(list, c)
		}
	}
	if len(list) == 0 {
		return nil
	}
	return list[m.r.IntN(len(list))]
}

// accepted are the credentials that act for a user at the strictest level.
func (m *machine) accepted(c *mCredential) bool {
	ok, _ := c.good(m.world, m.clock.Now(), auth.LevelVersion, true)
	return ok
}

func (m *machine) signIn() {
	u := m.users[m.r.IntN(len(m.users))]
	mode := []string{"session", "jwt", "jwt-api", "token", "token-api", "cookie"}[m.r.IntN(6)]
	remember := m.r.IntN(2) == 0 || mode == "session" // a session without it ends by idling, which replaying prevents
	n, now := m.any(), m.clock.Now()
	m.note("%s signs in: %s, remember %v", u.name, mode, remember)
	life := 8 * time.Hour
	if remember {
		life = 336 * time.Hour
	}
	s := &mSignIn{user: u, expires: now.Add(life)}
	door := strings.TrimSuffix(mode, "-api")
	if mode != door {
		var got handlerstest.APITokens
		a := m.client(n).JSON("POST", "/api/"+door+"/login", map[string]any{"username": u.name, "password": u.password, "remember": remember})
		if (a.Status == http.StatusOK) != u.active {
			m.fail("signing in: %d, active %v", a.Status, u.active)
		}
		if !u.active {
			return
		}
		a.Into(&got)
		if door == "token" {
			m.opaqueToken("opaque", got.Token, u, time.Time{})
			return
		}
		m.signIns = append(m.signIns, s)
		m.access(got.AccessToken, s)
		m.refreshToken(got.RefreshToken, s)
		return
	}
	fields := []string{"username", u.name, "password", u.password, "carrier", "cookie"}
	if remember {
		fields = append(fields, "remember", "on")
	}
	var brought *mCredential
	var changes []handlerstest.Change
	if m.r.IntN(3) == 0 { // in a browser that has a sign-in already
		brought = m.pick(func(c *mCredential) bool {
			return c.kind == "session" && door == "session" || c.kind == "access" && door == "jwt"
		})
	}
	if brought != nil {
		m.note("  in the browser of %s's sign-in", brought.user.name)
		name := map[string]string{"session": "twodoors-session", "access": "twodoors-access"}[brought.kind]
		changes = append(changes, handlerstest.Header("Cookie", name+"="+brought.value))
	}
	a := m.client(n).Post("/"+door+"/login", fields, changes...)
	if (a.Status == http.StatusSeeOther) != u.active {
		m.fail("signing in: %d, active %v", a.Status, u.active)
	}
	if !u.active {
		return
	}
	if brought != nil && (brought.kind == "access" || brought.signIn.session == brought.value) {
		brought.signIn.ended = true
	}
	switch door {
	case "session":
		s.session = a.SetCookie("twodoors-session").Value
		m.signIns = append(m.signIns, s)
		m.keep(&mCredential{kind: "session", value: s.session, user: u, signIn: s})
	case "jwt":
		m.signIns = append(m.signIns, s)
		m.access(a.SetCookie("twodoors-access").Value, s)
		m.refreshToken(a.SetCookie("twodoors-refresh").Value, s)
	case "token":
		m.opaqueToken("opaque-cookie", a.SetCookie("twodoors-token").Value, u, now.Add(336*time.Hour))
	case "cookie":
		m.keep(&mCredential{kind: "content", value: a.SetCookie("twodoors-content").Value, user: u, expires: s.expires})
	}
}

// opaqueToken keeps the user's one token, which is made where none stands.
func (m *machine) opaqueToken(kind, value string, u *mUser, expires time.Time) {
	if u.opaque == 0 {
		m.opaques++
		u.opaque = m.opaques
	}
	m.keep(&mCredential{kind: kind, value: value, user: u, opaque: u.opaque, expires: expires})
}

func (m *machine) signOut() {
	c := m.pick(func(c *mCredential) bool { return c.kind != "refresh" })
	if c == nil {
		return
	}
	m.note("%s signs out: %s", c.user.name, c.kind)
	m.client(m.any()).JSON("POST", "/api/"+c.mode()+"/logout", nil, c.carry())
	if c.kind == "access" || c.kind == "session" && c.signIn.session == c.value {
		c.signIn.ended = true
	}
}

// endOthers is the model of ending all sign-ins of a user but the one that does it; nil: all.
func (m *machine) endOthers(u *mUser, by *mCredential) {
	for _, s := range m.signIns {
		if s.user == u && (by == nil || s != by.signIn) {
			s.ended = true
		}
	}
	if by == nil || by.mode() != "token" {
		u.opaque = 0
	}
}

func (m *machine) revokeOthers() {
	c := m.pick(func(c *mCredential) bool { return c.kind != "refresh" && c.mode() != "token" && m.accepted(c) })
	if c == nil {
		return
	}
	m.note("%s ends all others by %s", c.user.name, c.kind)
	if a := m.client(m.any()).JSON("DELETE", "/api/"+c.mode()+"/devices", nil, c.carry()); a.Status != http.StatusNoContent {
		m.fail("ending all others: %d %s", a.Status, a.Body)
	}
	m.endOthers(c.user, c)
}

func (m *machine) changePassword() {
	c := m.pick(func(c *mCredential) bool { return c.kind != "refresh" && m.accepted(c) })
	if c == nil {
		return
	}
	m.words++
	u, next := c.user, fmt.Sprintf("correct horse %d", m.words)
	m.note("%s changes the password by %s", u.name, c.kind)
	a := m.client(m.nodes[auth.LevelVersion]).JSON("PUT", "/api/"+c.mode()+"/password", map[string]string{"current": u.password, "password": next}, c.carry())
	if a.Status >= 300 {
		m.fail("changing the password: %d %s", a.Status, a.Body)
	}
	u.password = next
	u.version++
	m.endOthers(u, c)
	switch c.kind {
	case "session":
		c.signIn.session = a.SetCookie("twodoors-session").Value
		m.keep(&mCredential{kind: "session", value: c.signIn.session, user: u, signIn: c.signIn})
	case "content":
		m.keep(&mCredential{kind: "content", value: a.SetCookie("twodoors-content").Value, user: u, expires: c.expires})
	case "opaque":
		var got handlerstest.APITokens
		a.Into(&got)
		u.opaque = 0
		m.opaqueToken("opaque", got.Token, u, time.Time{})
	case "opaque-cookie":
		u.opaque = 0
		m.opaqueToken("opaque-cookie", a.SetCookie("twodoors-token").Value, u, m.clock.Now().Add(336*time.Hour))
	}
}

// administer has the admin change a user.
func (m *machine) administer(u *mUser, field, value string) {
	boss := m.any().Client()
	boss.SignIn(handlerstest.Way{Mode: "session", Carrier: "cookie"}, bossName)
	if a := boss.Post("/session/member/admin/"+strconv.FormatInt(u.id, 10), []string{field, value, "confirm", bossPassword}); a.Status != http.StatusSeeOther {
		m.fail("the admin: %d", a.Status)
	}
}

func (m *machine) change() {
	u := m.users[m.r.IntN(len(m.users))]
	switch what := m.r.IntN(4); {
	case what == 0:
		u.role = map[string]string{models.RoleAdmin: models.RoleMember, models.RoleMember: models.RoleAdmin}[u.role]
		m.note("%s becomes %s", u.name, u.role)
		m.administer(u, "role", u.role)
	case what == 1 && u.active:
		m.note("%s: all sign-ins are ended by the admin", u.name)
		m.administer(u, "end", "sign-ins")
		m.endOthers(u, nil)
	default:
		u.active = !u.active
		m.note("%s: active is %v", u.name, u.active)
		m.administer(u, "active", strconv.FormatBool(u.active))
		if !u.active {
			m.endOthers(u, nil)
		}
	}
}

// refresh presents a refresh token of any age (RFC 9700, section 4.14.2).
func (m *machine) refresh() {
	var list []*mCredential
	for _, c := range m.held {
		if c.kind == "refresh" {
			list = append(list, c)
		}
	}
	if len(list) == 0 {
		return
	}
	c := list[len(list)-1-min(m.r.IntN(len(list)), m.r.IntN(len(list)))] // the newer ones more often
	now := m.clock.Now()
	m.note("%s refreshes: used %v", c.user.name, c.used)
	var got handlerstest.APITokens
	a := m.client(m.any()).JSON("POST", "/api/jwt/refresh", map[string]string{"refresh_token": c.value})
	stands := c.world == m.world && !c.signIn.ended && now.Before(c.signIn.expires) && c.user.active
	retry := c.used && now.Sub(c.usedAt) <= 10*time.Second && c.successor != nil && !c.successor.used
	want := stands && (!c.used || retry)
	if (a.Status == http.StatusOK) != want {
		m.fail("refresh: %d, want good %v (family stands %v, used %v, retry %v)", a.Status, want, stands, c.used, retry)
	}
	switch {
	case !stands:
	case !want:
		c.signIn.ended = true
	default:
		a.Into(&got)
		m.access(got.AccessToken, c.signIn)
		if c.used {
			if got.RefreshToken != c.successor.value {
				m.fail("a retry got another successor")
			}
			return
		}
		c.used, c.usedAt = true, now
		c.successor = m.refreshToken(got.RefreshToken, c.signIn)
	}
}

func (m *machine) rotateKeys() {
	m.note("keys are rotated")
	m.must(auth.RotateKeys(m.keysDir, auth.Rotation{Now: m.clock.Now(), Settle: time.Duration(m.r.IntN(2)) * 10 * time.Second, Access: time.Hour, Cookie: 400 * time.Hour}))
	m.reload()
}

func (m *machine) reload() {
	_, err := m.keys.Reload(m.clock.Now())
	m.must(err)
}

func (m *machine) restart(withDatabase bool) {
	m.ttl = []time.Duration{15 * time.Minute, 5 * time.Minute}[m.r.IntN(2)]
	m.note("restart: with the database %v, access tokens live %v", withDatabase, m.ttl)
	url := ""
	if withDatabase {
		url = m.nodes[auth.LevelSignature].DatabaseURL
	}
	m.must(m.nodes[auth.LevelSignature].DB.Close())
	m.start(url)
}

func (m *machine) pass() {
	d := []time.Duration{time.Second, 5 * time.Second, 9 * time.Second, 11 * time.Second, time.Minute, 4 * time.Minute, 14 * time.Minute, 16 * time.Minute}[m.r.IntN(8)]
	switch m.r.IntN(40) {
	case 0:
		d = 9 * time.Hour
	case 1:
		d = 15 * 24 * time.Hour
	}
	m.note("%v pass", d)
	m.clock.Move(d)
	m.reload()
	_, err := m.nodes[auth.LevelSignature].DB.Cleanup(handlerstest.Background(), m.clock.Now(), 100)
	m.must(err)
}

func (m *machine) step() {
	switch m.r.IntN(100) {
	case 0, 1:
		m.restart(true)
	case 2:
		m.restart(false)
	case 3, 4:
		m.rotateKeys()
	default:
		[]func(){m.signIn, m.signIn, m.signIn, m.signIn, m.signOut, m.revokeOthers, m.changePassword, m.change, m.refresh, m.refresh, m.refresh, m.pass, m.pass}[m.r.IntN(13)]()
	}
}

// replay tries a credential at every level, on the API and on a page that acts on a role.
func (m *machine) replay(c *mCredential) {
	levels := auth.Levels()
	if c.kind != "access" { // nothing else has levels
		levels = levels[m.r.IntN(len(levels)):][:1]
	}
	for _, l := range levels {
		m.tried++
		want, role := c.good(m.world, m.clock.Now(), l, false)
		a := m.client(m.nodes[l]).JSON("GET", "/api/"+c.mode()+"/me", nil, c.carry())
		if (a.Status == http.StatusOK) != want || !want && a.Status != http.StatusUnauthorized {
			m.fail("%s of %s at level %s: %d, want good %v", c.kind, c.user.name, l, a.Status, want)
		}
		if want {
			var who struct {
				ID   int64
				Role string
			}
			a.Into(&who)
			if who.ID != c.user.id || who.Role != role {
				m.fail("%s at level %s: %+v, want %d, %s", c.kind, l, who, c.user.id, role)
			}
		}
		if m.r.IntN(6) == 0 {
			want, _ := c.good(m.world, m.clock.Now(), l, true)
			if a := m.client(m.nodes[l]).Get("/"+c.mode()+"/member/account", c.carry()); (a.Status == http.StatusOK) != want {
				m.fail("%s of %s at level %s, account page: %d, want good %v", c.kind, c.user.name, l, a.Status, want)
			}
		}
	}
}

// TestWhatEachModeCanKnow plays random operations, 1,000 in all on both databases and 10,000 where nothing may be left out, in
// sequences of 50 that each begin anew. After each of them some of the credentials given out so far are tried again, and at a sequence's end all.
// TWODOORS_MODEL_SEED plays the sequences of another number first.
func TestWhatEachModeCanKnow(t *testing.T) {
	const length = 50
	begin, _ := strconv.ParseUint(os.Getenv("TWODOORS_MODEL_SEED"), 10, 64)
	for kind, sequences := range map[string]uint64{"sqlite": 140, "postgres": 60} {
		switch {
		case testing.Short():
			sequences /= 20
		case !modelstest.Complete():
			sequences /= 10
		}
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			for seed := begin; seed < begin+sequences; seed++ {
				t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) { playSequence(t, kind == "postgres", seed, length) })
			}
		})
	}
}

func playSequence(t *testing.T, postgres bool, seed uint64, length int) {
	m := &machine{t: t, r: rand.New(rand.NewPCG(seed, 0)), postgres: postgres, keysDir: filepath.Join(t.TempDir(), "keys"), clock: handlerstest.NewClock(), ttl: 15 * time.Minute}
	m.start("")
	for range length {
		m.step()
		for range min(4, len(m.held)) {
			if c := m.held[m.r.IntN(len(m.held))]; c.kind != "refresh" {
				m.replay(c)
			}
		}
	}
	for _, c := range m.held {
		if c.kind != "refresh" {
			m.replay(c)
		}
	}
}
