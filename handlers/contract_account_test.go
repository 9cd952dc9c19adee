package handlers_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"twodoors/handlers/auth"
)

const newPassword = "a new horse battery"

func passwordByPage(t *testing.T, w way) {
	passwordContract(t, w, w.mode == "jwt", func(c *client) {
		c.post(w.page("/account"), []string{"current", password, "password", newPassword}).wantTo(w.page("/account"))
	})
}

func passwordByAPI(t *testing.T, w way) {
	passwordContract(t, w, w.mode == "jwt" && w.carrier == "cookie", func(c *client) {
		c.json("PUT", w.api("/password"), map[string]string{"current": password, "password": newPassword}).want(http.StatusNoContent)
	})
}

// passwordContract: the sign-in that changes the password stays, with a new credential; all others end. A
// script that presents a bearer keeps its refresh token: 204 has no body to give it another one in.
func passwordContract(t *testing.T, w way, newRefresh bool, change func(*client)) {
	n, c, other, thief := signedInTwice(t, w)
	n.user("bystander", "member")
	session, bystander := n.client(), n.client()
	session.signIn(way{mode: "session"}, "minji")
	bystander.signIn(w, "bystander")
	before, refreshBefore := c.cookie("/", "twodoors-session"), c.cookie("/jwt/refresh", "twodoors-refresh")

	change(c)

	if w.mode == "session" && (c.cookie("/", "twodoors-session") == before || before == "") {
		t.Error("the session kept its id")
	}
	if refresh := c.cookie("/jwt/refresh", "twodoors-refresh"); (refresh != refreshBefore) != newRefresh {
		t.Errorf("the refresh token is a new one: %v, want %v", !newRefresh, newRefresh)
	}
	if w.carrier == "header" && w.level == auth.LevelVersion { // the token in memory is from before
		c.wantIn(w, false, "the old token at level version")
		c.pickUp(w)
	}
	c.wantIn(w, true, "the sign-in that changed the password")
	if w.mode == "jwt" {
		c.post("/jwt/refresh", nil, header("Accept", "application/json")).want(http.StatusOK)
	}
	session.wantIn(way{mode: "session"}, false, "a session of the same user")
	bystander.wantIn(w, true, "another user")
	other.wantIn(w, !w.endsOthers(), "another sign-in of the same user")
	thief.wantIn(w, w.mode == "cookie" || w.mode == "jwt" && !w.level.AtLeast(auth.LevelVersion), "a copy of the old credential")
	if w.mode == "jwt" {
		other.post("/jwt/refresh", nil, header("Accept", "application/json")).want(http.StatusBadRequest)
	}
	if w.mode == "jwt" && !w.knowsEnd() { // nothing outlives the token
		n.clock.move(15*time.Minute + auth.Leeway)
		other.wantIn(w, false, "another sign-in, its token expired")
	}

	n.client().post("/"+w.mode+"/login", []string{"username", "minji", "password", password}).want(http.StatusUnauthorized)
	n.client().signInWith(w, "minji", newPassword)
}

func passwordFaults(t *testing.T, w way) {
	n := w.node(t)
	c := n.signedIn(w, "minji")
	for field, tries := range map[string][][2]string{
		"current":  {{"not the password", newPassword}, {"", newPassword}},
		"password": {{password, "short"}, {password, password}, {password, "password123"}, {password, strings.Repeat("x", 1025)}},
	} {
		for _, try := range tries {
			a := c.post(w.page("/account"), []string{"current", try[0], "password", try[1]}).want(http.StatusUnprocessableEntity)
			if a.page().Find("[name="+field+"][aria-invalid=true]").Length() != 1 || a.page().Find("[aria-invalid=true]").Length() != 1 {
				t.Errorf("%.20q: the field %s is not the one named", try, field)
			}
			var fault struct{ Fields map[string]string }
			c.json("PUT", w.api("/password"), map[string]string{"current": try[0], "password": try[1]}).want(http.StatusUnprocessableEntity).into(&fault)
			if fault.Fields[field] == "" || len(fault.Fields) != 1 {
				t.Errorf("%.20q: fields %v", try, fault.Fields)
			}
		}
	}
	c.wantIn(w, true, "after faults")
	n.client().signIn(w, "minji")
}

// device is a sign-in as the API lists it.
type device struct {
	ID       int64
	Mode     string
	Carrier  string
	Current  bool
	LastSeen time.Time  `json:"last_seen"`
	Until    *time.Time `json:"works_until"`
}

func (c *client) devices(w way) []device {
	c.t.Helper()
	var list struct{ Devices []device }
	c.json("GET", w.api("/devices"), nil).want(http.StatusOK).into(&list)
	return list.Devices
}

// others are the devices that are not the current one, of a mode.
func others(list []device, mode string) (found []device) {
	for _, d := range list {
		if !d.Current && d.Mode == mode {
			found = append(found, d)
		}
	}
	return found
}

