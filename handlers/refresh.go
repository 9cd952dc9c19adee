package handlers

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"twodoors/handlers/auth"
	"twodoors/views"
)

const refreshPath = "/jwt/refresh"

// redirectToRefresh sends a browser to get a new access token and come back: a GET by 303, anything else by
// 307, which keeps the method and the body.
func redirectToRefresh(c echo.Context) error {
	status := http.StatusTemporaryRedirect
	if c.Request().Method == http.MethodGet || c.Request().Method == http.MethodHead {
		status = http.StatusSeeOther
	}
	return c.Redirect(status, refreshPath+"?next="+queryEscape(c.Request().URL.RequestURI()))
}

// refreshPage is the page that posts itself and comes back. A GET changes nothing: the refresh token is
// used by the POST alone.
func (n *Node) refreshPage(c echo.Context) error {
	next := localPath(c.QueryParam("next"), "/jwt/member")
	return n.render(c, http.StatusOK, views.RefreshPage(views.Refresh{
		Chrome: n.chrome(c, "title.refresh", views.SectionJWT), Next: next, Header: n.marked(c),
		Action: refreshPath + "?via=page&next=" + queryEscape(next),
	}))
}

// marked reports whether this browser's access token lies in the memory of a page.
func (n *Node) marked(c echo.Context) bool {
	value, found, ok := n.cookies.Find(c.Request(), "twodoors-carrier", "/jwt")
	return found && ok && value == string(auth.CarrierHeader)
}

// refresh trades the refresh cookie for a new pair. It answers the page's own form (303), a form that was
// sent on from elsewhere with its body (307 back), and the script of the header carrier (JSON).
func (n *Node) refresh(c echo.Context) error {
	script := strings.Contains(c.Request().Header.Get(echo.HeaderAccept), echo.MIMEApplicationJSON)
	next := localPath(c.QueryParam("next"), "/jwt/member")
	if n.marked(c) && !script {
		// A plain form cannot carry the token that would be given: sent back and forth by 307, it would use up one
		// refresh token after the other. The page it stands on restores the token first, and offers what was typed.
		if kept, err := n.keepTyped(c, next); err != nil {
			return err
		} else if !kept {
			return n.problemPage(c, errSignInLong)
		}
		return seeOther(c, refreshPath+"?next="+queryEscape(formPage(next)))
	}
	issued, err := n.jwt.Refresh(c.Response(), c.Request(), "")
	if refusedBy(c, err) {
		if isRefused(err) != nil {
			n.jwt.Forget(c.Response(), c.Request())
		}
		n.flash(c, flashEnded)
		if script {
			return n.problemJSON(c, errBadGrant)
		}
		kept, err := n.keepTyped(c, next)
		if err != nil {
			return err
		}
		if !kept {
			return n.problemPage(c, errSignInLong)
		}
		return seeOther(c, "/jwt/login?next="+queryEscape(formPage(next)))
	}
	if err != nil {
		c.Set(asJSONKey, script)
		return err
	}
	switch {
	case script:
		answer := tokenAnswer(issued)
		answer.RefreshToken = "" // it lies in its cookie, out of the reach of scripts
		if issued.Carrier != auth.CarrierHeader {
			answer.AccessToken = "" // likewise
		}
		return writeJSON(c, http.StatusOK, answer)
	case c.QueryParam("via") == "page":
		return seeOther(c, next)
	default:
		return c.Redirect(http.StatusTemporaryRedirect, next)
	}
}

// apiRefresh is the same for scripts that keep their refresh token themselves (RFC 6749, sections 5.2 and 6).
func (n *Node) apiRefresh(c echo.Context) error {
	var in struct {
		RefreshToken string `json:"refresh_token"`
	}
	if err := jsonInto(c, &in); err != nil {
		return err
	}
	issued, err := auth.Issued{}, auth.ErrNoCredential
	if in.RefreshToken != "" { // a cookie counts for nothing here
		issued, err = n.jwt.Refresh(c.Response(), c.Request(), in.RefreshToken)
	}
	if refusedBy(c, err) {
		return errBadGrant
	}
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, tokenAnswer(issued))
}
