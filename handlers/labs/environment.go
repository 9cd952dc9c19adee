package labs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"twodoors/handlers/auth"
	"twodoors/models"
	"twodoors/models/sqltrace"
)

// Environment is where a scenario plays: nodes of the real app, with users, keys, a database and a clock of its own.
type Environment struct {
	Clock    *Clock
	Database *Database

	play     *Play
	number   int
	settings Settings
	keys     *auth.KeyRing
	hasher   *auth.Hasher
	nodes    []*node
	users    map[string]models.User
	apart    []*Database        // of nodes that share none
	sessions auth.SessionRows   // where every node keeps its sessions; nil: each for itself
	stores   []auth.SessionRows // of each node
	closing  []func() error
	devices  int64 // the last id given by nextDevice
}

// node is one server.
type node struct {
	http.Handler
	number int
	down   bool
}

// hashMemory and hashPasses make passwords cheap: a scenario is not about guessing them.
const (
	hashMemory = 64 // KiB
	hashPasses = 1
)

// Environment makes an environment.
func (p *Play) Environment(settings ...Setting) *Environment {
	must(p.ctx.Err())
	s := defaults()
	if own := p.engine.options.Settings; own != nil {
		own(&s)
	}
	if p.engine.options.SessionStore != "" {
		s.SessionStore = p.engine.options.SessionStore
	}
	for _, change := range settings {
		change(&s)
	}
	w := &Environment{play: p, number: len(p.environments) + 1, settings: s, users: map[string]models.User{}}
	w.Clock = &Clock{now: dawn(), say: p.event}
	w.hasher = auth.NewHasher(hashMemory, hashPasses)
	if s.RealPasswords {
		w.hasher = auth.NewHasher(auth.HashMemory, auth.HashPasses)
	}
	w.keys = w.newKeys()
	w.Database = p.openDatabase()
	p.environments = append(p.environments, w)
	for range s.Nodes {
		w.Node(w.keys)
	}
	return w
}

func (w *Environment) newKeys() *auth.KeyRing {
	keys, err := auth.NewKeyRing(w.settings.Alg, w.Clock.Now())
	must(err)
	return keys
}

// Node adds a node on the environment's database, with a key ring, and returns its number. nil makes it keys of its
// own.
func (w *Environment) Node(keys *auth.KeyRing, settings ...Setting) int {
	s := w.settings
	for _, change := range settings {
		change(&s)
	}
	if keys == nil {
		keys = w.newKeys()
	}
	return w.node(s, keys, w.Database)
}

// sessionsOf is where a node keeps its sessions. The memory of a process is its own; all else is shared by the
// nodes of a database.
func (w *Environment) sessionsOf(s Settings, d *Database) auth.SessionRows {
	if s.SessionStore == auth.StoreDatabase {
		return auth.InDatabase(d.db)
	}
	if w.sessions != nil {
		return w.sessions
	}
	open := w.play.engine.options.Sessions
	if open == nil {
		panic(stopped{fmt.Errorf("sessions outside the database: %w", ErrNotBuilt)})
	}
	rows, closing, err := open(w.play.ctx, s.SessionStore, d.db)
	must(err)
	w.closing = append(w.closing, closing)
	if rows.Kind() != auth.StoreMemory {
		w.sessions = rows
	}
	return rows
}

// NodeApart adds a node with the environment's keys that shares no database with the others: it has a replica, where the same
// users with the same passwords are, and no sign-in of theirs.
func (w *Environment) NodeApart() int {
	w.Owner()
	d := w.play.openDatabase()
	w.apart = append(w.apart, d)
	must(d.db.Mirror(w.background(), w.Database.db))
	return w.node(w.settings, w.keys, d)
}

func (w *Environment) node(s Settings, keys *auth.KeyRing, d *Database) int {
	sessions := w.sessionsOf(s, d)
	w.stores = append(w.stores, sessions)
	handler, err := w.play.engine.options.Factory(s, Deps{DB: d.db, Sessions: sessions, Keys: keys, Now: w.Clock.Now, Hasher: w.hasher})
	must(err)
	if wrap := w.play.engine.options.Handler; wrap != nil {
		handler = wrap(handler)
	}
	w.nodes = append(w.nodes, &node{Handler: handler, number: len(w.nodes) + 1})
	return len(w.nodes)
}

