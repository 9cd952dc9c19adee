package models_test

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// What follows is the refresh family as SECURITY wants it, in a few lines and without a database: the property
// test does the same to both and compares.

// modelToken is one refresh token.
type modelToken struct {
	parent, successor, sealed string // names; "" for none
	used, retried, reused     time.Time
	retries                   int
}

// modelFamily is one sign-in. Tokens stand in the order in which they were issued.
type modelFamily struct {
	id      int64
	expires time.Time
	ended   bool
	order   []string
	tokens  map[string]*modelToken
}

// modelState is all of a user's families.
type modelState struct {
	grace    time.Duration
	families []*modelFamily
}

// operation is one thing that can happen. Its outcome is a word, the same from the model and the database.
type operation struct {
	kind   string // present, renew, end
	token  string // present: which one
	family int64  // renew, end
	next   string // the token that would come of it
}

func (o operation) String() string {
	if o.kind == "present" {
		return o.kind + " " + o.token + " for " + o.next
	}
	return fmt.Sprint(o.kind, " ", o.family, " ", o.next)
}

// copied is a state that can be changed by itself.
func (s *modelState) copied() *modelState {
	other := &modelState{grace: s.grace}
	for _, f := range s.families {
		g := *f
		g.order, g.tokens = slices.Clone(f.order), make(map[string]*modelToken, len(f.tokens))
		for name, t := range f.tokens {
			token := *t
			g.tokens[name] = &token
		}
		other.families = append(other.families, &g)
	}
	return other
}

func (f *modelFamily) issue(name, parent string) {
	f.order = append(f.order, name)
	f.tokens[name] = &modelToken{parent: parent}
}

// do carries out one operation and returns its outcome.
func (s *modelState) do(o operation, now time.Time) string {
	for _, f := range s.families {
		over := f.ended || !now.Before(f.expires)
		switch {
		case o.kind == "present" && f.tokens[o.token] != nil:
			if over {
				return "ended"
			}
			return f.present(o, now, s.grace)
		case o.kind == "renew" && f.id == o.family:
			if over {
				return "not found"
			}
			f.renew(o.next, now)
			return "renewed"
		case o.kind == "end" && f.id == o.family:
			f.ended = true
			return "done"
		}
	}
	return "not found"
}

func (f *modelFamily) present(o operation, now time.Time, grace time.Duration) string {
	t := f.tokens[o.token]
	if t.used.IsZero() {
		t.used, t.successor, t.sealed = now, o.next, o.next
		f.issue(o.next, o.token)
		if t.parent != "" {
			f.tokens[t.parent].sealed = ""
		}
		return "exchanged"
	}
	if grace > 0 && now.Sub(t.used) <= grace && t.sealed != "" {
		t.retries, t.retried = t.retries+1, now
		return "retry " + t.sealed
	}
	t.reused, f.ended = now, true
	return "reuse"
}

func (f *modelFamily) renew(next string, now time.Time) {
	for _, t := range f.tokens {
		t.sealed = ""
		if t.used.IsZero() {
			t.used = now
		}
	}
	f.issue(next, "")
}

// stands lists the names of the tokens that are still good: never more than one.
func (f *modelFamily) stands() (names []string) {
	for _, name := range f.order {
		if f.tokens[name].used.IsZero() {
			names = append(names, name)
		}
	}
	return names
}

// ordered finds an order of operations, one after the other, that has exactly these outcomes and leads to a state
// that fits, and returns that state: nil if there is none, so that what happened at once can have happened in no
// order.
func (s *modelState) ordered(ops []operation, outcomes []string, now time.Time, fits func(*modelState) bool) *modelState {
	if len(ops) == 0 {
		if fits(s) {
			return s
		}
		return nil
	}
	for i, o := range ops {
		after := s.copied()
		if after.do(o, now) != outcomes[i] {
			continue
		}
		rest := slices.Delete(slices.Clone(ops), i, i+1)
		if end := after.ordered(rest, slices.Delete(slices.Clone(outcomes), i, i+1), now, fits); end != nil {
			return end
		}
	}
	return nil
}

// tell describes all families.
func (s *modelState) tell(begin time.Time) string {
	var b strings.Builder
	for _, f := range s.families {
		b.WriteString(f.tell(begin))
	}
	return b.String()
}

// tell describes a family.
func (f *modelFamily) tell(begin time.Time) string {
	var b strings.Builder
	fmt.Fprintf(&b, "family %d ended %v\n", f.id, f.ended)
	at := func(t time.Time) string {
		if t.IsZero() {
			return "-"
		}
		return t.Sub(begin).String()
	}
	for _, name := range f.order {
		t := f.tokens[name]
		fmt.Fprintf(&b, "%s of %q: used %s for %q, %d retries %s, reused %s\n", name, t.parent, at(t.used), t.successor, t.retries, at(t.retried), at(t.reused))
	}
	return b.String()
}
