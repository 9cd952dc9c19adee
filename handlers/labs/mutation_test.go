package labs_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql/driver"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"twodoors/handlers/auth"
	"twodoors/handlers/labs"
	"twodoors/models"
	"twodoors/models/memorystore"
)

// TestMutations has the app make a mistake, and wants the statements that it concerns to come out otherwise: a
// scenario that still came to its verdict would have measured nothing, and so would one that only broke off.
func TestMutations(t *testing.T) {
	for _, m := range []struct {
		name       string
		statements []string
		sql        func(string) string // changes what the app sends to the database
		twice      string              // statements with this in them are sent twice
		around     func(http.Handler) http.Handler
		after      int // the mistake begins after so many databases were opened
		options    func(*labs.Options)
		set        labs.Setting // changes what every environment has where its scenario does not say
	}{
		{name: "the key set is published empty", statements: []string{"other-service"}, around: keyless},
		{name: "the denylist is ignored", statements: []string{"jwt-not-revocable", "invalid-jwt-free", "password-change", "other-service"},
			sql: replace("d.sid IS NOT NULL", "d.sid IS NOT NULL AND 1 = 0")},
		{name: "the session is not deleted at sign-out", statements: []string{"logout-ends-session", "state-session-backends", "state-safer"},
			sql: replace("DELETE FROM sessions WHERE id_hash = ?", "DELETE FROM sessions WHERE id_hash = ? AND 1 = 0")},
		{name: "more servers ask more often", statements: []string{"scale-store"}, twice: "FROM sessions s JOIN users", after: 1},
		{name: "servers share the memory of their sessions", statements: []string{"scale-session", "scale-sticky"}, options: sharedMemory},
		{name: "any signed session id is somebody's", statements: []string{"database-leak"},
			sql: replace("u.id = s.user_id WHERE s.id_hash = ?", "u.id = s.user_id WHERE (s.id_hash = ? OR 1 = 1)")},
		{name: "a limited token is issued without the password", statements: []string{"short-limits-theft"}, around: unasking},
		{name: "an old opaque token is unknown", statements: []string{"expiry"}, around: forgetful},
		{name: "the session is looked up twice", statements: []string{"session-lookup", "simple-pages", "load-slows-session", "database-queue"},
			twice: "FROM sessions s JOIN users"},
		{name: "sessions in memory lie in the database after all", statements: []string{"session-memory"}, options: memoryInDatabase},
		{name: "the opaque token is looked up twice", statements: []string{"token-lookup", "drf-same-lookup"},
			twice: "FROM user_tokens t JOIN users"},
		{name: "the level asks twice", statements: []string{"jwt-no-lookup"},
			twice: "FROM users u LEFT JOIN denylist"},
		{name: "nobody asks whether the account is active", statements: []string{"both-check-user", "session-lookup"},
			sql: replace(" AND u.active AND ", " AND ")},
		{name: "a used refresh token is not marked", statements: []string{"refresh-theft"},
			sql: replace("SET used_at = ?, successor_hash", "SET used_at = 0 * ?, successor_hash")},
		{name: "sign-out does not end the family", statements: []string{"refresh-checked"},
			sql: replace("WHEN 0 THEN ? ELSE ended_at END", "WHEN 0 THEN 0 * ? ELSE ended_at END")},
		{name: "the successor is not kept for a second tab", statements: []string{"refresh-theft"},
			sql: replace("sealed_successor = ? WHERE hash = ? AND used_at = 0", "sealed_successor = substr(?, 1, 0) WHERE hash = ? AND used_at = 0")},
		{name: "a new password does not raise the version", statements: []string{"password-change"},
			sql: replace("token_version = token_version + ", "token_version = token_version + 0 * ")},
		{name: "the session's end is not kept", statements: []string{"cookie-two-weeks"},
			sql: replace("s.expires_at > ?", "s.expires_at + 0 * ? > 0")},
		{name: "the table of sessions has no key", statements: []string{"lookup-grows"},
			sql: func(s string) string {
				if strings.Contains(s, "CREATE TABLE sessions") {
					s = strings.NewReplacer("id_hash      BLOB NOT NULL PRIMARY KEY", "id_hash BLOB NOT NULL", ") WITHOUT ROWID", ")").Replace(s)
				}
				return s
			}},
		{name: "the token in the database is not replaced", statements: []string{"token-replace", "password-change"},
			sql: func(s string) string {
				return strings.NewReplacer("UPDATE user_tokens SET token_hash = ?, created_at = ? WHERE user_id = ?",
					"UPDATE user_tokens SET token_hash = coalesce(token_hash, ?), created_at = ? WHERE user_id = ?").Replace(s)
			}},
		{name: "any token will do", statements: []string{"jwt-tamper", "header-decrypts", "expiry", "short-limits-theft", "jwt-not-revocable"},
			around: credulous},
		{name: "the session cookie has the user's name beside the id", statements: []string{"state-session-server", "session-unreadable"},
			around: talkative},
		{name: "a database that is away looks like a sign-out", statements: []string{"database-down"},
			around: answering(http.StatusServiceUnavailable, http.StatusUnauthorized)},
		{name: "the refresh cookie goes everywhere", statements: []string{"asset-bytes", "refresh-exposure"},
			around: cookies(func(line string) string {
				if strings.HasPrefix(line, "twodoors-refresh=") {
					line = strings.Replace(line, "Path=/jwt/refresh", "Path=/", 1)
				}
				return line
			})},
		{name: "a script with a session is refused", statements: []string{"rest-needs-token"},
			around: func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if strings.HasPrefix(r.URL.Path, "/api/session/notes") {
						http.Error(w, "tokens only", http.StatusForbidden)
						return
					}
					next.ServeHTTP(w, r)
				})
			}},
		{name: "a session takes the place of the last one", statements: []string{"state-grows"}, sql: func(s string) string {
			if strings.HasPrefix(s, "INSERT INTO sessions") { // device ids are unique
				s = strings.NewReplacer("INSERT", "INSERT OR REPLACE", "SELECT CAST(? AS BLOB), CAST(?", "SELECT CAST(? AS BLOB), 0 * CAST(?").Replace(s)
			}
			return s
		}},
		{name: "a sign-out is not denied", statements: []string{"state-grows"},
			sql: replace("SELECT id, access_ends + CAST(? AS BIGINT) FROM token_families WHERE ", "SELECT id, access_ends + CAST(? AS BIGINT) FROM token_families WHERE 1 = 0 AND ")},
		{name: "a script that signs in gets a cookie too", statements: []string{"sends"}, around: doubling},
		{name: "a JWT is a short handle", statements: []string{"jwt-readable", "jwt-three-parts", "jwt-encrypted"}, around: handles},
		{name: "the signature is made from the password", statements: []string{"jwt-signature-password"}, around: signingWithPassword},
		{name: "answers are remembered by the token that asked", statements: []string{"jwt-not-revocable", "expiry"}, around: remembering},
		{name: "every answer brings a refresh token", statements: []string{"refresh-safer"}, around: generous},
		{name: "an access token lives as long as its sign-in", statements: []string{"refresh-safer"},
			set: func(s *labs.Settings) { s.AccessTTL = s.SessionMax }},
		{name: "a limited token may write", statements: []string{"scoped-token"},
			around: answering(http.StatusForbidden, http.StatusCreated)},
	} {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			fault := &sqlFault{rewrite: m.sql, twice: m.twice, after: m.after}
			e := newEngine(func(o *labs.Options) {
				o.Handler, o.Settings = m.around, m.set
				if m.sql != nil || m.twice != "" {
					o.Around = fault.around
				}
				if m.options != nil {
					m.options(o)
				}
			})
			for _, id := range m.statements {
				r, err := e.Run(t.Context(), id, nil)
				if err != nil {
					t.Fatal(err)
				}
				if r.Problem != nil {
					t.Errorf("%s was not measured to its end: %v", id, r.Problem)
				} else if r.AsExpected() {
					t.Errorf("%s came to its verdict all the same: %s", id, r.Verdict)
				}
				t.Logf("%s: %s", id, r.Verdict)
			}
			if o := fault; (m.sql != nil || m.twice != "") && !o.happened() {
				t.Error("the mistake was never made: no statement fits it")
			}
		})
	}
}