func devicesContract(t *testing.T, w way) {
	n := w.node(t)
	n.user("minji", "member")
	n.user("other", "member")
	jwtWay := way{mode: "jwt", carrier: "cookie", level: n.cfg.Level}
	c, session, jwt, stranger := n.client(), n.client(), n.client(), n.client()
	c.signIn(w, "minji")
	session.signIn(way{mode: "session"}, "minji")
	jwt.signIn(jwtWay, "minji")
	stranger.signIn(w, "other")
	list := c.devices(w)
	seen, current := map[int64]bool{}, 0
	for _, d := range list {
		seen[d.ID] = true
		if d.Current {
			current++
			if d.Mode != w.mode || d.Carrier != w.carrier {
				t.Errorf("the current one: %+v", d)
			}
		}
		if (d.Until != nil) != (d.Mode == "jwt" && !n.cfg.Level.AtLeast(auth.LevelDenylist)) {
			t.Errorf("%+v: works until %v", d, d.Until)
		}
	}
	if len(list) != 3 || len(seen) != 3 || current != 1 {
		t.Fatalf("devices: %+v", list)
	}
	page := c.get(w.page("/devices")).want(http.StatusOK)
	if rows := page.page().Find("ul.rows > li").Length(); rows != 3 || page.page().Find("ul.rows > li > form, ul.rows > li > * > form").Length() != 2 {
		t.Errorf("%d devices on the page", rows)
	}

	sessionID, jwtID := others(list, "session")[0].ID, others(list, "jwt")[0].ID
	theirs := strconv.FormatInt(stranger.devices(w)[0].ID, 10)
	for _, id := range []string{theirs, "1", "8", "9007199254740991", "x", "-1", "99999999999999999999"} {
		c.post(w.page("/devices/"+id+"/revoke"), nil).want(http.StatusNotFound)
		c.json("DELETE", w.api("/devices/"+id), nil).want(http.StatusNotFound)
	}
	stranger.wantIn(w, true, "another's device")
	c.post(w.page("/devices/"+strconv.FormatInt(sessionID, 10)+"/revoke"), nil).wantTo(w.page("/devices"))
	session.wantIn(way{mode: "session"}, false, "the revoked session")
	c.json("DELETE", w.api("/devices/"+strconv.FormatInt(jwtID, 10)), nil).want(http.StatusNoContent)
	jwt.wantIn(jwtWay, !jwtWay.knowsEnd(), "the revoked JWT sign-in")
	n.clock.move(time.Minute)
	jwt.post("/jwt/refresh", nil, header("Accept", "application/json")).want(http.StatusBadRequest)
	if list := c.devices(w); len(list) != 1 || !list[0].Current {
		t.Errorf("left: %+v", list)
	}
	c.wantIn(w, true, "the device that revoked")
}

func revokeOthersContract(t *testing.T, w way) {
	n := w.node(t)
	n.user("minji", "member")
	n.user("other", "member")
	for _, byAPI := range []bool{false, true} {
		c, same, session, stranger := n.client(), n.client(), n.client(), n.client()
		c.signIn(w, "minji")
		same.signIn(w, "minji")
		session.signIn(way{mode: "session"}, "minji")
		stranger.signIn(w, "other")
		if byAPI {
			c.json("DELETE", w.api("/devices"), nil).want(http.StatusNoContent)
		} else {
			c.post(w.page("/devices/revoke-others"), nil).wantTo(w.page("/devices"))
		}
		same.wantIn(w, !w.endsOthers(), "another sign-in")
		session.wantIn(way{mode: "session"}, false, "a session")
		stranger.wantIn(w, true, "another user")
		c.wantIn(w, true, "this sign-in")
		if list := c.devices(w); len(list) != 1 || !list[0].Current {
			t.Errorf("left: %+v", list)
		}
	}
}

// revokeThisContract: revoking the very sign-in that asks is signing out.
func revokeThisContract(t *testing.T, w way) {
	n := w.node(t)
	n.user("minji", "member")
	c, again := n.client(), n.client()
	c.signIn(w, "minji")
	thief := c.copied()
	c.post(w.page("/devices/"+strconv.FormatInt(c.devices(w)[0].ID, 10)+"/revoke"), nil).wantTo("/" + w.mode + "/login")
	c.bearer = ""
	c.wantIn(w, false, "revoked itself")
	thief.wantIn(w, !w.knowsEnd(), "a copy")

	again.signIn(w, "minji")
	thief = again.copied()
	again.json("DELETE", w.api("/devices/"+strconv.FormatInt(again.devices(w)[0].ID, 10)), nil).want(http.StatusNoContent)
	thief.wantIn(w, !w.knowsEnd(), "a copy, revoked by the API")
}
