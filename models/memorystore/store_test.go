package memorystore_test

import (
	"encoding/binary"
	"errors"
	"strconv"
	"testing"
	"time"

	"twodoors/models"
	"twodoors/models/memorystore"
)

var now = time.Date(2031, 3, 3, 9, 0, 0, 0, time.UTC)

func hash(n int64) (h [32]byte) {
	binary.BigEndian.PutUint64(h[:], uint64(n))
	return h
}

// keep makes the session of a device that ends after a while if nobody uses it.
func keep(t testing.TB, s *memorystore.Store, device int64, idle time.Duration) {
	t.Helper()
	err := s.CreateSession(t.Context(), models.Session{
		IDHash: hash(device), DeviceID: device, UserID: device % 7, LastSeen: models.At(now),
		Idle: idle, ExpiresAt: models.At(now.Add(8 * time.Hour)),
	}, models.User{ID: device % 7, PasswordHash: "secret"})
	if err != nil {
		t.Fatal(err)
	}
}

func has(t testing.TB, s *memorystore.Store, device int64, at time.Time) bool {
	t.Helper()
	_, u, err := s.FindSession(t.Context(), hash(device), at)
	if u.PasswordHash != "" {
		t.Error("a password's hash is kept")
	}
	return err == nil
}

// TestBounded: a full store gives up what ends soonest, and never grows.
func TestBounded(t *testing.T) {
	s := memorystore.New(3)
	keep(t, s, 1, 20*time.Minute)
	keep(t, s, 2, 10*time.Minute)
	keep(t, s, 3, 30*time.Minute)
	if err := s.TouchSession(t.Context(), hash(2), now.Add(25*time.Minute)); err != nil { // ends at 35 now
		t.Fatal(err)
	}
	keep(t, s, 4, 25*time.Minute)
	if has(t, s, 1, now) || !has(t, s, 2, now) || !has(t, s, 3, now) || !has(t, s, 4, now) {
		t.Error("not the one that ends soonest was given up")
	}
	for device := range int64(1000) {
		keep(t, s, 100+device, time.Hour)
	}
	if s.Len() != 3 {
		t.Errorf("%d sessions are kept", s.Len())
	}
	for user := range int64(7) {
		if list, err := s.SessionsOfUser(t.Context(), user, now); err != nil || len(list) > 1 {
			t.Errorf("user %d: %d sessions, %v", user, len(list), err)
		}
	}
}

// keepOf keeps a session of a user, or returns why it is not kept.
func keepOf(t testing.TB, s *memorystore.Store, device int64, u models.User, life time.Duration, most int) error {
	t.Helper()
	return s.CreateSession(t.Context(), models.Session{
		IDHash: hash(device), DeviceID: device, UserID: u.ID, CreatedAt: models.At(now), LastSeen: models.At(now), ExpiresAt: models.At(now.Add(life)), Most: most,
	}, u)
}

// TestDemoGivesWay: however many sessions demo accounts make, and however long they last, those of others stay; demo
// accounts have half of the store, give way to others, and get nothing of a store that is full of others.
func TestDemoGivesWay(t *testing.T) {
	s := memorystore.New(10)
	member, demo := models.User{ID: 1, Active: true}, models.User{ID: 2, TeamID: 9, Active: true}
	for device := range int64(3) {
		if err := keepOf(t, s, device, member, time.Minute, 0); err != nil {
			t.Fatal(err)
		}
	}
	for device := range int64(1000) {
		if err := keepOf(t, s, 100+device, demo, 24*time.Hour, 0); err != nil {
			t.Fatal(err)
		}
	}
	if !has(t, s, 0, now) || !has(t, s, 1, now) || !has(t, s, 2, now) || s.Len() != 8 || !has(t, s, 1099, now) {
		t.Errorf("a thousand demo sessions: %d are kept", s.Len())
	}
	for device := range int64(7) {
		if err := keepOf(t, s, 10+device, member, time.Minute, 0); err != nil || !has(t, s, 10+device, now) {
			t.Fatalf("member's session %d: %v", device, err)
		}
	}
	if s.Len() != 10 || has(t, s, 1099, now) {
		t.Errorf("ten sessions of a member: %d are kept", s.Len())
	}
	if err := keepOf(t, s, 2000, demo, time.Hour, 0); !errors.Is(err, models.ErrFull) {
		t.Errorf("a demo session in a store full of others: %v", err)
	}
}

// TestMost: a user has as many sessions as asked for, those that are over left out.
func TestMost(t *testing.T) {
	s := memorystore.New(10)
	u := models.User{ID: 1, Active: true}
	for device := range int64(3) {
		if err := keepOf(t, s, device, u, time.Hour, 3); err != nil {
			t.Fatal(err)
		}
	}
	if err := keepOf(t, s, 3, u, time.Hour, 3); !errors.Is(err, models.ErrFull) {
		t.Errorf("a fourth of three: %v", err)
	}
	if err := s.EndSession(t.Context(), 1, 0); err != nil {
		t.Fatal(err)
	}
	if err := keepOf(t, s, 3, u, time.Hour, 3); err != nil {
		t.Error(err)
	}
}

// TestSweep gives back the memory of what is over, so many at a time.
func TestSweep(t *testing.T) {
	s := memorystore.New(100)
	for device := range int64(10) {
		keep(t, s, device, time.Duration(device+1)*time.Minute)
	}
	later := now.Add(7 * time.Minute)
	for i, want := range []int{5, 2, 0} {
		if got := s.Sweep(later, 5); got != want {
			t.Errorf("sweep %d: %d, want %d", i, got, want)
		}
	}
	if s.Len() != 3 || has(t, s, 6, now) || !has(t, s, 7, later) {
		t.Errorf("%d left", s.Len())
	}
}

// BenchmarkFind is the lookup of a request, with a thousand and with a hundred thousand signed in.
func BenchmarkFind(b *testing.B) {
	for _, count := range []int64{1_000, 100_000} {
		b.Run(strconv.FormatInt(count, 10), func(b *testing.B) {
			s := memorystore.New(int(count))
			for device := range count {
				keep(b, s, device, time.Hour)
			}
			b.ReportAllocs()
			i := int64(0)
			for b.Loop() {
				i = (i + 7919) % count
				if _, _, err := s.FindSession(b.Context(), hash(i), now); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
