package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"twodoors/handlers/auth"
)

// routes is the one route table.
func (n *Node) routes() {
	e := n.echo
	get(e, "/", n.front)
	get(e, "/compare", n.compare)
	e.POST("/compare/login", n.compareLogin)
	if n.cfg.Demo {
		e.POST("/compare/demo", n.compareDemo)
		e.POST("/compare/nodes", n.setNode)
	}
	e.POST("/preferences", n.setPreferences)
	if n.cfg.Signup {
		get(e, "/signup", n.signupForm)
		e.POST("/signup", n.signup)
		e.POST("/api/signup", n.apiSignup)
	}
	for _, m := range n.modes {
		n.mountMode(m)
	}
	get(e, "/jwt/refresh", n.refreshPage)
	e.POST("/jwt/refresh", n.refresh, signing)
	e.POST("/jwt/refresh/logout", (&door{Node: n, mode: n.jwt}).logoutByRefresh, signing)
	e.POST("/api/jwt/refresh", n.apiRefresh, signing)

	n.mountTokens()
	n.mountTwoOrigins()
	n.mountLabs()

	get(e, "/.well-known/jwks.json", n.jwks)
	get(e, "/healthz", n.healthz)
	get(e, "/readyz", n.readyz)
	get(e, "/version", n.version)
	get(e, "/static/*", echo.WrapHandler(n.static))
}

// Routes lists what is mounted, each as "METHOD /path".
func (n *Node) Routes() []string {
	var list []string
	for _, r := range n.echo.Routes() {
		list = append(list, r.Method+" "+r.Path)
	}
	return list
}

// mountMode mounts one mode's doors, its member area and its API: the same for every mode.
func (n *Node) mountMode(m auth.ExhibitedMode) {
	d := &door{Node: n, mode: m}
	e := n.echo
	at := "/" + m.Name()
	get(e, at+"/login", d.loginForm)
	e.POST(at+"/login", d.login, signing)
	e.POST(at+"/logout", d.logout, signing)
	if n.cfg.Demo {
		e.POST(at+"/demo", d.demo, signing)
	}

	area := routeGroup{e, at + "/member", d.require(auth.LevelSignature)}
	get(area, "", d.home)
	get(area, "/notes", d.notes)
	area.POST("/notes", d.addNote)
	area.POST("/notes/:id/delete", d.deleteNote)
	get(area, "/devices", d.devices)
	area.POST("/devices/:id/revoke", d.revokeDevice)
	area.POST("/devices/revoke-others", d.revokeOthers)
	if n.cfg.Demo {
		get(area, "/credential", d.credential)
	}

	// Pages that act on a role or a password need to know them as they are now, whatever the level.
	sure := routeGroup{e, at + "/member", d.require(auth.LevelUser)}
	get(sure, "/account", d.account)
	sure.POST("/account", d.changePassword)
	sure.POST("/account/name", d.rename)
	sure.POST("/account/sign-out-everywhere", d.signOutEverywhere)
	sure.POST("/account/close", d.closeAccount)
	get(sure, "/admin", d.admin, d.adminOnly)
	sure.POST("/admin/:id", d.changeUser, d.adminOnly, d.recently)

	api := "/api/" + m.Name()
	e.POST(api+"/login", d.apiLogin, signing)
	e.POST(api+"/logout", d.apiLogout, signing)
	who := routeGroup{e, api, d.require(auth.LevelSignature)}
	get(who, "/me", d.apiMe)
	get(who, "/notes", d.apiNotes)
	who.POST("/notes", d.apiAddNote)
	who.DELETE("/notes/:id", d.apiDeleteNote)
	get(who, "/devices", d.apiDevices)
	who.DELETE("/devices/:id", d.apiRevokeDevice)
	who.DELETE("/devices", d.apiRevokeOthers)
	own := routeGroup{e, api, d.require(auth.LevelUser)}
	own.Add(http.MethodPut, "/password", d.apiPassword)
	get(own, "/account", d.apiAccount)
	own.Add(http.MethodPut, "/account", d.apiRename)
	own.POST("/account/close", d.apiCloseAccount)
	own.POST("/account/sign-out-everywhere", d.apiSignOutEverywhere)
}

// mountTokens mounts what JWT mode alone has: access tokens that a member issues for scripts. What a token may do
// stands in scopes.go.
func (n *Node) mountTokens() {
	d := &door{Node: n, mode: n.jwt}
	area := routeGroup{n.echo, "/jwt/member/tokens", d.require(auth.LevelUser)}
	get(area, "", d.limitedTokens)
	area.POST("/:id/revoke", d.revokeToken)
	// What is given out here outlives the request, so that everything is asked first.
	giving := routeGroup{n.echo, "", d.require(auth.LevelVersion)}
	giving.POST("/jwt/member/tokens", d.issueToken, d.withPassword)
	giving.POST("/api/jwt/tokens", d.apiIssueToken)
	api := routeGroup{n.echo, "/api/jwt/tokens", d.require(auth.LevelSignature)}
	get(api, "", d.apiTokens)
	api.DELETE("/:id", d.apiRevokeToken)
}

// routeGroup mounts routes below an address, behind a middleware. Echo's own groups would also take every other
// request below it: a wrong method would be a 404, and an address that does not exist would cost a lookup.
type routeGroup struct {
	e       *echo.Echo
	at      string
	through echo.MiddlewareFunc
}

// Add mounts a handler.
func (g routeGroup) Add(method, path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) *echo.Route {
	return g.e.Add(method, g.at+path, h, append([]echo.MiddlewareFunc{g.through}, m...)...)
}

// POST mounts a handler for POST.
func (g routeGroup) POST(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) {
	g.Add(http.MethodPost, path, h, m...)
}

// DELETE mounts a handler for DELETE.
func (g routeGroup) DELETE(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) {
	g.Add(http.MethodDelete, path, h, m...)
}

type router interface {
	Add(method, path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) *echo.Route
}

// get mounts a handler for GET, and for HEAD, which net/http answers without the body.
func get(r router, path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) {
	r.Add(http.MethodGet, path, h, m...)
	r.Add(http.MethodHead, path, h, m...)
}
