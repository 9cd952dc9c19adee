package security_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"twodoors/handlers/auth"
	"twodoors/handlers/handlerstest"
	"twodoors/handlers/trace"
	"twodoors/models"
)

// What a visitor may do is limited for the visitor's address, and nobody elsewhere is kept waiting:
//
//	accounts, demo sign-ins, notes          TestSignUpsOfAnAddress, TestDemosOfAnAddress, TestNotesOfAnAddress
//	notes of a user                         TestNotesOfAUser
//	passwords that wait to be checked       TestPasswordsTakeTurns, TestRoomForKnownDevices
//	requests played by the compare page     TestPlayedRequests, TestPlayingEndsWithTheClient
//	event streams                           TestStreamsOfAnAddress
//	runs                                    TestInventedVisitors; handlers/labs TestQueueTakesTurnsByAddress

// clientFrom sends a form from an address.
func clientFrom(n *handlerstest.Node, address, path, form string, cookies ...*http.Cookie) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, n.Config.BaseURL.String()+path, strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.RemoteAddr = address + ":443"
	for _, k := range cookies {
		r.AddCookie(k)
	}
	w := httptest.NewRecorder()
	n.ServeHTTP(w, r)
	return w
}

const elsewhere = "198.51.100.20"

// wantSlowDown looks at an answer that asks to come back later.
func wantSlowDown(t *testing.T, a *handlerstest.Answer) {
	t.Helper()
	a.Want(http.StatusTooManyRequests)
	if a.Header.Get("Retry-After") == "" {
		t.Errorf("%s: no Retry-After", a.URL)
	}
}

// TestSignUpsOfAnAddress: four hundred at once, which is a hall full of people; then the form comes back with its name,
// and others go on signing up.
func TestSignUpsOfAnAddress(t *testing.T) {
	t.Parallel()
	n := handlerstest.NewNode(t)
	for i := range 400 {
		if w := clientFrom(n, "192.0.2.1", "/signup", fmt.Sprintf("username=visitor-%d&password=kx7%%23q.Lw", i)); w.Code != http.StatusSeeOther {
			t.Fatalf("visitor %d: %d", i, w.Code)
		}
	}
	for _, language := range []string{"en", "ko"} {
		c := n.Client()
		c.Language = language
		a := c.Post("/signup", []string{"username", "minji", "password", handlerstest.Password})
		wantSlowDown(t, a)
		handlerstest.WantWords(t, a.Text("main .said"), language)
		if kept := a.Page().Find("[name=username]").AttrOr("value", ""); kept != "minji" {
			t.Errorf("the form came back with %q", kept)
		}
		api := c.JSON("POST", "/api/signup", map[string]string{"username": "minji", "password": handlerstest.Password})
		wantSlowDown(t, api)
		handlerstest.WantProblem(t, api, http.StatusTooManyRequests, language)
	}
	n.Client().Post("/signup", []string{"username", "x", "password", "x"}).Want(http.StatusUnprocessableEntity)
	if w := clientFrom(n, elsewhere, "/signup", "username=minji&password=kx7%23q.Lw"); w.Code != http.StatusSeeOther {
		t.Errorf("from elsewhere: %d", w.Code)
	}
	n.Clock.Move(10 * time.Second)
	n.Client().Post("/signup", []string{"username", "somebody", "password", handlerstest.Password}).Want(http.StatusSeeOther)
}

// TestDemosOfAnAddress: six hundred demo sign-ins at once, through whichever door, then one a second.
func TestDemosOfAnAddress(t *testing.T) {
	t.Parallel()
	n := handlerstest.NewNode(t)
	for i := range 600 {
		path := []string{"/session/demo", "/jwt/demo", "/compare/demo"}[i%3]
		if w := clientFrom(n, "192.0.2.1", path, "as=member"); w.Code != http.StatusSeeOther {
			t.Fatalf("demo %d: %d", i, w.Code)
		}
	}
	for _, path := range []string{"/session/demo", "/cookie/demo", "/token/demo", "/compare/demo"} {
		wantSlowDown(t, n.Client().Post(path, []string{"as", "member"}))
	}
	if w := clientFrom(n, elsewhere, "/session/demo", "as=member"); w.Code != http.StatusSeeOther {
		t.Errorf("from elsewhere: %d", w.Code)
	}
	n.Clock.Move(time.Second)
	n.Client().Demo(handlerstest.Way{Mode: "session"}, "member")
}

