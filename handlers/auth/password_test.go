package auth_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"golang.org/x/text/unicode/norm"

	"twodoors/handlers/auth"
)

func TestUsernameRules(t *testing.T) {
	for name, want := range map[string]error{
		"abc": nil, "a.b_c-9": nil, "...": nil, strings.Repeat("a", 32): nil,
		"": auth.ErrUsername, "ab": auth.ErrUsername, strings.Repeat("a", 33): auth.ErrUsername, "Mina": auth.ErrUsername,
		"mi na": auth.ErrUsername, "mina\n": auth.ErrUsername, "민아민": auth.ErrUsername, "mina@x": auth.ErrUsername, "mina\x00": auth.ErrUsername,
	} {
		if err := auth.CheckUsername(name); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", name, err, want)
		}
	}
}

func TestPasswordRules(t *testing.T) {
	for name, c := range map[string]struct {
		password string
		want     error
	}{
		"eight characters":              {"kx7#q.Lw", nil},
		"eight Hangul syllables":        {"가나다라마바사아", nil},
		"seven Hangul, 21 bytes":        {"가나다라마바사", auth.ErrPasswordShort},
		"seven Hangul in 14 letters":    {norm.NFD.String("가나다라마바사"), auth.ErrPasswordShort},
		"25 Hangul, past 72 bytes":      {strings.Repeat("한글암호", 7), nil},
		"eight emoji":                   {"🐢🐇🐈🐕🐎🐖🐑🐐", nil},
		"spaces alone":                  {"        ", nil},
		"one kind of character":         {"qqqqzzzz", nil},
		"seven":                         {"kx7#q.L", auth.ErrPasswordShort},
		"empty":                         {"", auth.ErrPasswordShort},
		"1,024 bytes":                   {strings.Repeat("k", 1024), nil},
		"1,025 bytes":                   {strings.Repeat("k", 1025), auth.ErrPasswordLong},
		"1,026 bytes of Hangul":         {strings.Repeat("가", 342), auth.ErrPasswordLong},
		"common":                        {"password1", auth.ErrPasswordCommon},
		"common, of the long list":      {"happiness", auth.ErrPasswordCommon},
		"common, in capitals":           {"PassWord1", auth.ErrPasswordCommon},
		"the app's own name":            {"twodoors", auth.ErrPasswordCommon},
		"common with more":              {"password1-and-more", nil},
		"part of two common ones":       {"word1\npassword", nil},
		"not UTF-8":                     {"kx7#q.Lw\xff", auth.ErrPasswordText},
		"a decomposed letter, composed": {"cafe\u0301 noir", nil},
	} {
		t.Run(name, func(t *testing.T) {
			if err := auth.CheckPassword(c.password); !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
		})
	}
}

func TestHasher(t *testing.T) {
	ctx := t.Context()
	h := auth.NewHasher(64, 1)
	hash, err := h.Hash(ctx, "caf\u00e9 가 noir")
	if err != nil || !strings.HasPrefix(hash, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Fatalf("hash %q, %v", hash, err)
	}
	again, _ := h.Hash(ctx, "caf\u00e9 가 noir")
	if again == hash {
		t.Error("two hashes of one password are the same: there is no salt")
	}
	for name, c := range map[string]struct {
		password, hash string
		want           bool
	}{
		"right":                     {"caf\u00e9 가 noir", hash, true},
		"right, typed decomposed":   {"cafe\u0301 \u1100\u1161 noir", hash, true},
		"wrong":                     {"cafe 가 noir", hash, false},
		"another case":              {"CAF\u00c9 가 noir", hash, false},
		"cut off":                   {"caf\u00e9 가 noi", hash, false},
		"with more":                 {"caf\u00e9 가 noir ", hash, false},
		"empty":                     {"", hash, false},
		"empty, user without one":   {"", "", false},
		"anything, unknown user":    {"caf\u00e9 가 noir", "", false},
		"longer than any is":        {strings.Repeat("k", 1025), hash, false},
		"25 Hangul, the last other": {strings.Repeat("가", 24) + "나", mustHash(t, h, strings.Repeat("가", 25)), false},
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := h.Check(ctx, c.password, c.hash); got != c.want || err != nil {
				t.Errorf("%v, %v, want %v", got, err, c.want)
			}
		})
	}
	if _, err := h.Check(ctx, "x", "not a hash"); err == nil {
		t.Error("a broken hash is a fault, not a wrong password")
	}
}

func mustHash(t testing.TB, h *auth.Hasher, password string) string {
	t.Helper()
	hash, err := h.Hash(t.Context(), password)
	if err != nil {
		t.Fatal(err)
	}
	return hash
}

// TestHasherQueue: a flood is told to come back later instead of waiting without end, and whoever gave up
// waiting takes nobody's turn.
func TestHasherQueue(t *testing.T) {
	h := auth.NewHasher(8<<10, 3)
	ctx, cancel := context.WithCancel(t.Context())
	var wait sync.WaitGroup
	var mu sync.Mutex
	results := map[string]int{}
	for range 400 {
		wait.Go(func() {
			_, err := h.Hash(ctx, "kx7#q.Lw")
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				results["done"]++
			case errors.Is(err, auth.ErrBusy):
				results["busy"]++
				cancel() // the queue was full: the others need not be waited for
			case errors.Is(err, context.Canceled):
				results["gone"]++
			default:
				results[err.Error()]++
			}
		})
	}
	wait.Wait()
	cancel()
	if results["busy"] == 0 || results["done"]+results["busy"]+results["gone"] != 400 {
		t.Errorf("of 400 at once: %v", results)
	}
	if _, err := h.Hash(t.Context(), "kx7#q.Lw"); err != nil {
		t.Errorf("after the flood: %v", err)
	}
}