// TestSendsWeighs: what sends says of bytes is weighed, not written down: it changes by as much as the credential does.
func TestSendsWeighs(t *testing.T) {
	weighed := func(around func(http.Handler) http.Handler) map[string]int64 {
		r, err := newEngine(func(o *labs.Options) { o.Handler = around }).Run(t.Context(), "sends", nil)
		if err != nil || r.Problem != nil {
			t.Fatal(err, r.Problem)
		}
		of := map[string]int64{}
		for _, m := range r.Measured {
			of[m.ID], _ = m.Value.(int64)
		}
		return of
	}
	plain, talks, tiny := weighed(nil), weighed(talkative), weighed(handles)
	grown := int64(base64.URLEncoding.EncodedLen(len(nameBeside))) // of whole groups: nothing else of the value changes
	for _, c := range []struct {
		what      string
		got, want int64
	}{
		{"a session's cookie with a name in it", talks["session-bytes"], plain["session-bytes"] + grown},
		{"its line", talks["session-line"], plain["session-line"] + grown},
		{"a JWT that is a handle", tiny["jwt-bytes"], handleLength},
		{"its line", tiny["jwt-line"], int64(len("Authorization: Bearer ") + handleLength + len("\r\n"))},
	} {
		if c.got != c.want {
			t.Errorf("%s: %d bytes, want %d", c.what, c.got, c.want)
		}
	}
}