// TestNotesOfAUser: five hundred; then the text comes back, and one that is deleted makes room.
func TestNotesOfAUser(t *testing.T) {
	for _, database := range handlerstest.Databases() {
		t.Run(database.Name, func(t *testing.T) {
			t.Parallel()
			n := handlerstest.NewNode(t, database.Option(t))
			c := n.SignedIn(handlerstest.Way{Mode: "session"}, "minji")
			user, err := n.DB.UserByName(handlerstest.Background(), "minji", n.Clock.Now())
			if err != nil {
				t.Fatal(err)
			}
			var last models.Note
			for i := range models.NotesKept {
				last = n.Note(user.ID, fmt.Sprint("note ", i))
			}
			for _, language := range []string{"en", "ko"} {
				c.Language = language
				a := c.Post("/session/member/notes", []string{"body", "one more"}).Want(http.StatusUnprocessableEntity)
				handlerstest.WantWords(t, a.Text("main .said.bad"), language)
				if kept := a.Text("textarea"); kept != "one more" {
					t.Errorf("the text came back as %q", kept)
				}
				handlerstest.WantProblem(t, c.JSON("POST", "/api/session/notes", map[string]string{"body": "one more"}), http.StatusUnprocessableEntity, language)
			}
			c.Post(fmt.Sprintf("/session/member/notes/%d/delete", last.ID), nil).Want(http.StatusSeeOther)
			c.Post("/session/member/notes", []string{"body", "one more"}).Want(http.StatusSeeOther)
		})
	}
}

// TestNotesOfAnAddress: a thousand at once, by however many users, then one a second; the text comes back.
func TestNotesOfAnAddress(t *testing.T) {
	t.Parallel()
	n := handlerstest.NewNode(t)
	for user := range 4 {
		c := n.SignedIn(handlerstest.Way{Mode: "session"}, fmt.Sprint("user", user))
		for i := range 250 {
			c.JSON("POST", "/api/session/notes", map[string]string{"body": fmt.Sprint("note ", i)}).Want(http.StatusCreated)
		}
	}
	c := n.SignedIn(handlerstest.Way{Mode: "jwt", Carrier: "cookie"}, "minji")
	a := c.Post("/jwt/member/notes", []string{"body", "one more"})
	wantSlowDown(t, a)
	if kept := a.Text("textarea"); kept != "one more" || a.Text("main .said.bad") == "" {
		t.Errorf("the text came back as %q, with %q", kept, a.Text("main .said.bad"))
	}
	wantSlowDown(t, c.JSON("POST", "/api/jwt/notes", map[string]string{"body": "one more"}))
	n.Clock.Move(time.Second)
	c.Post("/jwt/member/notes", []string{"body", "one more"}).Want(http.StatusSeeOther)
}

// flooded is a node at which others have passwords waiting: so many at each of some addresses. end sends those away who
// still wait, and returns when all have gone.
func flooded(t *testing.T, n *handlerstest.Node, each int, addresses ...string) (end func()) {
	t.Helper()
	var flood sync.WaitGroup
	for _, address := range addresses {
		for i := range each {
			flood.Go(func() {
				clientFrom(n, address, "/signup", fmt.Sprintf("username=flood-%s-%d&password=kx7%%23q.Lw", address, i))
			})
		}
	}
	return func() {
		n.Hasher.Close()
		flood.Wait()
	}
}

// slowly has a node check passwords one after the other, for the time of some milliseconds each.
func slowly(t *testing.T) *handlerstest.Node {
	n := handlerstest.NewNode(t)
	n.User("minji", models.RoleMember)
	n.Hasher = auth.NewHasher(8<<10, 8)
	return handlerstest.NewNode(t, handlerstest.Beside(n))
}

// TestPasswordsTakeTurns: behind one address as many passwords wait as may; whoever comes from another address is
// checked in the next turn and not after them.
func TestPasswordsTakeTurns(t *testing.T) {
	n := slowly(t)
	end := flooded(t, n, 150, "192.0.2.1")
	for n.Hasher.Waiting() < 110 {
		runtime.Gosched()
	}
	if code := attempt(n, "minji", handlerstest.Password, elsewhere+":443", nil); code != http.StatusSeeOther {
		t.Errorf("from elsewhere: %d", code)
	}
	if left := n.Hasher.Waiting(); left < 50 {
		t.Errorf("%d of those who came before were left", left)
	}
	end()
}

