package contract_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"twodoors/handlers/auth"
	"twodoors/handlers/handlerstest"
)

func passwordByPage(t *testing.T, w handlerstest.Way) {
	passwordContract(t, w, w.Mode == "jwt", func(c *handlerstest.Client) {
		c.Post(w.Page("/account"), []string{"current", handlerstest.Password, "password", handlerstest.NewPassword}).WantTo(w.Page("/account"))
	})
}

func passwordByAPI(t *testing.T, w handlerstest.Way) {
	passwordContract(t, w, w.Mode == "jwt" && w.Carrier == "cookie", func(c *handlerstest.Client) {
		c.JSON("PUT", w.API("/password"), map[string]string{"current": handlerstest.Password, "password": handlerstest.NewPassword}).Want(http.StatusNoContent)
	})
}

// passwordContract: the sign-in that changes the password stays, with a new credential; all others end. A
// script that presents a bearer keeps its refresh token: 204 has no body to give it another one in.
func passwordContract(t *testing.T, w handlerstest.Way, newRefresh bool, change func(*handlerstest.Client)) {
	n, c, other, thief := signedInTwice(t, w)
	n.User("bystander", "member")
	session, bystander := n.Client(), n.Client()
	session.SignIn(handlerstest.Way{Mode: "session"}, "minji")
	bystander.SignIn(w, "bystander")
	before, refreshBefore := c.Cookie("/", "twodoors-session"), c.Cookie("/jwt/refresh", "twodoors-refresh")

	change(c)

	if w.Mode == "session" && (c.Cookie("/", "twodoors-session") == before || before == "") {
		t.Error("the session kept its id")
	}
	if refresh := c.Cookie("/jwt/refresh", "twodoors-refresh"); (refresh != refreshBefore) != newRefresh {
		t.Errorf("the refresh token is a new one: %v, want %v", !newRefresh, newRefresh)
	}
	if w.Carrier == "header" && w.Level == auth.LevelVersion { // the token in memory is from before
		c.WantIn(w, false, "the old token at level version")
		c.PickUp(w)
	}
	c.WantIn(w, true, "the sign-in that changed the password")
	if w.Mode == "jwt" {
		c.Post("/jwt/refresh", nil, handlerstest.Header("Accept", "application/json")).Want(http.StatusOK)
	}
	session.WantIn(handlerstest.Way{Mode: "session"}, false, "a session of the same user")
	bystander.WantIn(w, true, "another user")
	other.WantIn(w, !w.EndsOthers(), "another sign-in of the same user")
	thief.WantIn(w, w.Mode == "cookie" || w.Mode == "jwt" && !w.Level.AtLeast(auth.LevelVersion), "a copy of the old credential")
	if w.Mode == "jwt" {
		other.Post("/jwt/refresh", nil, handlerstest.Header("Accept", "application/json")).Want(http.StatusBadRequest)
	}
	if w.Mode == "jwt" && !w.KnowsEnd() { // nothing outlives the token
		n.Clock.Move(15*time.Minute + auth.Leeway)
		other.WantIn(w, false, "another sign-in, its token expired")
	}

	n.Client().Post("/"+w.Mode+"/login", []string{"username", "minji", "password", handlerstest.Password}).Want(http.StatusUnauthorized)
	n.Client().SignInWith(w, "minji", handlerstest.NewPassword)
}

func passwordFaults(t *testing.T, w handlerstest.Way) {
	n := w.Node(t)
	c := n.SignedIn(w, "minji")
	for field, tries := range map[string][][2]string{
		"current":  {{"not the password", handlerstest.NewPassword}, {"", handlerstest.NewPassword}},
		"password": {{handlerstest.Password, "short"}, {handlerstest.Password, handlerstest.Password}, {handlerstest.Password, "password123"}, {handlerstest.Password, strings.Repeat("x", 1025)}},
	} {
		for _, try := range tries {
			a := c.Post(w.Page("/account"), []string{"current", try[0], "password", try[1]}).Want(http.StatusUnprocessableEntity)
			if a.Page().Find("[name="+field+"][aria-invalid=true]").Length() != 1 || a.Page().Find("[aria-invalid=true]").Length() != 1 {
				t.Errorf("%.20q: the field %s is not the one named", try, field)
			}
			var fault struct{ Fields map[string]string }
			c.JSON("PUT", w.API("/password"), map[string]string{"current": try[0], "password": try[1]}).Want(http.StatusUnprocessableEntity).Into(&fault)
			if fault.Fields[field] == "" || len(fault.Fields) != 1 {
				t.Errorf("%.20q: fields %v", try, fault.Fields)
			}
		}
	}
	c.WantIn(w, true, "after faults")
	n.Client().SignIn(w, "minji")
}

// others are the devices that are not the current one, of a mode.
func others(list []handlerstest.Device, mode string) (found []handlerstest.Device) {
	for _, d := range list {
		if !d.Current && d.Mode == mode {
			found = append(found, d)
		}
	}
	return found
}