// TestHeaderDecryptsMutated: with an encrypted JWT that is made otherwise, the case of one comes out otherwise.
func TestHeaderDecryptsMutated(t *testing.T) {
	aes := labs.EncryptedJWT(jose.A256GCM)
	for _, m := range []struct {
		name    string
		encrypt func(claims, key []byte) string
		figure  string
		want    bool
	}{
		{"its header says nothing", func(claims, key []byte) string {
			_, rest, _ := strings.Cut(aes(claims, key), ".")
			return base64.RawURLEncoding.EncodeToString([]byte("{}")) + "." + rest
		}, "jwe-decrypted", false},
		{"it is not encrypted", func(claims, key []byte) string {
			parts := strings.Split(aes(claims, key), ".")
			parts[3] = base64.RawURLEncoding.EncodeToString(claims)
			return strings.Join(parts, ".")
		}, "jwe-readable", true},
		{"its header names what it is swapped for", labs.EncryptedJWT(jose.A128CBC_HS256), "jwe-swapped", true},
	} {
		t.Run(m.name, func(t *testing.T) {
			r := newEngine().RunStatement(t.Context(), labs.HeaderDecryptsOf(m.encrypt), nil)
			if r.Problem != nil {
				t.Fatal(r.Problem)
			}
			for _, c := range r.Cases {
				if encrypted := strings.Contains(c.When.EN, "JWE"); (c.Holds == c.Want) == encrypted {
					t.Errorf("%s: measured %t, expected %t", c.When.EN, c.Holds, c.Want)
				}
			}
			for _, got := range r.Measured {
				if got.ID == m.figure && got.Value != m.want {
					t.Errorf("%s is %v", m.figure, got.Value)
				}
			}
		})
	}
}

// memoryInDatabase keeps in the database what is to be kept in memory.
func memoryInDatabase(o *labs.Options) {
	o.Sessions = func(_ context.Context, _ string, db *models.DB) (auth.SessionRows, func() error, error) {
		return saidToBeInMemory{auth.InDatabase(db)}, func() error { return nil }, nil
	}
}

type saidToBeInMemory struct{ auth.SessionRows }

func (saidToBeInMemory) Kind() string { return auth.StoreMemory }

func replace(old, text string) func(string) string {
	return func(s string) string { return strings.ReplaceAll(s, old, text) }
}

// sqlFault has the app send other statements than it meant to, or the same one twice. It stands above the
// recorder, so that what it sends counts as the app's own.
type sqlFault struct {
	rewrite func(string) string
	twice   string
	after   int // so many databases are opened without the fault

	mu   sync.Mutex
	made bool
}

func (f *sqlFault) happened() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.made
}

