package labs_test

import (
	"bufio"
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"

	"twodoors/handlers/labs"
)

// stage plays a scenario that must come to its end.
func stage(t *testing.T, play func(p *labs.Play), change ...func(*labs.Options)) labs.Result {
	t.Helper()
	r := newEngine(change...).Stage(t.Context(), play, nil)
	if r.Problem != nil {
		t.Fatal(r.Problem)
	}
	return r
}

// BenchmarkWorld is what it takes to make an environment, which each run of a statement does at least once.
func BenchmarkWorld(b *testing.B) {
	r := newEngine().Stage(b.Context(), func(p *labs.Play) {
		for b.Loop() {
			p.Environment()
		}
	}, nil)
	if r.Problem != nil {
		b.Fatal(r.Problem)
	}
}

// TestExchanges: what is recorded is HTTP as it was read and written, with the node's own record.
func TestExchanges(t *testing.T) {
	r := stage(t, func(p *labs.Play) {
		w := p.Environment()
		owner := w.Client(labs.Owner)
		p.Step("sign in", "로그인")
		owner.SignIn(labs.Session)
		p.Step("notes", "메모")
		owner.Notes(labs.Session).Want(http.StatusOK)
	})
	if len(r.Steps) != 2 || len(r.Steps[1].Exchanges) != 1 {
		t.Fatalf("steps %+v", r.Steps)
	}
	x := r.Steps[1].Exchanges[0]
	request, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(x.Request)))
	if err != nil {
		t.Fatal(err)
	}
	cookie, err := request.Cookie("twodoors-session")
	if err != nil || cookie.Value == "" || request.URL.Path != "/api/session/notes" || request.Host != "localhost:8080" {
		t.Errorf("request\n%s", x.Request)
	}
	response, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(x.Response)), request)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != http.StatusOK || x.Status != http.StatusOK || response.Header.Get("DB-Lookups") != "auth=1, data=1" {
		t.Errorf("response\n%s", x.Response)
	}
	if x.Counts.Auth != 1 || x.Counts.Data != 1 || len(x.Lookups) < 2 || len(x.Steps) == 0 || x.Actor != labs.Owner || x.Node != 1 || x.Environment != 1 {
		t.Errorf("record %+v", x)
	}
}

// TestWorldsAreApart: a credential of one environment is worth nothing in another.
func TestWorldsAreApart(t *testing.T) {
	stage(t, func(p *labs.Play) {
		one, other := p.Environment(), p.Environment()
		for _, mode := range labs.Modes() {
			owner := one.Client(labs.Owner)
			owner.SignIn(mode)
			owner.Me(mode).Want(http.StatusOK)
			other.Client(labs.Thief).Copies(owner).Me(mode).Want(http.StatusUnauthorized)
		}
	})
}

// TestJar: cookies go where their path leads, and end by the environment's clock; a thief's copies do not.
func TestJar(t *testing.T) {
	stage(t, func(p *labs.Play) {
		w := p.Environment()
		owner := w.Client(labs.Owner)
		owner.SignIn(labs.JWT, labs.ByCookie, labs.Remembered)
		thief := w.Client(labs.Thief).Copies(owner)
		line := func(c *labs.Client, path string) string {
			request := string(c.Get(path).Request)
			_, cookies, _ := strings.Cut(request, "Cookie: ")
			cookies, _, _ = strings.Cut(cookies, "\r\n")
			return cookies
		}
		if got := line(owner, "/api/jwt/me"); !strings.Contains(got, "twodoors-access=") || strings.Contains(got, "twodoors-refresh=") {
			t.Errorf("on the API: %s", got)
		}
		if got := line(owner, "/jwt/refresh"); !strings.Contains(got, "twodoors-refresh=") {
			t.Errorf("on the refresh page: %s", got)
		}
		w.Clock.Forward(15 * 24 * time.Hour)
		if got := owner.Cookie("twodoors-access"); got != "" {
			t.Errorf("a cookie is kept beyond its end: %s", got)
		}
		if thief.Cookie("twodoors-access") == "" {
			t.Error("the thief's copy went by the browser's date")
		}
	})
}

// TestStoppedNode: whoever asks a server that is gone gets the balancer's answer.
func TestStoppedNode(t *testing.T) {
	stage(t, func(p *labs.Play) {
		w := p.Environment(labs.Nodes(2))
		owner := w.Client(labs.Owner)
		owner.SignIn(labs.Session)
		w.StopNode(1)
		owner.Me(labs.Session).Want(http.StatusBadGateway)
		owner.At(2).Me(labs.Session).Want(http.StatusOK)
	})
}

// TestKeptExchanges: a long story is counted, and only its beginning kept.
func TestKeptExchanges(t *testing.T) {
	r := stage(t, func(p *labs.Play) {
		c := p.Environment().Client(labs.Script)
		p.Step("many", "많이")
		for range 100 {
			c.Get("/healthz")
		}
	})
	if s := r.Steps[0]; len(s.Exchanges)+s.More != 100 || len(s.Exchanges) > 20 {
		t.Errorf("%d kept, %d more", len(s.Exchanges), s.More)
	}
}

// schemas counts the environments that are still in a PostgreSQL database.
func schemas(t *testing.T, where string) (count int) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if err := conn.QueryRow(t.Context(), `SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'lab\_%'`).Scan(&count); err != nil {
		t.Fatal(err)
	}
	return count
}

func redisKeys(t *testing.T, where string) []string {
	t.Helper()
	o, err := redis.ParseURL(where)
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(o)
	defer client.Close()
	keys, err := client.Keys(t.Context(), "*").Result()
	if err != nil {
		t.Fatal(err)
	}
	return keys
}
