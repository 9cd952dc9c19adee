package models_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"twodoors/models"
	"twodoors/models/sqltrace"
)

// machine is the database and the model beside each other.
type machine struct {
	db    *models.DB
	ctx   context.Context
	user  int64
	begin time.Time // whole microseconds, as they are stored
	now   time.Time
	state *modelState
	names map[string]string // by hash
	count int
}

// ids numbers families and users over all runs on one database.
var ids atomic.Int64

// name makes a new token's name.
func (m *machine) name() string {
	m.count++
	name := fmt.Sprintf("%d of %d", m.count, m.user)
	h := hash(name)
	m.names[string(h[:])] = name
	return name
}

func (m *machine) signIn(t *rapid.T) {
	id, name := ids.Add(1), m.name()
	f := &modelFamily{id: id, expires: m.now.Add(8 * time.Hour), tokens: map[string]*modelToken{}}
	f.issue(name, "")
	m.state.families = append(m.state.families, f)
	err := m.db.CreateFamily(m.ctx, models.Family{
		ID: id, UserID: m.user, CreatedAt: models.At(m.now), LastSeen: models.At(m.now), ExpiresAt: models.At(f.expires), Carrier: "cookie",
	}, hash(name))
	if err != nil {
		t.Fatal(err)
	}
}

// draw thinks of an operation: mostly on what could go wrong, a token of any age.
func (m *machine) draw(t *rapid.T) operation {
	f := rapid.SampledFrom(m.state.families).Draw(t, "family")
	o := operation{kind: rapid.SampledFrom([]string{"present", "present", "present", "present", "present", "renew", "end"}).Draw(t, "what"), family: f.id, next: m.name()}
	if o.kind == "present" {
		back := rapid.IntRange(0, min(3, len(f.order))).Draw(t, "how old")
		o.token = "nobody's"
		if back < len(f.order) {
			o.token = f.order[len(f.order)-1-back]
		}
	}
	return o
}

// do carries out an operation on the database and returns its outcome in the model's words.
func (m *machine) do(o operation) string {
	var err error
	switch o.kind {
	case "present":
		var out models.Rotated
		out, err = m.db.Rotate(m.ctx, models.Rotation{
			Presented: hash(o.token), Successor: hash(o.next), Sealed: []byte("sealed " + o.next), Now: m.now, Grace: m.state.grace, AccessEnds: m.now.Add(time.Hour),
		})
		switch {
		case errors.Is(err, models.ErrReuse):
			return "reuse"
		case err == nil && out.Retry:
			return "retry " + strings.TrimPrefix(string(out.Sealed), "sealed ")
		case err == nil:
			return "exchanged"
		}
	case "renew":
		if _, err = m.db.RenewFamily(m.ctx, o.family, hash(o.next), m.now, m.now.Add(time.Hour)); err == nil {
			return "renewed"
		}
	case "end":
		if err = m.db.EndFamily(m.ctx, o.family, m.user, "ended", m.now, 0); err == nil {
			return "done"
		}
	}
	switch {
	case errors.Is(err, models.ErrEnded):
		return "ended"
	case errors.Is(err, models.ErrNotFound):
		return "not found"
	}
	return "failed: " + err.Error()
}

// step does one to four operations at once. Whatever the database made of them, there has to be an order in which
// the model makes the same of them.
func (m *machine) step(t *rapid.T) {
	ops := make([]operation, rapid.SampledFrom([]int{1, 1, 1, 2, 3, 4}).Draw(t, "at once"))
	for i := range ops {
		ops[i] = m.draw(t)
	}
	if len(ops) > 1 && rapid.Bool().Draw(t, "the same token") {
		for i := range ops {
			if ops[i].kind == "present" && ops[0].kind == "present" {
				ops[i].token = ops[0].token
			}
		}
	}
	outcomes := make([]string, len(ops))
	var wg sync.WaitGroup
	for i, o := range ops {
		wg.Go(func() { outcomes[i] = m.do(o) })
	}
	wg.Wait()
	trees := m.trees(t)
	fits := func(s *modelState) bool { return s.tell(m.begin) == m.read(trees, s).tell(m.begin) }
	after := m.state.ordered(ops, outcomes, m.now, fits)
	if after == nil {
		t.Fatalf("%v at once had the outcomes %q and left the rows:\n%s\nin no order can that be, from:\n%s",
			ops, outcomes, m.read(trees, m.state).tell(m.begin), m.state.tell(m.begin))
	}
	m.state = after
	for _, f := range m.state.families {
		if names := f.stands(); len(names) > 1 {
			t.Fatalf("family %d has two good tokens: %q", f.id, names)
		}
	}
}

// trees are the rows of all families, the oldest first.
func (m *machine) trees(t *rapid.T) []models.FamilyTree {
	trees, err := m.db.FamilyTrees(m.ctx, m.user, m.begin, 1000, 1000)
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(trees, func(a, b models.FamilyTree) int { return int(a.ID - b.ID) })
	return trees
}

// read makes a model of what is stored. Tokens that were issued in one moment stand in the order that like has.
func (m *machine) read(trees []models.FamilyTree, like *modelState) *modelState {
	s := &modelState{}
	for i, tree := range trees {
		f := &modelFamily{id: tree.ID, ended: !tree.EndedAt.IsZero(), tokens: map[string]*modelToken{}}
		for _, row := range tree.Tokens {
			name := m.names[string(row.Hash)]
			f.order = append(f.order, name)
			f.tokens[name] = &modelToken{
				parent: m.names[string(row.Parent)], successor: m.names[string(row.Successor)], retries: row.Retries,
				used: row.UsedAt.Time, retried: row.RetriedAt.Time, reused: row.ReusedAt.Time,
			}
		}
		if i < len(like.families) {
			order := like.families[i].order
			slices.SortStableFunc(f.order, func(a, b string) int { return slices.Index(order, a) - slices.Index(order, b) })
		}
		s.families = append(s.families, f)
	}
	return s
}

// TestRotationKeepsToTheModel does what may happen to refresh tokens in any order, and at once, on a clock that
// may stand still, to the database and to the model.
func TestRotationKeepsToTheModel(t *testing.T) {
	for _, c := range []struct {
		kind  string
		steps int
	}{{"sqlite", 30}, {"postgres", 10}} {
		t.Run(c.kind, func(t *testing.T) {
			t.Parallel()
			db := MustOpen(t, URL(t, c.kind))
			rapid.Check(t, func(rt *rapid.T) {
				m := &machine{
					db: db, ctx: sqltrace.Background(t.Context()), begin: models.At(now).Time, now: models.At(now).Time, names: map[string]string{"": ""},
					state: &modelState{grace: rapid.SampledFrom([]time.Duration{0, 10 * time.Second, 10 * time.Second}).Draw(rt, "grace")},
				}
				user, err := db.CreateUser(m.ctx, models.NewUser{Name: fmt.Sprint("user-", ids.Add(1)), Now: now})
				if err != nil {
					rt.Fatal(err)
				}
				m.user = user.ID
				m.signIn(rt)
				for range rapid.IntRange(1, c.steps).Draw(rt, "steps") {
					switch rapid.IntRange(0, 9).Draw(rt, "next") {
					case 0:
						m.signIn(rt)
					case 1, 2:
						m.now = m.now.Add(rapid.SampledFrom([]time.Duration{
							time.Microsecond, time.Second, 10 * time.Second, 10*time.Second + time.Microsecond, time.Hour, 7 * time.Hour,
						}).Draw(rt, "wait"))
					default:
						m.step(rt)
					}
				}
			})
		})
	}
}
