package models_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twodoors/models"
	"twodoors/models/modelstest"
	"twodoors/models/sqltrace"
)

// TestStatements is what each method costs: its name in the record, and how many
// lookups it makes. It is the same on every database, and the same as PostgreSQL logs.
func TestStatements(t *testing.T) {
	t.Parallel()
	type step struct {
		label   string
		lookups int
		run     func(ctx context.Context, db *models.DB) error
	}
	later := now.Add(time.Minute)
	deny := now.Add(time.Hour)
	var user, member models.User
	var note models.Note
	session := func(device int64, id string) models.Session {
		return models.Session{IDHash: hash(id), DeviceID: device, UserID: user.ID, CreatedAt: models.At(now), LastSeen: models.At(now), ExpiresAt: models.At(deny)}
	}
	family := func(id int64) models.Family {
		return models.Family{ID: id, UserID: user.ID, CreatedAt: models.At(now), LastSeen: models.At(now), ExpiresAt: models.At(deny)}
	}
	steps := []step{
		{"create-user", 1, func(ctx context.Context, db *models.DB) (err error) {
			user, err = db.CreateUser(ctx, models.NewUser{Name: "ada", Role: models.RoleAdmin, Now: now})
			return err
		}},
		{"create-user", 1, func(ctx context.Context, db *models.DB) (err error) {
			member, err = db.CreateUser(ctx, models.NewUser{Name: "bob", Now: now})
			return err
		}},
		{"find-user-by-name", 1, func(ctx context.Context, db *models.DB) error {
			_, err := db.UserByName(ctx, "ada", now)
			return err
		}},
		{"find-user", 1, func(ctx context.Context, db *models.DB) error { _, err := db.UserByID(ctx, user.ID, now); return err }},
		{"set-password", 1, func(ctx context.Context, db *models.DB) (err error) {
			user.TokenVersion, err = db.SetPassword(ctx, user.ID, "x")
			return err
		}},
		{"list-users", 1, func(ctx context.Context, db *models.DB) error { _, err := db.UsersOfTeam(ctx, 0, 10, 0); return err }},
		{"set-role", 2, func(ctx context.Context, db *models.DB) error {
			return db.SetRole(ctx, 0, member.ID, models.RoleAdmin)
		}},
		{"set-active", 2, func(ctx context.Context, db *models.DB) error { return db.SetActive(ctx, 0, member.ID, false) }},
		{"set-display-name", 1, func(ctx context.Context, db *models.DB) error { return db.SetDisplayName(ctx, user.ID, "Ada") }},
		{"find-user", 1, func(ctx context.Context, db *models.DB) error { _, err := db.UserInTeam(ctx, 0, user.ID); return err }},
		{"note-sign-in", 1, func(ctx context.Context, db *models.DB) error {
			return db.NoteSignIn(ctx, models.User{ID: user.ID, TokenVersion: user.TokenVersion}, models.SignIn{At: models.At(now), Mode: "session"})
		}},
		{"show-account", 1, func(ctx context.Context, db *models.DB) error {
			_, _, err := db.Account(ctx, user.ID, now)
			return err
		}},
		{"check-leaving", 1, func(ctx context.Context, db *models.DB) error { return db.CheckLeaving(ctx, 0, member.ID) }},
		{"add-pending-end", 1, func(ctx context.Context, db *models.DB) error {
			return db.AddPendingEnd(ctx, models.PendingEnd{UserID: member.ID, Before: now})
		}},
		{"list-pending-ends", 1, func(ctx context.Context, db *models.DB) error {
			list, err := db.PendingEnds(ctx)
			if err == nil && (len(list) != 1 || !list[0].Before.Equal(models.At(now).Time)) {
				err = fmt.Errorf("%+v", list)
			}
			return err
		}},
		{"drop-pending-end", 1, func(ctx context.Context, db *models.DB) error { return db.DropPendingEnd(ctx, 1) }},
		{"delete-user", 2, func(ctx context.Context, db *models.DB) error { return db.DeleteUser(ctx, 0, member.ID) }},
		{"add-note", 1, func(ctx context.Context, db *models.DB) (err error) {
			note, err = db.AddNote(ctx, user.ID, "n", now)
			return err
		}},
		{"list-notes", 1, func(ctx context.Context, db *models.DB) error { _, err := db.Notes(ctx, user.ID, 10); return err }},
		{"delete-note", 1, func(ctx context.Context, db *models.DB) error { return db.DeleteNote(ctx, user.ID, note.ID) }},
		{"create-session", 1, func(ctx context.Context, db *models.DB) error { return db.CreateSession(ctx, session(1, "a")) }},
		{"create-session", 2, func(ctx context.Context, db *models.DB) error {
			return db.ReplaceSession(ctx, hash("a"), session(2, "b"))
		}},
		{"find-session", 1, func(ctx context.Context, db *models.DB) error {
			_, _, err := db.FindSession(ctx, hash("b"), now)
			return err
		}},
		{"touch-session", 1, func(ctx context.Context, db *models.DB) error { return db.TouchSession(ctx, hash("b"), later) }},
		{"rename-session", 1, func(ctx context.Context, db *models.DB) error {
			return db.RenameSession(ctx, hash("b"), hash("c"), later)
		}},
		{"list-sessions", 1, func(ctx context.Context, db *models.DB) error {
			_, err := db.SessionsOfUser(ctx, user.ID, now)
			return err
		}},
		{"show-session", 1, func(ctx context.Context, db *models.DB) error { _, err := db.SessionRow(ctx, hash("c")); return err }},
		{"end-other-sessions", 1, func(ctx context.Context, db *models.DB) error {
			_, err := db.EndOtherSessions(ctx, user.ID, 2)
			return err
		}},
		{"end-session", 1, func(ctx context.Context, db *models.DB) error { return db.EndSession(ctx, user.ID, 2) }},
		{"end-session", 1, func(ctx context.Context, db *models.DB) error { return db.DeleteSession(ctx, hash("c")) }},
		{"store-token", 1, func(ctx context.Context, db *models.DB) error { return db.StoreToken(ctx, user.ID, 1, hash("o"), now) }},
		{"find-user-token", 1, func(ctx context.Context, db *models.DB) error { _, err := db.TokenOfUser(ctx, user.ID); return err }},
		{"find-token", 1, func(ctx context.Context, db *models.DB) error {
			_, _, err := db.FindToken(ctx, hash("o"), now)
			return err
		}},
		{"show-token", 1, func(ctx context.Context, db *models.DB) error { _, err := db.TokenRow(ctx, user.ID); return err }},
		{"replace-token", 2, func(ctx context.Context, db *models.DB) error {
			_, err := db.ReplaceToken(ctx, user.ID, func(int64) [32]byte { return hash("p") }, now)
			return err
		}},
		{"revoke-token", 1, func(ctx context.Context, db *models.DB) error { _, err := db.RevokeToken(ctx, user.ID); return err }},
		{"create-family", 2, func(ctx context.Context, db *models.DB) error {
			return db.CreateFamily(ctx, family(10), hash("t1"))
		}},
		{"rotate-token", 4, rotating("t1", "t2")},
		{"rotate-token", 5, rotating("t2", "t3")}, // one more: the parent's copy is wiped
		{"rotate-token", 2, rotating("t2", "t4")}, // a retry is counted
		{"show-family-trees", 1, func(ctx context.Context, db *models.DB) error {
			_, err := db.FamilyTrees(ctx, user.ID, now, 10, 10)
			return err
		}},
		{"create-limited-token", 3, func(ctx context.Context, db *models.DB) error {
			return db.CreateLimitedToken(ctx, models.Issuer{Family: 10, Version: user.TokenVersion}, models.LimitedToken{Family: family(11), Name: "backup", Scope: "notes:read"})
		}},
		{"list-limited-tokens", 1, func(ctx context.Context, db *models.DB) error {
			_, err := db.LimitedTokens(ctx, user.ID, now)
			return err
		}},
		{"end-limited-token", 2, func(ctx context.Context, db *models.DB) error {
			return db.EndLimitedToken(ctx, 11, user.ID, "x", now, 0)
		}},
		{"list-families", 1, func(ctx context.Context, db *models.DB) error {
			_, err := db.FamiliesOfUser(ctx, user.ID, now)
			return err
		}},
		{"show-family", 1, func(ctx context.Context, db *models.DB) error { _, _, _, err := db.FamilyRows(ctx, 10); return err }},
		{"check-user", 1, func(ctx context.Context, db *models.DB) error {
			_, _, err := db.UserForToken(ctx, user.ID, 10, false, now)
			return err
		}},
		{"check-user-and-denylist", 1, func(ctx context.Context, db *models.DB) error {
			_, _, err := db.UserForToken(ctx, user.ID, 10, true, now)
			return err
		}},
		{"renew-family", 3, func(ctx context.Context, db *models.DB) error {
			_, err := db.RenewFamily(ctx, 10, hash("t5"), now, deny)
			return err
		}},
		{"end-other-families", 2, func(ctx context.Context, db *models.DB) error {
			_, err := db.EndOtherFamilies(ctx, user.ID, 0, "x", now, 0)
			return err
		}},
		{"end-family", 2, func(ctx context.Context, db *models.DB) error {
			return db.EndFamily(ctx, 10, user.ID, "x", now, 0)
		}},
		{"end-family", 2, func(ctx context.Context, db *models.DB) error {
			return db.EndFamilyByToken(ctx, hash("t5"), "x", now, 0)
		}},
	}
	for _, kind := range []string{"sqlite", "memory", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			u := URL(t, kind)
			db := MustOpen(t, u)
			judge := func() []string { return nil }
			if kind == "postgres" {
				log := modelstest.PostgresLog(t, u)
				mark := log.Mark()
				judge = func() []string {
					seen := log.Since(mark)
					mark = log.Mark()
					return seen
				}
			}
			for _, s := range steps {
				rec := sqltrace.NewRecorder(time.Now())
				ctx := sqltrace.For(sqltrace.With(t.Context(), rec), sqltrace.Auth)
				if err := s.run(ctx, db); err != nil {
					t.Fatalf("%s: %v", s.label, err)
				}
				if diff := cmp.Diff(sqltrace.Counts{Auth: s.lookups}, rec.Counts()); diff != "" {
					t.Errorf("%s: lookups (-want +got)\n%s%v", s.label, diff, rec.Statements())
				}
				if seen := judge(); seen != nil {
					if diff := cmp.Diff(seen, texts(rec)); diff != "" {
						t.Errorf("%s: what the server logged and what was recorded (-server +recorded)\n%s", s.label, diff)
					}
				}
				for _, e := range rec.Statements() {
					if e.Label != s.label {
						t.Errorf("label %q, want %q: %s", e.Label, s.label, e.SQL)
					}
				}
			}
			var err error
			var team models.DemoTeam
			for _, s := range []step{
				{"create-demo-team", 2, func(ctx context.Context, db *models.DB) error {
					team, err = db.CreateDemoTeam(ctx, models.NewUser{Name: "d1"}, models.NewUser{Name: "d2"}, "", now, deny)
					return err
				}},
				{"find-demo-team", 1, func(ctx context.Context, db *models.DB) error {
					_, err := db.DemoTeamByID(ctx, team.Team.ID, now)
					return err
				}},
				{"delete-team", 2, func(ctx context.Context, db *models.DB) error { return db.DeleteTeam(ctx, team.Team.ID) }},
			} {
				rec := sqltrace.NewRecorder(time.Now())
				Must(t, s.run(sqltrace.With(t.Context(), rec), db))
				if c := rec.Counts(); c.Data != s.lookups {
					t.Errorf("%s: %d lookups, want %d", s.label, c.Data, s.lookups)
				}
			}
		})
	}
}

// texts are the recorded texts as PostgreSQL's driver sends them.
func texts(rec *sqltrace.Recorder) (list []string) {
	for _, e := range rec.Statements() {
		switch e.Kind {
		case sqltrace.KindPrepare:
			continue
		case sqltrace.KindTransaction:
			e.SQL = strings.ToLower(e.SQL)
		}
		list = append(list, e.SQL)
	}
	return list
}

func rotating(from, to string) func(context.Context, *models.DB) error {
	return func(ctx context.Context, db *models.DB) error {
		_, err := db.Rotate(ctx, rotation(from, to, now))
		return err
	}
}

// rotation has a grace of ten seconds and denies for an hour.
func rotation(from, to string, at time.Time) models.Rotation {
	return models.Rotation{
		Presented: hash(from), Successor: hash(to), Sealed: []byte("sealed " + to),
		Now: at, Grace: 10 * time.Second, AccessEnds: at.Add(time.Hour),
	}
}
