package security_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"twodoors/handlers/auth"
	"twodoors/handlers/handlerstest"
	"twodoors/models"
	"twodoors/models/modelstest"
)

// Passwords and guessing (OWASP ASVS 5.0, chapter V6), rule by rule:
//
//	Argon2id, 19 MiB, t=2, p=1                         cmd/twodoors TestCostOfAPassword
//	as many at once as processors, a queue of 200,     TestFlood; handlers/auth TestQueue, TestHasherQueue
//	  503 with Retry-After beyond it
//	8 characters to 1 KB, any Unicode (NFC), no        TestPasswordsThatAreTaken; TestContract/password faults;
//	  composition rules, common ones refused             handlers/auth TestPasswordRules, TestHasher
//	unknown user and wrong password: same text,        TestUnknownUserTakesTheSameTime; TestContract/wrong password
//	  status and time
//	only wrong passwords count                         TestRightPasswordsCountForNothing; handlers/auth TestThrottleCountsOnlyWrong
//	slow down per account, the owner's known device    TestSlowDown, TestKnownDevice
//	a class of 40 behind one address gets in           TestClass, TestClassBehindOneAddress
//	a global cap                                       TestGlobalCap; handlers/auth TestThrottleAll
//	the address is the connection's                    TestForgedAddressesAreNoWayAround; TestForwardedFor
//	no default accounts outside demo mode; demo        cmd/twodoors TestNoAccountsByDefault; TestDemoOff,
//	  passwords are random                               TestDemoAccountsHaveNoPassword

// TestPasswordsThatAreTaken signs up and in with passwords of all kinds, and is refused those that are none, with
// the field named and without the password coming back.
func TestPasswordsThatAreTaken(t *testing.T) {
	t.Parallel()
	n := handlerstest.NewNode(t)
	good := []string{
		"kx7#q.Lw", "가나다라마바사아", strings.Repeat("한글암호", 20), "🐢🐇🐈🐕🐎🐖🐑🐐", "        x", "qqqqzzzz", " leading and trailing ",
		strings.Repeat("k", 1024), "a\tb\tc\td\te", `'"><script>&amp;%00`, "correct horse battery", "\u202eright-to-left", "ＦＵＬＬＷＩＤＴＨ",
	}
	for i, password := range good {
		name := fmt.Sprint("user", i)
		n.Client().Post("/signup", []string{"username", name, "password", password}).Want(http.StatusSeeOther)
		n.Client().SignInWith(handlerstest.Way{Mode: "session"}, name, password)
		other := password + "x"
		if len(other) > 1024 {
			other = password[:1023] + "x"
		}
		for _, wrong := range []string{other, password[:len(password)-1], strings.TrimSpace(password) + " "} {
			if wrong != password && strings.ToValidUTF8(wrong, "") == wrong {
				n.Client().Post("/session/login", []string{"username", name, "password", wrong}).Want(http.StatusUnauthorized)
			}
		}
	}
	// Typed on one system composed and on another decomposed, it is the same password.
	n.Client().Post("/signup", []string{"username", "composed", "password", norm.NFC.String("비밀번호는길다 é")}).Want(http.StatusSeeOther)
	n.Client().SignInWith(handlerstest.Way{Mode: "session"}, "composed", norm.NFD.String("비밀번호는길다 é"))

	for _, password := range []string{"", "kx7#q.L", "가나다라마바사", norm.NFD.String("가나다라마바사"), strings.Repeat("k", 1025), "password", "PassWord1", "12345678", "qwertyuiop", "twodoors"} {
		a := n.Client().Post("/signup", []string{"username", "refused", "password", password}).Want(http.StatusUnprocessableEntity)
		if a.Page().Find("[name=password][aria-invalid=true]").Length() != 1 || a.Page().Find("[name=password]").AttrOr("value", "") != "" || a.Page().Find("[name=username]").AttrOr("value", "") != "refused" {
			t.Errorf("%.20q: the form", password)
		}
		n.Script().JSON("POST", "/api/signup", map[string]string{"username": "refused", "password": password}).Want(http.StatusUnprocessableEntity)
	}
	n.Client().Post("/session/login", []string{"username", "refused", "password", "password"}).Want(http.StatusUnauthorized)
}

// TestUnknownUserTakesTheSameTime measures, with the real cost of a password, how long a refusal takes for a wrong
// password, an unknown name, a name that can be none, a deactivated user, and a demo account, which has no
// password. By turns, and the quickest of each counts, so that what else the machine does is left out. Where times are not
// compared, it looks at the answers.
func TestUnknownUserTakesTheSameTime(t *testing.T) {
	n := handlerstest.NewNode(t)
	n.Hasher = auth.NewHasher(auth.HashMemory, auth.HashPasses)
	n = handlerstest.NewNode(t, handlerstest.Beside(n))
	n.User("minji", models.RoleMember)
	out := n.User("out", models.RoleMember)
	if err := n.DB.SetActive(handlerstest.Background(), 0, out.ID, false); err != nil {
		t.Fatal(err)
	}
	var demo handlerstest.Me
	visitor := n.Client()
	visitor.Demo(handlerstest.Way{Mode: "session"}, "member")
	visitor.JSON("GET", "/api/session/me", nil).Want(http.StatusOK).Into(&demo)
	names := []string{"minji", "nobody", "not a name!", "out", demo.Username}
	quickest := map[string]time.Duration{}
	rounds := 1 // for the answers alone
	if modelstest.Clocked() {
		rounds = 9
	}
	for range rounds {
		for _, i := range rand.Perm(len(names)) {
			c := n.Client()
			began := time.Now()
			c.Post("/session/login", []string{"username", names[i], "password", "wrong password"}).Want(http.StatusUnauthorized)
			if took := time.Since(began); quickest[names[i]] == 0 || took < quickest[names[i]] {
				quickest[names[i]] = took
			}
		}
	}
	t.Logf("the quickest of each: %v", quickest)
	for name, least := range quickest {
		if ratio := float64(least) / float64(quickest["minji"]); modelstest.Clocked() && (ratio < 0.66 || ratio > 1.5) {
			t.Errorf("%s takes %v, a wrong password %v", name, least, quickest["minji"])
		}
	}
}