// StopNode takes a node away: whoever asks it gets no answer.
func (w *Environment) StopNode(number int) {
	w.nodes[number-1].down = true
	w.play.event(Words{"A server stops.", "서버 하나가 멈춰요."})
}

// Key is the key that the environment's access tokens are signed with.
func (w *Environment) Key() *auth.Key { return w.keys.Signing() }

// JWKS is what the environment publishes of its keys.
func (w *Environment) JWKS() []byte { return w.keys.JWKS(w.Clock.Now()) }

// password is every user's.
const password = "correct horse battery"

// OwnerName is the owner's user name: a marker that is found nowhere by chance.
const OwnerName = "mina-kim-owner"

// adminName is the admin's.
const adminName = "teacher"

// User returns a user of that name, who is made at the first call.
func (w *Environment) User(name, role string) models.User {
	if u, found := w.users[name]; found {
		return u
	}
	ctx := w.background()
	hash, err := w.hasher.Hash(ctx, password)
	must(err)
	u, err := w.Database.db.CreateUser(ctx, models.NewUser{Name: name, PasswordHash: hash, Role: role, Now: w.Clock.Now()})
	must(err)
	w.users[name] = u
	return u
}

// Owner is the owner's account.
func (w *Environment) Owner() models.User { return w.User(OwnerName, models.RoleMember) }

// background is for what the environment does to the database itself, beside every request.
func (w *Environment) background() context.Context { return sqltrace.Background(w.play.ctx) }

// SetRole changes the owner's role, as an admin on another server would.
func (w *Environment) SetRole(role string) {
	// The last admin cannot be demoted: there is another.
	w.User(adminName, models.RoleAdmin)
	must(w.Database.db.SetRole(w.background(), 0, w.Owner().ID, role))
	w.play.event(Words{"The owner's role is now " + role + ".", "주인의 역할이 바뀌어요: " + roleName(role).KO + "."})
}

// roleName is what a role is called; what is no role stays as it is.
func roleName(role string) Words {
	return Words{role, cmp.Or(map[string]string{models.RoleAdmin: "관리자", models.RoleMember: "회원"}[role], role)}
}

// SetActive lets the owner's account in or keeps it out, and ends nothing beside.
func (w *Environment) SetActive(active bool) {
	must(w.Database.db.SetActive(w.background(), 0, w.Owner().ID, active))
	if active {
		w.play.event(Words{"The owner's account is active again.", "주인의 계정이 다시 활성화됐어요."})
	} else {
		w.play.event(Words{"The owner's account is deactivated.", "주인의 계정이 비활성화됐어요."})
	}
}

// RetireKey has the environment's servers sign with a new key from now on, and no longer accept the old one.
func (w *Environment) RetireKey() {
	must(w.keys.RotateInMemory(w.Clock.Now(), w.Clock.Now()))
	w.play.event(Words{"The server signs with a new key and retires the old one.", "서버가 새 키로 서명하기 시작하고 옛 키를 폐기해요."})
}

// Keys are the environment's keys.
func (w *Environment) Keys() *auth.KeyRing { return w.keys }

// Settings are what the environment was made with.
func (w *Environment) Settings() Settings { return w.settings }

// closeLimit is how long tidying up may take after a run was cancelled.
const closeLimit = time.Minute

func (w *Environment) close() error {
	var err error
	if w.sessions != nil { // nothing stays where others keep theirs
		for _, u := range w.users {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(w.background()), closeLimit)
			_, ended := w.sessions.EndOtherSessions(ctx, u.ID, 0)
			cancel()
			err = errors.Join(err, ended)
		}
	}
	for _, closing := range w.closing {
		err = errors.Join(err, closing())
	}
	err = errors.Join(err, w.Database.close())
	for _, d := range w.apart {
		err = errors.Join(err, d.close())
	}
	return err
}
