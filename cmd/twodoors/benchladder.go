package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"twodoors/handlers/bench"
)

// benchServer is a server of the app with settings of its own, and what is asked of it.
type benchServer struct {
	name  string
	flags []string
	rungs []bench.What
}

// servers are the servers of the ladder. One whose database was not given is left out, and said to be.
func (bed *benchBed) servers(ctx context.Context) (list []benchServer, left []string, err error) {
	database := func(name string) string { return "--database=sqlite:" + bed.folder + "/" + name + ".db" }
	home := func(w bench.What) bench.What {
		w.Kind = "home"
		if w.Panel == "" {
			w.Panel = "folded"
		}
		if w.Carrier == "" {
			w.Carrier = "cookie"
		}
		return w
	}
	session := bench.What{Mode: "session", Database: "sqlite", Store: "database"}
	jwt := bench.What{Mode: "jwt", Database: "sqlite", Level: "signature", Algorithm: "EdDSA"}
	unfolded := func(w bench.What) bench.What { w.Panel = "unfolded"; return home(w) }
	me := func(w bench.What, carrier string) bench.What { w.Kind, w.Carrier = "me", carrier; return w }
	level := func(l string) bench.What { w := jwt; w.Level = l; return w }
	alg := func(a string) bench.What { w := jwt; w.Algorithm = a; return w }
	all := func(w bench.What, carrier string) []bench.What {
		return []bench.What{home(w), unfolded(w), me(w, carrier)}
	}
	on := func(w bench.What, database, store string) bench.What { w.Database, w.Store = database, store; return w }
	postgres := func(w bench.What) bench.What { return on(w, "postgres", "") }

	header, cached := jwt, jwt
	header.Carrier, cached.Cache = "header", true
	token := bench.What{Mode: "token", Database: "sqlite"}
	cookie := bench.What{Mode: "cookie", Database: "sqlite"}
	encrypted := cookie
	encrypted.Encrypted = true
	inMemory, inRedis := on(session, "sqlite", "memory"), on(session, "sqlite", "redis")
	list = []benchServer{
		{"sqlite", []string{database("sqlite")}, slices.Concat(
			all(session, "cookie"), []bench.What{home(jwt), unfolded(jwt), home(header), me(jwt, "header")},
			[]bench.What{home(level("user")), home(level("denylist")), home(level("version")), unfolded(level("version"))},
			all(token, "header"), all(cookie, "cookie"),
		)},
		{"hs256", []string{database("hs256"), "--jwt-alg=HS256"}, all(alg("HS256"), "header")},
		{"rs256", []string{database("rs256"), "--jwt-alg=RS256"}, all(alg("RS256"), "header")},
		{"es256", []string{database("es256"), "--jwt-alg=ES256"}, all(alg("ES256"), "header")},
		{"token-cache", []string{database("cache"), "--token-cache"}, all(cached, "header")},
		{"cookie-encrypt", []string{database("encrypt"), "--cookie-encrypt"}, all(encrypted, "cookie")},
		{"memory", []string{database("memory"), "--session-store=memory"}, all(inMemory, "cookie")},
	}
	if bed.Redis != "" {
		list = append(list, benchServer{"redis", []string{database("redis"), "--session-store=" + bed.Redis}, all(inRedis, "cookie")})
	} else {
		left = append(left, "redis")
	}
	if bed.Postgres != "" {
		url, err := bed.newSchema(ctx)
		if err != nil {
			return nil, nil, err
		}
		list = append(list, benchServer{"postgres", []string{"--database=" + url}, slices.Concat(
			all(on(session, "postgres", "database"), "cookie"),
			[]bench.What{home(postgres(level("user"))), home(postgres(level("denylist"))), home(postgres(level("version"))), unfolded(postgres(level("version")))},
			all(postgres(token), "header"),
		)})
	} else {
		left = append(left, "postgres")
	}
	return list, left, nil
}

// path is where a rung's request goes.
func benchPath(w bench.What) string {
	if w.Kind == "me" {
		return "/api/" + w.Mode + "/me"
	}
	return "/" + w.Mode + "/member"
}

// benchName is how a rung is called in tables.
func benchName(w bench.What) string {
	switch w.Kind {
	case "limit":
		return "net/http, same bytes"
	case "framework":
		return "Echo, same bytes"
	case "template":
		return "Echo and templ, nobody asked"
	}
	words := []string{w.Mode}
	if w.Kind == "me" {
		words[0] += " /me"
	}
	for _, word := range []string{w.Algorithm, w.Level} {
		if word != "" && word != "signature" {
			words = append(words, word)
		}
	}
	if w.Cache {
		words = append(words, "token cache")
	}
	if w.Encrypted {
		words = append(words, "encrypted")
	}
	if w.Carrier == "header" {
		words = append(words, "by header")
	}
	switch {
	case w.Store == "memory" || w.Store == "redis":
		words = append(words, w.Store)
	case w.Mode == "session" || w.Mode == "token" || w.Level != "" && w.Level != "signature":
		words = append(words, map[string]string{"sqlite": "SQLite", "postgres": "PostgreSQL"}[w.Database])
	}
	if w.Sessions > 0 {
		words = append(words, strconv.Itoa(w.Sessions)+" sessions")
	}
	if w.Panel == "unfolded" {
		words = append(words, "unfolded")
	}
	return strings.Join(words, ", ")
}

// requestsOf signs as many visitors in as there are connections, and returns the request of each.
func requestsOf(ctx context.Context, c *benchChild, w bench.What, count int) ([][]byte, error) {
	var requests [][]byte
	token := ""
	for range count {
		v := newBenchVisitor(c.addr)
		if w.Mode == "token" && w.Carrier == "header" {
			if token == "" { // the same on every device: one user is enough
				var err error
				if token, err = v.apiToken(ctx, "b"+strings.ToLower(rand.Text()[:10])); err != nil {
					return nil, err
				}
			}
			clear(v.cookies)
			requests = append(requests, v.request(benchPath(w), "Token "+token))
			continue
		}
		if err := v.signIn(ctx, w.Mode); err != nil {
			return nil, err
		}
		if w.Kind == "home" {
			level := ""
			if w.Level != "signature" {
				level = w.Level
			}
			if err := v.prefer(ctx, map[string]string{"folded": "folded", "unfolded": "open"}[w.Panel], level); err != nil {
				return nil, err
			}
		}
		delete(v.cookies, "twodoors-refresh") // sent to one address, and not to this one
		authorization := ""
		if w.Mode == "jwt" && w.Carrier == "header" {
			authorization = "Bearer " + v.cookies["twodoors-access"]
			delete(v.cookies, "twodoors-access")
		}
		if w.Kind == "me" && authorization != "" {
			clear(v.cookies) // a script keeps none
		}
		requests = append(requests, v.request(benchPath(w), authorization))
	}
	return requests, nil
}

// firstAnswer waits for the server's first answer and measures from the start of its process.
func (c *benchChild) firstAnswer(ctx context.Context) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+c.addr+"/readyz", nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("server %s: not ready, status %d", c.name, answer.StatusCode)
	}
	c.first = time.Since(c.started)
	return nil
}
