package labs

import (
	"bufio"
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	"twodoors/handlers/trace"
)

// Mode is a way of signing in, as it stands in addresses.
type Mode string

// The modes.
const (
	Session Mode = "session"
	Cookie  Mode = "cookie"
	Token   Mode = "token"
	JWT     Mode = "jwt"
)

// Name is what the mode is called.
func (m Mode) Name() Words {
	return map[Mode]Words{
		Session: {"session", "세션"}, Cookie: {"signed cookie", "서명된 쿠키"}, Token: {"opaque token", "불투명 토큰"}, JWT: {"JWT", "JWT"},
	}[m]
}

// Modes lists all there are.
func Modes() []Mode { return []Mode{Session, Cookie, Token, JWT} }

// Client is somebody who sends requests: a browser with a cookie jar, or a script, with a memory for tokens.
// What it sends passes the node's whole handler, byte for byte as over a connection, and is recorded.
type Client struct {
	environment *Environment
	actor       Actor
	jar         *jar
	access      map[Mode]string // what is sent in Authorization, by mode
	// refreshToken is a script's; a browser has it in its jar.
	refreshToken string
	node         int // where requests go, from 1; 0: each to the next one in turn
	next         int
	wire         Wire
}

// Client makes a client without any credential. It sends its requests to the first node.
func (w *Environment) Client(a Actor) *Client {
	return &Client{environment: w, actor: a, jar: newJar(w.Clock.Now), access: map[Mode]string{}, node: 1}
}

// At has the client send its requests to a node.
func (c *Client) At(node int) *Client { c.node = node; return c }

// KeepsCookies has the client drop no cookie, whatever an answer clears, as a script does that was given one.
func (c *Client) KeepsCookies() *Client { c.jar.tireless = true; return c }

// InTurn has the client's requests go to each node in turn, as a balancer without memory sends them.
func (c *Client) InTurn() *Client { c.node = 0; return c }

// Copies takes a copy of everything that another client holds at this moment.
func (c *Client) Copies(from *Client) *Client {
	c.jar.copyOf(from.jar)
	c.access, c.refreshToken = maps.Clone(from.access), from.refreshToken
	c.environment.play.event(Words{
		fmt.Sprintf("The %s copies what the %s holds.", c.actor.Name().EN, from.actor.Name().EN),
		fmt.Sprintf("%s %s의 것을 복사해요.", subject(c.actor.Name().KO), from.actor.Name().KO),
	})
	return c
}

// CopiesRefreshToken takes a copy of the refresh token alone.
func (c *Client) CopiesRefreshToken(from *Client) *Client {
	c.refreshToken = from.RefreshToken()
	return c
}

// Sent is what the client has sent until now.
func (c *Client) Sent() Wire { return c.wire }

// Cookie is the value of a cookie that the client holds, by its name without prefix.
func (c *Client) Cookie(name string) string { return c.jar.value(name) }

// SetCookie changes the value of a cookie that the client holds.
func (c *Client) SetCookie(name, value string) { c.jar.set(name, value) }

// Forgets drops a cookie, as a visitor does who clears them.
func (c *Client) Forgets(name string) { c.jar.forget(name) }

// Access is the credential that the client sends in the Authorization header, or else in its cookie.
func (c *Client) Access(m Mode) string {
	if t := c.access[m]; t != "" {
		return t
	}
	return c.jar.value(cookieOf(m))
}

// Holds gives the client a credential to send in the Authorization header.
func (c *Client) Holds(m Mode, token string) *Client { c.access[m] = token; return c }

// RefreshToken is the client's refresh token.
func (c *Client) RefreshToken() string {
	if c.refreshToken != "" {
		return c.refreshToken
	}
	return c.jar.value(refreshCookie)
}

// cookieOf is the name of a mode's cookie without prefix.
func cookieOf(m Mode) string {
	switch m {
	case JWT:
		return "twodoors-access"
	case Cookie:
		return "twodoors-content"
	}
	return "twodoors-" + string(m)
}

// Answer is what came back.
type Answer struct {
	*Exchange
	Header http.Header
	Body   []byte
}

// In reports whether the client was let in.
func (a *Answer) In() bool { return letIn(a.Status) }

// Auth is the number of lookups that were made to find out who is asking.
func (a *Answer) Auth() int { return a.Counts.Auth }

// Data is the number of lookups that were made for what was asked for.
func (a *Answer) Data() int { return a.Counts.Data }

