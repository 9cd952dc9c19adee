package models_test

import (
	"errors"
	"testing"
	"time"

	"twodoors/models"
)

func TestDemoTeam(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *models.DB) {
		ctx := request(t)
		end := now.Add(24 * time.Hour)
		team, err := db.CreateDemoTeam(ctx, models.NewUser{Name: "demo-admin", PasswordHash: "h"}, models.NewUser{Name: "demo-member"}, "", now, end)
		Must(t, err)
		if team.Admin.Role != models.RoleAdmin || team.Member.Role != models.RoleMember || team.Admin.TeamID != team.Team.ID ||
			team.Member.ID == 0 || team.Member.ID == team.Admin.ID || !team.Admin.ExpiresAt.Equal(models.At(end).Time) {
			t.Errorf("new team: %+v", team)
		}
		got, err := db.DemoTeamByID(ctx, team.Team.ID, now)
		Must(t, err)
		team.Admin.PasswordHash = "" // not read
		if got != team {
			t.Errorf("by id: %+v, want %+v", got, team)
		}
		_, over := db.DemoTeamByID(ctx, team.Team.ID, end)
		_, unknown := db.DemoTeamByID(ctx, 999, now)
		if !errors.Is(over, models.ErrNotFound) || !errors.Is(unknown, models.ErrNotFound) {
			t.Errorf("over: %v, unknown: %v", over, unknown)
		}
		Must(t, db.SetRole(ctx, team.Team.ID, team.Member.ID, models.RoleAdmin))
		Must(t, db.SetRole(ctx, team.Team.ID, team.Admin.ID, models.RoleMember))
		if got, err := db.DemoTeamByID(ctx, team.Team.ID, now); err != nil || got.Admin.ID != team.Member.ID || got.Member.ID != team.Admin.ID {
			t.Errorf("after changing places: %+v, %v", got, err)
		}
		if _, err := db.CreateDemoTeam(ctx, models.NewUser{Name: "fresh"}, models.NewUser{Name: "demo-member"}, "", now, end); !errors.Is(err, models.ErrTaken) {
			t.Errorf("a name that exists: %v", err)
		}
		if _, err := db.UserByName(ctx, "fresh", now); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("half a team was left: %v", err)
		}
	})
}

func TestDeleteTeam(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *models.DB) {
		ctx := request(t)
		own := MustUser(t, db, "own", models.RoleAdmin)
		team, err := db.CreateDemoTeam(ctx, models.NewUser{Name: "a"}, models.NewUser{Name: "b"}, "", now, now.Add(time.Hour))
		Must(t, err)
		_, err = db.AddNote(ctx, team.Admin.ID, "note", now)
		Must(t, err)
		MustSession(t, db, team.Admin.ID, 1, "s")
		MustFamily(t, db, team.Member.ID, 2, "t")
		Must(t, db.DeleteTeam(ctx, team.Team.ID))
		for _, id := range []int64{0, -1, team.Team.ID} {
			if err := db.DeleteTeam(ctx, id); !errors.Is(err, models.ErrNotFound) {
				t.Errorf("team %d: %v", id, err)
			}
		}
		_, session := db.SessionRow(ctx, hash("s"))
		_, _, _, family := db.FamilyRows(ctx, 2)
		if !errors.Is(session, models.ErrNotFound) || !errors.Is(family, models.ErrNotFound) {
			t.Errorf("left behind: session %v, family %v", session, family)
		}
		if _, err := db.UserByID(ctx, own.ID, now); err != nil {
			t.Errorf("the installation's own user: %v", err)
		}
	})
}

func TestNotes(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *models.DB) {
		ctx := request(t)
		ada, bob := MustUser(t, db, "ada", models.RoleMember), MustUser(t, db, "bob", models.RoleMember)
		if list, err := db.Notes(ctx, ada.ID, 10); err != nil || len(list) != 0 {
			t.Errorf("before the first: %v, %v", list, err)
		}
		var notes []models.Note
		for _, body := range []string{"one", "둘 <script>'\";--", "three"} {
			n, err := db.AddNote(ctx, ada.ID, body, now)
			Must(t, err)
			notes = append(notes, n)
		}
		list, err := db.Notes(ctx, ada.ID, 2)
		Must(t, err)
		if len(list) != 2 || list[0] != notes[2] || list[1] != notes[1] {
			t.Errorf("the newest two: %+v, want %+v", list, notes[1:])
		}
		if err := db.DeleteNote(ctx, bob.ID, notes[0].ID); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("another user's note: %v", err)
		}
		Must(t, db.DeleteNote(ctx, ada.ID, notes[0].ID))
		if err := db.DeleteNote(ctx, ada.ID, notes[0].ID); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("a second time: %v", err)
		}
		if _, err := db.AddNote(ctx, 999, "x", now); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("note of nobody: %v", err)
		}
	})
}