func devicesContract(t *testing.T, w handlerstest.Way) {
	n := w.Node(t)
	n.User("minji", "member")
	n.User("other", "member")
	jwtWay := handlerstest.Way{Mode: "jwt", Carrier: "cookie", Level: n.Config.Level}
	c, session, jwt, stranger := n.Client(), n.Client(), n.Client(), n.Client()
	c.SignIn(w, "minji")
	session.SignIn(handlerstest.Way{Mode: "session"}, "minji")
	jwt.SignIn(jwtWay, "minji")
	stranger.SignIn(w, "other")
	list := c.Devices(w)
	seen, current := map[int64]bool{}, 0
	for _, d := range list {
		seen[d.ID] = true
		if d.Current {
			current++
			if d.Mode != w.Mode || d.Carrier != w.Carrier {
				t.Errorf("the current one: %+v", d)
			}
		}
		if (d.Until != nil) != (d.Mode == "jwt" && !n.Config.Level.AtLeast(auth.LevelDenylist)) {
			t.Errorf("%+v: works until %v", d, d.Until)
		}
	}
	if len(list) != 3 || len(seen) != 3 || current != 1 {
		t.Fatalf("devices: %+v", list)
	}
	page := c.Get(w.Page("/devices")).Want(http.StatusOK)
	if rows := page.Page().Find("ul.rows > li").Length(); rows != 3 || page.Page().Find("ul.rows > li > form, ul.rows > li > * > form").Length() != 2 {
		t.Errorf("%d devices on the page", rows)
	}

	sessionID, jwtID := others(list, "session")[0].ID, others(list, "jwt")[0].ID
	theirs := strconv.FormatInt(stranger.Devices(w)[0].ID, 10)
	for _, id := range []string{theirs, "1", "8", "9007199254740991", "x", "-1", "99999999999999999999"} {
		c.Post(w.Page("/devices/"+id+"/revoke"), nil).Want(http.StatusNotFound)
		c.JSON("DELETE", w.API("/devices/"+id), nil).Want(http.StatusNotFound)
	}
	stranger.WantIn(w, true, "another's device")
	c.Post(w.Page("/devices/"+strconv.FormatInt(sessionID, 10)+"/revoke"), nil).WantTo(w.Page("/devices"))
	session.WantIn(handlerstest.Way{Mode: "session"}, false, "the revoked session")
	c.JSON("DELETE", w.API("/devices/"+strconv.FormatInt(jwtID, 10)), nil).Want(http.StatusNoContent)
	jwt.WantIn(jwtWay, !jwtWay.KnowsEnd(), "the revoked JWT sign-in")
	n.Clock.Move(time.Minute)
	jwt.Post("/jwt/refresh", nil, handlerstest.Header("Accept", "application/json")).Want(http.StatusBadRequest)
	if list := c.Devices(w); len(list) != 1 || !list[0].Current {
		t.Errorf("left: %+v", list)
	}
	c.WantIn(w, true, "the device that revoked")
}

func revokeOthersContract(t *testing.T, w handlerstest.Way) {
	n := w.Node(t)
	n.User("minji", "member")
	n.User("other", "member")
	for _, byAPI := range []bool{false, true} {
		c, same, session, stranger := n.Client(), n.Client(), n.Client(), n.Client()
		c.SignIn(w, "minji")
		same.SignIn(w, "minji")
		session.SignIn(handlerstest.Way{Mode: "session"}, "minji")
		stranger.SignIn(w, "other")
		if byAPI {
			c.JSON("DELETE", w.API("/devices"), nil).Want(http.StatusNoContent)
		} else {
			c.Post(w.Page("/devices/revoke-others"), nil).WantTo(w.Page("/devices"))
		}
		same.WantIn(w, !w.EndsOthers(), "another sign-in")
		session.WantIn(handlerstest.Way{Mode: "session"}, false, "a session")
		stranger.WantIn(w, true, "another user")
		c.WantIn(w, true, "this sign-in")
		if list := c.Devices(w); len(list) != 1 || !list[0].Current {
			t.Errorf("left: %+v", list)
		}
	}
}

// revokeThisContract: revoking the very sign-in that asks is signing out.
func revokeThisContract(t *testing.T, w handlerstest.Way) {
	n := w.Node(t)
	n.User("minji", "member")
	c, again := n.Client(), n.Client()
	c.SignIn(w, "minji")
	thief := c.Copied()
	c.Post(w.Page("/devices/"+strconv.FormatInt(c.Devices(w)[0].ID, 10)+"/revoke"), nil).WantTo("/" + w.Mode + "/login")
	c.Bearer = ""
	c.WantIn(w, false, "revoked itself")
	thief.WantIn(w, !w.KnowsEnd(), "a copy")

	again.SignIn(w, "minji")
	thief = again.Copied()
	again.JSON("DELETE", w.API("/devices/"+strconv.FormatInt(again.Devices(w)[0].ID, 10)), nil).Want(http.StatusNoContent)
	thief.WantIn(w, !w.KnowsEnd(), "a copy, revoked by the API")
}