// Want ends the run if the status is another: the scenario cannot go on.
func (a *Answer) Want(status int) *Answer {
	if a.Status != status {
		stop("%s %s: status %d, not %d", a.Method, a.Target, a.Status, status)
	}
	return a
}

// Send sends any request. Header lines are names and values in turn.
func (c *Client) Send(method, target, contentType, body string, header ...string) *Answer {
	h := http.Header{}
	for i := 0; i+1 < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return c.send(request{method: method, target: target, contentType: contentType, body: body, header: h})
}

// Get asks for a page or calls the API.
func (c *Client) Get(target string) *Answer { return c.Send(http.MethodGet, target, "", "") }

// Post sends a form.
func (c *Client) Post(target string, fields url.Values) *Answer {
	return c.Send(http.MethodPost, target, "application/x-www-form-urlencoded", fields.Encode())
}

// JSON calls the API with a body.
func (c *Client) JSON(method, target, body string) *Answer {
	return c.Send(method, target, "application/json", body)
}

// Navigate asks for a page as a browser does without any script: nothing adds a header.
func (c *Client) Navigate(target string) *Answer {
	return c.send(request{method: http.MethodGet, target: target, plainPage: true})
}

// send writes the request down, has the node read it, and keeps both sides of the exchange.
func (c *Client) send(r request) *Answer {
	w := c.environment
	must(w.play.ctx.Err())
	raw := c.write(r)
	in, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(raw)))
	must(err)
	var record *trace.Record
	in = in.WithContext(trace.Watched(w.play.ctx, &record))
	in.RemoteAddr = c.actor.address() + ":50000"
	number := c.node
	if number == 0 {
		number = c.next%len(w.nodes) + 1
		c.next++
	}
	n := w.nodes[number-1]
	x := Exchange{
		Actor: c.actor, Environment: w.number, Node: number, At: w.Clock.Now(), Method: r.method, Target: r.target, Request: raw,
		CheapPassword: !w.settings.RealPasswords,
	}
	answer := newWriter()
	if n.down { // as a balancer answers for a server that is gone
		answer.WriteHeader(http.StatusBadGateway)
	} else {
		began := time.Now()
		n.ServeHTTP(answer, in)
		x.Took = time.Since(began)
	}
	x.Status, x.Response = answer.status, answer.bytes(in)
	c.checkRecord(&x, record, answer.sent)
	c.jar.take(answer.sent)
	w.play.current().add(x)
	if gives(answer, `"access_token"`, cookieOf(JWT)) {
		c.wire.AccessGiven++
	}
	if gives(answer, `"refresh_token"`, refreshCookie) {
		c.wire.RefreshGiven++
	}
	return &Answer{Exchange: &x, Header: answer.sent, Body: answer.body.Bytes()}
}

// refreshCookie is the name of the cookie that holds a browser's refresh token.
const refreshCookie = "twodoors-refresh"

// gives reports whether an answer carries a token: in a member of its JSON, or in a cookie that it sets.
func gives(answer *writer, member, cookie string) bool {
	if bytes.Contains(answer.body.Bytes(), []byte(member)) {
		return true
	}
	for _, line := range answer.sent["Set-Cookie"] {
		if c, err := http.ParseSetCookie(line); err == nil && plainName(c.Name) == cookie && c.MaxAge >= 0 && c.Value != "" {
			return true
		}
	}
	return false
}

// checkRecord keeps the node's own record of the request, and ends the run where that disagrees with what the
// client was told: a figure that is told in two ways must not be measured by one of them.
func (c *Client) checkRecord(x *Exchange, record *trace.Record, h http.Header) {
	if x.Status == http.StatusInternalServerError {
		stop("%s %s: the app failed", x.Method, x.Target)
	}
	if record == nil {
		return
	}
	x.Steps, x.Lookups, x.Counts, x.Refusal = record.Steps(), record.Lookups.Statements(), record.Lookups.Counts(), record.Refusal()
	if told := h.Get("DB-Lookups"); told != "" {
		want := fmt.Sprintf("auth=%d, data=%d", x.Counts.Auth, x.Counts.Data)
		if told != want && !strings.HasPrefix(told, want+", ") {
			stop("%s %s: the header says %q, the record %q", x.Method, x.Target, told, want)
		}
	}
	if late := record.Lookups.Late(); late > 0 {
		stop("%s %s: %d lookups after the figures were fixed", x.Method, x.Target, late)
	}
}