func (f *sqlFault) change(query string) (changed string, again bool) {
	changed = query
	if f.rewrite != nil {
		changed = f.rewrite(query)
	}
	again = f.twice != "" && strings.Contains(query, f.twice)
	if changed != query || again {
		f.mu.Lock()
		f.made = true
		f.mu.Unlock()
	}
	return changed, again
}

func (f *sqlFault) around(c driver.Connector) driver.Connector {
	if f.after > 0 {
		f.after--
		return c
	}
	return faultyConnector{c, f}
}

type faultyConnector struct {
	driver.Connector
	fault *sqlFault
}

func (c faultyConnector) Connect(ctx context.Context) (driver.Conn, error) {
	inner, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	conn, ok := inner.(wholeConn)
	if !ok {
		return nil, errors.Join(fmt.Errorf("%T lacks something", inner), inner.Close())
	}
	return faultyConn{conn, c.fault}, nil
}

type wholeConn interface {
	driver.Conn
	driver.ConnPrepareContext
	driver.ConnBeginTx
	driver.ExecerContext
	driver.NamedValueChecker
	driver.SessionResetter
	driver.Validator
}

type faultyConn struct {
	wholeConn
	fault *sqlFault
}

func (c faultyConn) Inner() driver.Conn { return c.wholeConn }

func (c faultyConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	query, _ = c.fault.change(query)
	return c.wholeConn.ExecContext(ctx, query, args)
}

func (c faultyConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	query, again := c.fault.change(query)
	inner, err := c.wholeConn.PrepareContext(ctx, query)
	if err != nil || !again {
		return inner, err
	}
	return twiceStmt{inner.(wholeStmt)}, nil
}

type wholeStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
	driver.NamedValueChecker
}

type twiceStmt struct{ wholeStmt }

func (s twiceStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	rows, err := s.wholeStmt.QueryContext(ctx, args)
	if err != nil {
		return nil, err
	}
	if err := rows.Close(); err != nil {
		return nil, err
	}
	return s.wholeStmt.QueryContext(ctx, args)
}

// sharedMemory has all servers keep their sessions in one memory.
func sharedMemory(o *labs.Options) {
	shared := memorystore.New(memorystore.Sessions)
	o.Sessions = func(context.Context, string, *models.DB) (auth.SessionRows, func() error, error) {
		return shared, func() error { return nil }, nil
	}
}

// unasking gives the owner's password to whoever asks for a limited token.
func unasking(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/jwt/tokens" {
			body := []byte(`{"name":"mine","scope":"notes:read","expires_in":1209600,"password":"correct horse battery"}`)
			r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		}
		next.ServeHTTP(w, r)
	})
}

// forgetful refuses every opaque token.
func forgetful(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.Header.Get("Authorization"), "Token ") {
			http.Error(w, "expired", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// credulous takes any token for the owner's.
func credulous(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		made := httptest.NewRecorder()
		next.ServeHTTP(made, r)
		if made.Code == http.StatusUnauthorized && r.Header.Get("Authorization") != "" {
			made = httptest.NewRecorder()
			fmt.Fprintf(made, `{"username":%q}`, labs.OwnerName)
		}
		pass(w, made)
	})
}

// talkative puts the owner's name beside the session's id, and takes it away again when the cookie comes back.
func talkative(next http.Handler) http.Handler {
	recoded := func(c *http.Cookie, change func(text string) string) {
		text, err := base64.URLEncoding.DecodeString(c.Value)
		if strings.HasPrefix(c.Name, "twodoors-session") && err == nil && len(text) > 0 {
			c.Value = base64.URLEncoding.EncodeToString([]byte(change(string(text))))
		}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent := r.Cookies()
		r.Header.Del("Cookie")
		for _, c := range sent {
			recoded(c, func(text string) string { return strings.TrimSuffix(text, nameBeside) })
			r.AddCookie(c)
		}
		cookies(func(line string) string {
			c, err := http.ParseSetCookie(line)
			if err != nil {
				return line
			}
			recoded(c, func(text string) string { return text + nameBeside })
			return c.String()
		})(next).ServeHTTP(w, r)
	})
}

// nameBeside is what talkative adds.
const nameBeside = "|" + labs.OwnerName

