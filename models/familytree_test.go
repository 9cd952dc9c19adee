package models_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twodoors/models"
)

// story is what a tree says of a token, in a line: the tests' tokens are known by their names.
func story(t models.RefreshToken, names map[string]string, begin time.Time) string {
	at := func(m models.Time) string { return m.Sub(models.At(begin).Time).String() }
	text := names[string(t.Hash)] + " issued " + at(t.IssuedAt)
	if !t.UsedAt.IsZero() {
		text += " used " + at(t.UsedAt) + " for " + names[string(t.Successor)]
	}
	if t.Retries > 0 {
		text += fmt.Sprintf(" retried %d last %s", t.Retries, at(t.RetriedAt))
	}
	if !t.ReusedAt.IsZero() {
		text += " reused " + at(t.ReusedAt)
	}
	return text
}

func stories(tree models.FamilyTree, begin time.Time) []string {
	names := map[string]string{"": "nothing"}
	for _, name := range []string{"a", "b", "c", "d", "e", "new", "o"} {
		h := hash(name)
		names[string(h[:])] = name
	}
	var list []string
	for _, t := range tree.Tokens {
		list = append(list, story(t, names, begin))
	}
	return list
}

func TestFamilyTrees(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *models.DB) {
		ctx := request(t)
		ada, bob := MustUser(t, db, "ada", models.RoleMember), MustUser(t, db, "bob", models.RoleMember)
		MustFamily(t, db, ada.ID, 1, "a")
		MustFamily(t, db, ada.ID, 2, "o")
		MustFamily(t, db, bob.ID, 3, "bob's")
		rotate := func(token, next string, after time.Duration) {
			t.Helper()
			if _, err := db.Rotate(ctx, rotation(token, next, now.Add(after))); err != nil && !errors.Is(err, models.ErrReuse) {
				t.Fatal(err)
			}
		}
		rotate("a", "b", time.Second)
		rotate("a", "x", 2*time.Second)
		rotate("a", "x", 3*time.Second)
		rotate("b", "c", 4*time.Second)
		_, err := db.RenewFamily(ctx, 1, hash("new"), now.Add(5*time.Second), now.Add(time.Hour))
		Must(t, err)
		rotate("new", "d", 6*time.Second)
		tree := func(tokens int) models.FamilyTree {
			t.Helper()
			trees, err := db.FamilyTrees(ctx, ada.ID, now.Add(time.Minute), 10, tokens)
			Must(t, err)
			if len(trees) != 2 || trees[0].ID+trees[1].ID != 3 {
				t.Fatalf("trees: %+v", trees)
			}
			if trees[0].ID == 1 {
				return trees[0]
			}
			return trees[1]
		}
		want := []string{
			"a issued 0s used 1s for b retried 2 last 3s", "b issued 1s used 4s for c", "c issued 4s used 5s for nothing",
			"new issued 5s used 6s for d", "d issued 6s",
		}
		if diff := cmp.Diff(want, stories(tree(10), now)); diff != "" {
			t.Error(diff)
		}
		if cut := tree(2); cut.Total != 5 || cmp.Diff(want[3:], stories(cut, now)) != "" {
			t.Errorf("the newest two: %d in all, %q", cut.Total, stories(cut, now))
		}
		rotate("b", "x", 7*time.Second)
		want[1] += " reused 7s"
		last := tree(10)
		if diff := cmp.Diff(want, stories(last, now)); diff != "" {
			t.Errorf("after reuse: %s", diff)
		}
		if last.EndReason != models.ReasonReuse || last.EndedAt != models.At(now.Add(7*time.Second)) {
			t.Errorf("ended: %+v", last.Family)
		}
		// The other one stands, so it comes first; past their end nothing is left to be shown.
		if trees, err := db.FamilyTrees(ctx, ada.ID, now, 1, 10); err != nil || len(trees) != 1 || trees[0].ID != 2 {
			t.Errorf("one family: %+v, %v", trees, err)
		}
		if trees, err := db.FamilyTrees(ctx, ada.ID, now.Add(8*time.Hour), 10, 10); err != nil || len(trees) != 0 {
			t.Errorf("past their end: %+v, %v", trees, err)
		}
	})
}

// TestTreeOfOneMoment: a line stays in order where the clock stood still.
func TestTreeOfOneMoment(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *models.DB) {
		ctx := request(t)
		u := MustUser(t, db, "ada", models.RoleMember)
		MustFamily(t, db, u.ID, 1, "a")
		for _, step := range []string{"ab", "bc", "cd", "de"} {
			_, err := db.Rotate(ctx, rotation(step[:1], step[1:], now))
			Must(t, err)
		}
		trees, err := db.FamilyTrees(ctx, u.ID, now, 10, 10)
		Must(t, err)
		want := []string{"a issued 0s used 0s for b", "b issued 0s used 0s for c", "c issued 0s used 0s for d", "d issued 0s used 0s for e", "e issued 0s"}
		if diff := cmp.Diff(want, stories(trees[0], now)); diff != "" {
			t.Error(diff)
		}
	})
}
