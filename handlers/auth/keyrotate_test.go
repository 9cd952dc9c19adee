package auth_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/securecookie"

	"twodoors/handlers/auth"
)

// Lives of the tests' keys.
const (
	access  = 15 * time.Minute
	longest = 336 * time.Hour
)

func mustRotate(t testing.TB, dir string, r auth.Rotation) {
	t.Helper()
	r.Access, r.Cookie = access, longest
	if err := auth.RotateKeys(dir, r); err != nil {
		t.Fatal(err)
	}
}

func mustReload(t testing.TB, ring *auth.KeyRing, now time.Time, want bool) {
	t.Helper()
	if changed, err := ring.Reload(now); err != nil || changed != want {
		t.Fatalf("reloaded: changed %v, %v; want %v", changed, err, want)
	}
}

// published is the kids of a ring's key set.
func published(t testing.TB, ring *auth.KeyRing, now time.Time) []string {
	t.Helper()
	var set struct{ Keys []struct{ Kid string } }
	if err := json.Unmarshal(ring.JWKS(now), &set); err != nil {
		t.Fatal(err)
	}
	var kids []string
	for _, k := range set.Keys {
		kids = append(kids, k.Kid)
	}
	return kids
}

func mustEncode(t testing.TB, codecs []securecookie.Codec, text string) string {
	t.Helper()
	value, err := securecookie.EncodeMulti("name", []byte(text), codecs...)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func decodes(codecs []securecookie.Codec, value string) bool {
	var got []byte
	return securecookie.DecodeMulti("name", value, &got, codecs...) == nil
}

// TestRotation follows two running nodes on one folder through a rotation, from the old keys to their end.
func TestRotation(t *testing.T) {
	for _, alg := range auth.Algorithms() {
		t.Run(alg, func(t *testing.T) {
			dir := keysDir(t)
			one, two := mustOpenRing(t, dir, alg), mustOpenRing(t, dir, alg)
			codecs, others := one.CookieCodecs(), two.CookieCodecs() // taken once, as the app takes them
			old, before := one.Signing().ID, mustEncode(t, codecs, "before")
			mustReload(t, one, start, false)

			now := start.Add(time.Hour)
			mustRotate(t, dir, auth.Rotation{Now: now, Settle: 10 * time.Second})
			mustReload(t, one, now, true)
			if one.Signing().ID != old {
				t.Error("the new key signs before it is known everywhere")
			}
			asymmetric := alg != "HS256"
			if kids := published(t, one, now); asymmetric && len(kids) != 2 {
				t.Errorf("published: %v, want the old key and the next", kids)
			}
			if !decodes(others, mustEncode(t, codecs, "settling")) {
				t.Error("a node that has not looked yet refuses a cookie of one that has")
			}

			began := now.Add(10 * time.Second)
			mustReload(t, one, began, true) // nothing new in the folder: the time has come
			current := one.Signing().ID
			if current == old || one.Signing().Alg != alg {
				t.Fatalf("signs with %s (%s), the old key was %s", current, one.Signing().Alg, old)
			}
			after := mustEncode(t, codecs, "after")
			mustReload(t, two, began, true)
			if two.Signing().ID != current || !decodes(others, after) || !decodes(others, before) || !decodes(codecs, before) {
				t.Error("the second node does not have the same keys")
			}

			last := began.Add(access + auth.Leeway) // of a token signed in the last moment
			if one.ByID(old, last) == nil || asymmetric && !slices.Contains(published(t, one, last), old) {
				t.Error("the old key ended before the last token signed with it")
			}
			end := last.Add(time.Minute)
			if one.ByID(old, end) != nil || slices.Contains(published(t, one, end), old) {
				t.Error("the old key is still good, or published, a minute after one life of a token")
			}
			if one.ByID(current, end) == nil {
				t.Error("the new key is not good")
			}
			mustReload(t, one, end, true)
			if !decodes(codecs, before) {
				t.Error("a cookie of before is refused while the longest life of one has not passed")
			}
			gone := began.Add(longest + time.Minute)
			mustReload(t, one, gone, true)
			if decodes(codecs, before) || !decodes(codecs, after) {
				t.Error("the old cookie key is still good, or the new one is not")
			}

			mustRotate(t, dir, auth.Rotation{Now: gone})
			files, err := os.ReadDir(dir)
			if err != nil || len(files) != 4 { // the second and the third of each kind
				t.Errorf("%d files, %v: those that have retired are to be cleared away", len(files), err)
			}
			if again := mustOpen(t, dir, alg, gone); again.Signing().ID == current || again.ByID(current, gone) == nil {
				t.Error("opened after the second rotation, the ring has not the keys of it")
			}
		})
	}
}

func mustOpen(t testing.TB, dir, alg string, now time.Time) *auth.KeyRing {
	t.Helper()
	ring, err := auth.OpenKeyRing(dir, alg, access, now)
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

// TestSwitchOfAlgorithm: tokens of the old algorithm are good for one life more, also where a node still runs
// with it; that node signs with the new key, too.
func TestSwitchOfAlgorithm(t *testing.T) {
	dir := keysDir(t)
	algorithms := auth.Algorithms()
	running := mustOpenRing(t, dir, algorithms[0])
	now := start
	for i, alg := range append(algorithms[1:], algorithms[0]) {
		old := running.Signing()
		now = now.Add(time.Minute)
		ring := mustOpen(t, dir, alg, now)
		if ring.Signing().Alg != alg {
			t.Fatalf("%d: signs with %s, want %s", i, ring.Signing().Alg, alg)
		}
		for _, r := range []*auth.KeyRing{ring, running} {
			mustReload(t, r, now, r == running)
			if r.Signing().ID != ring.Signing().ID {
				t.Errorf("%s: the nodes sign with different keys", alg)
			}
			if r.ByID(old.ID, now.Add(access+auth.Leeway)) == nil || r.ByID(old.ID, now.Add(access+time.Minute)) != nil {
				t.Errorf("%s: the key of %s is not good for just one life of a token", alg, old.Alg)
			}
		}
	}
}

// TestUnknownKid: a token of a key that was just made is accepted without waiting for the next look at the
// folder, and made-up kids do not make a node look more than once a second.
func TestUnknownKid(t *testing.T) {
	dir := keysDir(t)
	ring := mustOpenRing(t, dir, "EdDSA")
	if ring.ByID("nobody", start) != nil {
		t.Error("found nobody's key")
	}
	next := mustOpen(t, dir, "ES256", start).Signing().ID
	if ring.ByID(next, start.Add(time.Second-1)) != nil {
		t.Error("looked twice within a second")
	}
	if key := ring.ByID(next, start.Add(time.Second)); key == nil || key.Alg != "ES256" {
		t.Error("the key of another node is not found")
	}
	memory, err := auth.NewKeyRing("EdDSA", start)
	if err != nil || memory.ByID("nobody", start) != nil {
		t.Errorf("a ring in memory: %v", err)
	}
}

// TestManyNodesOpenAnEmptyFolder: all that start in the same moment have the same keys, and no more were made.
func TestManyNodesOpenAnEmptyFolder(t *testing.T) {
	for range 10 {
		dir := filepath.Join(t.TempDir(), "keys")
		rings := make([]*auth.KeyRing, 12)
		var ready, done sync.WaitGroup
		ready.Add(len(rings))
		for i := range rings {
			done.Go(func() {
				ready.Done()
				ready.Wait()
				var err error
				if rings[i], err = auth.OpenKeyRing(dir, "EdDSA", access, start); err != nil {
					t.Error(err)
				}
			})
		}
		done.Wait()
		if t.Failed() {
			return
		}
		cookie := mustEncode(t, rings[0].CookieCodecs(), "cookie")
		for _, ring := range rings {
			if ring.Signing().ID != rings[0].Signing().ID || !decodes(ring.CookieCodecs(), cookie) {
				t.Error("nodes have different keys")
			}
		}
		if files, err := os.ReadDir(dir); err != nil || len(files) != 2 {
			t.Errorf("%d files, %v: want one key of each kind", len(files), err)
		}
	}
}

// TestManyRotationsAtOnce: whoever rotates in the same moment, all nodes end with one key that signs.
func TestManyRotationsAtOnce(t *testing.T) {
	dir := keysDir(t)
	ring := mustOpenRing(t, dir, "EdDSA")
	codecs := ring.CookieCodecs()
	first := mustEncode(t, codecs, "first")
	now := start.Add(time.Minute)
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			if err := auth.RotateKeys(dir, auth.Rotation{Now: now, Access: access, Cookie: longest}); err != nil {
				t.Error(err)
			}
		})
		wg.Go(func() { // the server goes on meanwhile
			if _, err := ring.Reload(now); err != nil {
				t.Error(err)
			}
			if !decodes(codecs, mustEncode(t, codecs, "x")) || !decodes(codecs, first) || ring.ByID(ring.Signing().ID, now) == nil {
				t.Error("between two rings")
			}
		})
	}
	wg.Wait()
	if _, err := ring.Reload(now); err != nil {
		t.Fatal(err)
	}
	if again := mustOpen(t, dir, "EdDSA", now); again.Signing().ID != ring.Signing().ID {
		t.Error("nodes sign with different keys")
	}
}