// TestRoomForKnownDevices: while the places of all others are taken, and a new device is told to come back, a device from
// which the user signed in before is let in.
func TestRoomForKnownDevices(t *testing.T) {
	n := slowly(t)
	owner := n.Client()
	owner.SignIn(handlerstest.Way{Mode: "session"}, "minji")
	end := flooded(t, n, 110, "192.0.2.10", "192.0.2.11", "192.0.2.12")
	for n.Hasher.Waiting() < 200 {
		runtime.Gosched()
	}
	var refused atomic.Bool
	for range 5 { // places become free while the test looks
		if w := clientFrom(n, elsewhere, "/session/login", "username=minji&password=wrong"); w.Code == http.StatusServiceUnavailable && w.Header().Get("Retry-After") != "" {
			refused.Store(true)
			break
		}
	}
	if !refused.Load() {
		t.Error("no new device was told to come back")
	}
	owner.SignIn(handlerstest.Way{Mode: "session"}, "minji")
	if left := n.Hasher.Waiting(); left < 50 {
		t.Errorf("%d of those who came before were left", left)
	}
	end()
}

// doorsOfAll signs a visitor in through all four doors.
func doorsOfAll(n *handlerstest.Node) *handlerstest.Client {
	c := n.Client()
	for _, mode := range []string{"session", "jwt", "token", "cookie"} {
		c.Demo(handlerstest.Way{Mode: mode, Carrier: "cookie"}, "member")
	}
	return c
}

const comparedByAll = "/compare?doors=session,jwt,token,cookie&page=notes&count=100"

// TestPlayedRequests: however much is asked for, the compare page plays two hundred requests in all.
func TestPlayedRequests(t *testing.T) {
	t.Parallel()
	n := handlerstest.NewNode(t)
	c := doorsOfAll(n)
	var played atomic.Int64
	n.Watch(func(path string, _ *trace.Record) {
		if strings.HasSuffix(path, "/member/notes") {
			played.Add(1)
		}
	})
	c.Get(comparedByAll).Want(http.StatusOK)
	if count := played.Load(); count > 200 || count < 4 {
		t.Errorf("%d requests were played", count)
	}
}

// TestPlayingEndsWithTheClient: the requests stop with the connection that asked for them.
func TestPlayingEndsWithTheClient(t *testing.T) {
	t.Parallel()
	n := handlerstest.NewNode(t)
	c := doorsOfAll(n)
	ctx, leave := context.WithCancel(t.Context())
	var played atomic.Int64
	n.Watch(func(path string, _ *trace.Record) {
		if strings.HasSuffix(path, "/member/notes") && played.Add(1) == 3 {
			leave()
		}
	})
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, n.Config.BaseURL.String()+comparedByAll, nil)
	for _, k := range c.Jar.Cookies(n.Config.BaseURL) {
		r.AddCookie(k)
	}
	for _, k := range c.Jar.Cookies(n.Config.BaseURL.JoinPath("jwt")) {
		r.AddCookie(k)
	}
	n.ServeHTTP(httptest.NewRecorder(), r)
	if count := played.Load(); count != 3 {
		t.Errorf("%d requests were played, and the client left after 3", count)
	}
}

// TestPlayedAtOnce: the compare page plays for a few at the same time, and as many wait as an address may have in line. The
// next is told to come back while all of them are held.
func TestPlayedAtOnce(t *testing.T) {
	t.Parallel()
	const inLine = 45
	n := handlerstest.NewNode(t)
	c := n.Client()
	c.Demo(handlerstest.Way{Mode: "session"}, "member")
	atOnce := max(1, runtime.GOMAXPROCS(0)-1)
	var inside atomic.Int64
	release, tooMany := make(chan struct{}), make(chan struct{})
	n.Around(func(r *http.Request) func(*trace.Record) {
		if strings.HasSuffix(r.URL.Path, "/member/notes") {
			if inside.Add(1) == int64(atOnce)+1 {
				close(tooMany)
			}
			<-release
			inside.Add(-1)
		}
		return nil
	})
	answers := make(chan *httptest.ResponseRecorder, atOnce+inLine+1)
	for range cap(answers) {
		go func() {
			r := httptest.NewRequest(http.MethodGet, n.Config.BaseURL.String()+"/compare?doors=session,cookie&page=notes&count=1", nil)
			for _, k := range c.Jar.Cookies(n.Config.BaseURL) {
				r.AddCookie(k)
			}
			w := httptest.NewRecorder()
			n.ServeHTTP(w, r)
			answers <- w
		}()
	}
	select {
	case <-tooMany:
		t.Errorf("more than %d are played at the same time", atOnce)
	case w := <-answers:
		if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
			t.Errorf("one more than may wait: status %d", w.Code)
		}
		if count := inside.Load(); count != int64(atOnce) {
			t.Errorf("%d are played at the same time, want %d", count, atOnce)
		}
		answers <- w
	}
	// Those who left off waiting are not played any more; the others are, in turn.
	close(release)
	for range cap(answers) {
		<-answers
	}
}