// TestRightPasswordsCountForNothing: a hundred right ones in a row from one browser, and then a wrong one is still
// just wrong.
func TestRightPasswordsCountForNothing(t *testing.T) {
	t.Parallel()
	n := handlerstest.NewNode(t)
	n.User("minji", "member")
	for range 100 {
		n.Client().SignIn(handlerstest.Way{Mode: "session"}, "minji")
	}
	n.Client().Post("/session/login", []string{"username", "minji", "password", "wrong"}).Want(http.StatusUnauthorized)
}

// attempt is a sign-in from an address.
func attempt(n *handlerstest.Node, name, password, address string, headers map[string]string) int {
	r := httptest.NewRequest(http.MethodPost, n.Config.BaseURL.String()+"/session/login", strings.NewReader("username="+name+"&password="+password))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.RemoteAddr = address
	for k, v := range headers {
		r.Header.Set(k, v)
	}
	w := httptest.NewRecorder()
	n.ServeHTTP(w, r)
	if w.Code == http.StatusTooManyRequests {
		if seconds, err := strconv.Atoi(w.Result().Header.Get("Retry-After")); err != nil || seconds < 1 {
			n.T.Errorf("429 with Retry-After %q", w.Result().Header.Get("Retry-After"))
		}
	}
	return w.Code
}

// TestForgedAddressesAreNoWayAround: another X-Forwarded-For, Forwarded or X-Real-Ip each time, and from another
// port: who guesses at one account is slowed down, and so is who guesses at many.
func TestForgedAddressesAreNoWayAround(t *testing.T) {
	t.Parallel()
	n := handlerstest.NewNode(t)
	n.User("minji", "member")
	forged := func(i int) map[string]string {
		ip := fmt.Sprintf("203.0.113.%d", i%250)
		return map[string]string{"X-Forwarded-For": ip, "X-Real-Ip": ip, "Forwarded": "for=" + ip, "True-Client-Ip": ip, "Cf-Connecting-Ip": ip}
	}
	tries := 0
	for attempt(n, "minji", fmt.Sprint("wrong", tries), fmt.Sprint("192.0.2.9:", 1024+tries), forged(tries)) == http.StatusUnauthorized {
		if tries++; tries > 100 {
			t.Fatal("one account can be guessed at without end")
		}
	}
	for attempt(n, fmt.Sprint("user", tries), "wrong", fmt.Sprint("192.0.2.9:", 1024+tries), forged(tries)) == http.StatusUnauthorized {
		if tries++; tries > 1000 {
			t.Fatal("many accounts can be guessed at from one address without end")
		}
	}
	t.Logf("slowed down after %d tries in all", tries)
	// Nor is a machine of this network, or this very one, a proxy unless it was named.
	for _, near := range []string{"127.0.0.1:5000", "10.1.2.3:5000"} {
		tries := 0
		for attempt(n, fmt.Sprint("near", tries), "wrong", near, forged(tries)) == http.StatusUnauthorized {
			if tries++; tries > 1000 {
				t.Fatalf("forwarded headers from %s are believed", near)
			}
		}
	}
	// IPv6: one customer has a whole /64.
	six := 0
	for attempt(n, fmt.Sprint("six", six), "wrong", fmt.Sprintf("[2001:db8:1:2::%x]:443", six+1), nil) == http.StatusUnauthorized {
		if six++; six > 1000 {
			t.Fatal("a /64 counts as many addresses")
		}
	}
	if code := attempt(n, "nobody", "wrong", "198.51.100.7:443", nil); code != http.StatusUnauthorized {
		t.Errorf("another address: %d", code)
	}
}

// TestGlobalCap: as many addresses as one likes, as many accounts as one likes: all of them together are slowed
// down; and an owner comes in from a browser that is known.
func TestGlobalCap(t *testing.T) {
	t.Parallel()
	n := handlerstest.NewNode(t)
	owner := n.SignedIn(handlerstest.Way{Mode: "session"}, "minji")
	owner.Post("/session/logout", nil).Want(http.StatusSeeOther)
	var wg sync.WaitGroup
	var mu sync.Mutex
	codes := map[int]int{}
	for part := range 4 {
		wg.Go(func() {
			for i := range 600 {
				code := attempt(n, fmt.Sprintf("user%d-%d", part, i), "wrong", fmt.Sprintf("10.%d.%d.%d:443", part, i/250, i%250), nil)
				mu.Lock()
				codes[code]++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if codes[http.StatusUnauthorized] > 2000 || codes[http.StatusTooManyRequests] == 0 || codes[http.StatusUnauthorized]+codes[http.StatusTooManyRequests] != 2400 {
		t.Errorf("of 2400 wrong ones from 2400 addresses: %v", codes)
	}
	owner.SignIn(handlerstest.Way{Mode: "session"}, "minji")
}