// TestFaultsWhileRunning: a folder that goes bad changes nothing for a node that runs, and is told.
func TestFaultsWhileRunning(t *testing.T) {
	dir := keysDir(t)
	ring := mustOpenRing(t, dir, "EdDSA")
	kid := ring.Signing().ID
	broken := filepath.Join(dir, "jwt-0002.pem")
	if err := os.WriteFile(broken, []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	wantFault := func(want string) {
		t.Helper()
		if _, err := ring.Reload(start); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("fault %v, want %q", err, want)
		}
		if ring.ByID("nobody", start.Add(time.Hour)) != nil || ring.ByID(kid, start) == nil || ring.Signing().ID != kid {
			t.Error("the ring has changed")
		}
	}
	wantFault(broken)
	if err := os.Remove(broken); err != nil {
		t.Fatal(err)
	}
	mustReload(t, ring, start, false)
	if runtime.GOOS != "windows" {
		if err := os.Chmod(dir, 0o770); err != nil {
			t.Fatal(err)
		}
		wantFault("chmod 700")
		if err := auth.RotateKeys(dir, auth.Rotation{Now: start}); err == nil || !strings.Contains(err.Error(), "chmod 700") {
			t.Errorf("rotated in a folder that is open to others: %v", err)
		}
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	wantFault("no such file")
	if err := auth.RotateKeys(dir, auth.Rotation{Now: start}); err == nil || !strings.Contains(err.Error(), dir) {
		t.Errorf("rotated without a folder: %v", err)
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	wantFault("lacks")
	if err := auth.RotateKeys(dir, auth.Rotation{Now: start}); err == nil || !strings.Contains(err.Error(), "no signing key") {
		t.Errorf("rotated in an empty folder: %v", err)
	}
}

// TestFolderPermissions: who can write to the folder could add a key, so it is its owner's alone.
func TestFolderPermissions(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no such modes")
	}
	for _, mode := range []os.FileMode{0o750, 0o705, 0o770, 0o777, 0o755, 0o701} {
		dir := keysDir(t)
		mustOpenRing(t, dir, "EdDSA")
		if err := os.Chmod(dir, mode); err != nil {
			t.Fatal(err)
		}
		refusedStart(t, dir, dir, "chmod 700")
	}
}

func TestListKeys(t *testing.T) {
	dir := keysDir(t)
	ring := mustOpenRing(t, dir, "RS256")
	mustRotate(t, dir, auth.Rotation{Now: start.Add(time.Minute), Settle: time.Minute})
	keys, err := auth.ListKeys(dir, start.Add(time.Minute))
	if err != nil || len(keys) != 4 {
		t.Fatalf("%+v, %v", keys, err)
	}
	for i, want := range []struct {
		file         string
		signs, leads bool
	}{{"jwt-0001.pem", true, false}, {"jwt-0002.pem", false, true}, {"cookie-0001.pem", true, false}, {"cookie-0002.pem", false, true}} {
		k := keys[i]
		if k.File != want.file || k.Signs != want.signs || k.Retires.IsZero() != want.leads || k.From.Equal(k.Created) == want.leads {
			t.Errorf("%d: %+v, want %+v", i, k, want)
		}
	}
	if keys[0].ID != ring.Signing().ID || keys[0].Alg != "RS256" || keys[1].Alg != "RS256" || keys[2].ID != "" {
		t.Errorf("%+v", keys)
	}
}

// BenchmarkKeyByID is what a ring that can be swapped costs where every token passes.
func BenchmarkKeyByID(b *testing.B) {
	ring, err := auth.OpenKeyRing(filepath.Join(b.TempDir(), "keys"), "EdDSA", access, start)
	if err != nil {
		b.Fatal(err)
	}
	kid := ring.Signing().ID
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if ring.ByID(kid, start) == nil {
				b.Fatal("not found")
			}
		}
	})
}