// TestStreamEnds: an event stream ends after ten minutes; a browser opens it anew by itself.
func TestStreamEnds(t *testing.T) {
	t.Parallel()
	served := handlerstest.Serve(t, handlerstest.WithLabs())
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, served.Base+"/claims/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/event-stream")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	lines := bufio.NewScanner(answer.Body)
	measured := func(id string) (events int) { // how many events tell of it
		t.Helper()
		run, err := http.PostForm(served.Base+"/claims/"+id, nil)
		if err != nil {
			t.Fatal(err)
		}
		run.Body.Close()
		for lines.Scan() {
			if lines.Text() == "event: claim" {
				return 1
			}
		}
		return 0
	}
	if measured("sends") != 1 {
		t.Fatal("the stream does not tell what is measured")
	}
	served.Forward(10 * time.Minute)
	measured("sends") // what was under way may still be told
	if measured("sends") != 0 {
		t.Error("after ten minutes the stream goes on")
	}
}

// TestStreamsOfAnAddress: four hundred, which is a hall of phones; the next is told to come back, and who leaves makes
// room.
func TestStreamsOfAnAddress(t *testing.T) {
	base := handlerstest.Serve(t, handlerstest.WithLabs()).Base
	open := func() (*http.Response, context.CancelFunc) {
		ctx, leave := context.WithCancel(t.Context())
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/claims/events", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept", "text/event-stream")
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { leave(); answer.Body.Close() })
		return answer, leave
	}
	var leave context.CancelFunc
	for i := range 400 {
		var answer *http.Response
		answer, leave = open()
		if line, err := bufio.NewReader(answer.Body).ReadString('\n'); answer.StatusCode != http.StatusOK || err != nil || !strings.HasPrefix(line, "event: ") {
			t.Fatalf("stream %d: %d, %q, %v", i+1, answer.StatusCode, line, err)
		}
	}
	one, _ := open()
	if one.StatusCode != http.StatusServiceUnavailable || one.Header.Get("Retry-After") == "" {
		t.Errorf("stream 401: %d, Retry-After %q", one.StatusCode, one.Header.Get("Retry-After"))
	}
	leave()
	for {
		if one, _ := open(); one.StatusCode == http.StatusOK {
			break
		}
	}
}

// TestInventedVisitors: a visitor's number counts only where the server signed it; any other is replaced.
func TestInventedVisitors(t *testing.T) {
	base := handlerstest.Serve(t, handlerstest.WithLabs()).Base
	ask := func(cookie *http.Cookie) *http.Cookie {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"/labs/tamper", nil)
		if err != nil {
			t.Fatal(err)
		}
		if cookie != nil {
			r.AddCookie(cookie)
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		for _, k := range answer.Cookies() {
			if strings.HasPrefix(k.Name, "twodoors-visitor") {
				return k
			}
		}
		return nil
	}
	signed := ask(nil)
	if signed == nil {
		t.Fatal("a visitor gets no number")
	}
	if again := ask(signed); again != nil {
		t.Error("a visitor gets another number at each page")
	}
	if ask(&http.Cookie{Name: signed.Name, Value: "INVENTED7INVENTED7INVENTED7"}) == nil {
		t.Error("an invented number is taken")
	}
}

// TestSignInsOfAUser: fifty through one door, wherever sessions are kept; one more ends the one that was not used for
// longest, and nobody is refused. The page that lists them all stays a page.
func TestSignInsOfAUser(t *testing.T) {
	ways := append(handlerstest.StoreWays(), handlerstest.Way{Mode: "session", Carrier: "cookie"}, handlerstest.Way{Mode: "jwt", Carrier: "cookie", Level: auth.LevelDenylist})
	for _, w := range ways {
		for _, database := range handlerstest.Databases() {
			t.Run(w.String()+" "+database.Name, func(t *testing.T) {
				t.Parallel()
				n := w.Node(t, database.Option(t))
				n.User("minji", models.RoleMember)
				browsers := make([]*handlerstest.Client, auth.SignInsOfUser+2)
				for i := range browsers {
					browsers[i] = n.Client()
					browsers[i].SignIn(w, "minji")
					n.Clock.Move(time.Second)
				}
				for i, c := range browsers {
					c.WantIn(w, i > 1, fmt.Sprint("sign-in ", i))
				}
				list := browsers[20].Get(w.Page("/devices")).Want(http.StatusOK)
				if count := strings.Count(list.Body, "/revoke\""); count < auth.SignInsOfUser-1 || count > auth.SignInsOfUser { // its own ends by signing out
					t.Errorf("%d sign-ins are listed", count)
				}
			})
		}
	}
}