// cookies changes every cookie that is set.
func cookies(change func(line string) string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			made := httptest.NewRecorder()
			next.ServeHTTP(made, r)
			for i, line := range made.Header()["Set-Cookie"] {
				made.Header()["Set-Cookie"][i] = change(line)
			}
			pass(w, made)
		})
	}
}

// answering answers with another status in place of one.
func answering(status, other int) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			made := httptest.NewRecorder()
			next.ServeHTTP(made, r)
			if made.Code == status {
				made.Code = other
			}
			pass(w, made)
		})
	}
}

func pass(w http.ResponseWriter, made *httptest.ResponseRecorder) {
	for name, values := range made.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(made.Code)
	_, _ = bytes.NewReader(made.Body.Bytes()).WriteTo(w)
}

// signingWithPassword puts a signature made of the user's name and password on each token that a sign-in gives, and
// accepts it.
func signingWithPassword(next http.Handler) http.Handler {
	return exchanging(next, func(token string, said []byte) string {
		sum := sha256.Sum256(said)
		return token[:strings.LastIndexByte(token, '.')+1] + base64.RawURLEncoding.EncodeToString(sum[:])
	})
}

// handles gives a short handle in place of each access token, and accepts it.
func handles(next http.Handler) http.Handler {
	return exchanging(next, func(token string, _ []byte) string {
		sum := sha256.Sum256([]byte(token))
		return hex.EncodeToString(sum[:])[:handleLength]
	})
}

const handleLength = 8

// exchanging gives other in place of each access token, made from it and from what the client said, and accepts it.
func exchanging(next http.Handler, other func(token string, said []byte) string) http.Handler {
	var (
		mu      sync.Mutex
		genuine = map[string]string{}
	)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		if bearer, found := genuine[r.Header.Get("Authorization")]; found {
			r.Header.Set("Authorization", bearer)
		}
		mu.Unlock()
		said, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(said))
		made := httptest.NewRecorder()
		next.ServeHTTP(made, r)
		if token := accessGiven(made); token != "" {
			given := other(token, said)
			made.Body = bytes.NewBuffer(bytes.Replace(made.Body.Bytes(), []byte(token), []byte(given), 1))
			made.Header().Del("Content-Length")
			mu.Lock()
			genuine["Bearer "+given] = "Bearer " + token
			mu.Unlock()
		}
		pass(w, made)
	})
}

// accessGiven is the access token in an answer of the API, "" where there is none.
func accessGiven(made *httptest.ResponseRecorder) string {
	var given struct {
		Access string `json:"access_token"`
	}
	_ = json.Unmarshal(made.Body.Bytes(), &given) // a page is not JSON, and gives none
	return given.Access
}

// doubling sets a cookie with every answer that gives an access token.
func doubling(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		made := httptest.NewRecorder()
		next.ServeHTTP(made, r)
		if accessGiven(made) != "" {
			http.SetCookie(made, &http.Cookie{Name: "known", Value: "1", Path: "/", HttpOnly: true})
		}
		pass(w, made)
	})
}

// keyless publishes no key.
func keyless(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/.well-known/jwks.json" {
			_, _ = io.WriteString(w, `{"keys": []}`)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// remembering gives a token that was once let in the same answer again, without asking.
func remembering(next http.Handler) http.Handler {
	var (
		mu    sync.Mutex
		known = map[string]*httptest.ResponseRecorder{}
	)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key := r.Header.Get("Authorization")
		if r.Method != http.MethodGet || key == "" {
			next.ServeHTTP(w, r)
			return
		}
		mu.Lock()
		defer mu.Unlock()
		made, found := known[r.URL.Path+key]
		if !found {
			made = httptest.NewRecorder()
			next.ServeHTTP(made, r)
			if made.Code == http.StatusOK {
				known[r.URL.Path+key] = made
			}
		}
		pass(w, made)
	})
}

// generous has every answer of the API carry a refresh token.
func generous(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		made := httptest.NewRecorder()
		next.ServeHTTP(made, r)
		if made.Code == http.StatusOK && r.Method == http.MethodGet {
			made.Body.WriteString(` {"refresh_token": "once more"}`)
			made.Header().Del("Content-Length")
		}
		pass(w, made)
	})
}
