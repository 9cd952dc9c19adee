package handlers

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/securecookie"
	"github.com/labstack/echo/v4"

	"twodoors/handlers/auth"
)

// preferences are what a visitor has chosen. They hold no secret; they are signed because the level that they
// name is taken for a demo team's choice.
type preferences struct {
	Language string           // "", "en", "ko"
	Theme    string           // "", "light", "dark"
	Panel    string           // "", "folded"
	Level    auth.LevelChoice // of the visitor's demo team; without a team, the wish of a visitor who has none yet
	Doors    string           // that are compared, with commas between; "" for the two main ones
}

const (
	preferencesCookie = "twodoors-preferences"
	preferencesAge    = 365 * 24 * time.Hour
	preferencesKey    = "preferences"
)

var noPreferences = &preferences{}

func preferencesOf(c echo.Context) *preferences {
	if p, ok := c.Get(preferencesKey).(*preferences); ok {
		return p
	}
	return noPreferences
}

// preferred reads the visitor's preferences. What a demo team has chosen was stored before it came into this cookie:
// a node that has not read it yet learns of it here.
func (n *Node) preferred(next echo.HandlerFunc) echo.HandlerFunc {
	name := n.cookies.Name(preferencesCookie, "/")
	return func(c echo.Context) error {
		if value, found, ok := n.cookies.Find(c.Request(), preferencesCookie, "/"); found && ok {
			var text []byte
			if securecookie.DecodeMulti(name, value, &text, n.signed...) == nil {
				p := parsePreferences(string(text))
				c.Set(preferencesKey, p)
				if n.cfg.Demo && p.Level.Team != 0 && n.Now().Before(p.Level.Expires) {
					n.levels.Learn(p.Level)
				}
			}
		}
		return next(c)
	}
}

func (p *preferences) String() string {
	text := strings.Join([]string{p.Language, p.Theme, p.Panel, string(p.Level.Level), p.Doors}, "|")
	if p.Level.Team == 0 {
		return text
	}
	return fmt.Sprintf("%s|%d|%d|%d", text, p.Level.Team, p.Level.Number, p.Level.Expires.Unix())
}

func parsePreferences(text string) *preferences {
	p := &preferences{}
	for i, value := range strings.Split(text, "|") {
		switch i {
		case 0:
			p.Language = value
		case 1:
			p.Theme = value
		case 2:
			p.Panel = value
		case 3:
			if value != "" {
				p.Level.Level, _ = auth.ParseLevel(value)
			}
		case 4:
			p.Doors = parseDoors(value)
		case 5:
			p.Level.Team, _ = strconv.ParseInt(value, 10, 64)
		case 6:
			p.Level.Number, _ = strconv.ParseInt(value, 10, 64)
		case 7:
			ends, _ := strconv.ParseInt(value, 10, 64)
			p.Level.Expires = time.Unix(ends, 0)
		}
	}
	return p
}

// setPreferences keeps what the form names, and leaves the rest as it was.
func (n *Node) setPreferences(c echo.Context) error {
	form, err := formOf(c)
	if err != nil {
		return err
	}
	p := *preferencesOf(c)
	var level auth.Level
	for name := range form {
		value := form.Get(name)
		switch name {
		case "language":
			if value != "en" && value != "ko" {
				return errBadRequest
			}
			p.Language = value
		case "theme":
			switch value {
			case "auto":
				p.Theme = ""
			case "light", "dark":
				p.Theme = value
			default:
				return errBadRequest
			}
		case "panel":
			switch value {
			case "open":
				p.Panel = ""
			case "folded":
				p.Panel = value
			default:
				return errBadRequest
			}
		case doorsField:
			p.Doors = parseDoors(strings.Join(form[name], ","))
		case "level":
			if !n.cfg.Demo {
				return errNotFound // outside demo mode the setting rules
			}
			if level, err = auth.ParseLevel(value); err != nil {
				return errBadRequest
			}
		}
	}
	if level != "" {
		if p.Level, err = n.chooseLevel(c, level); err != nil {
			return err
		}
	}
	if err := n.keepPreferences(c, p); err != nil {
		return err
	}
	return seeOther(c, localPath(form.Get("next"), "/"))
}

// keepPreferences has the visitor's browser keep them.
func (n *Node) keepPreferences(c echo.Context, p preferences) error {
	value, err := securecookie.EncodeMulti(n.cookies.Name(preferencesCookie, "/"), []byte(p.String()), n.signed...)
	if err == nil {
		n.cookies.Set(c.Response(), c.Request(), preferencesCookie, "/", value, preferencesAge)
	}
	return err
}

// flash is what one request has to say on the next page.
type flash string

// The flashes: message keys.
const (
	flashCreated   flash = "created"
	flashSignedOut flash = "signed-out"
	flashEnded     flash = "ended"
	flashNotEnded  flash = "not-ended"
	flashNotYet    flash = "not-yet"
	flashPassword  flash = "password"
	flashDevice    flash = "device"
	flashLimited   flash = "limited"
	flashDeviceJWT flash = "device-jwt"
	flashToken     flash = "device-token"
	flashReplaced  flash = "replaced"
	flashOthers    flash = "others"
	flashRole      flash = "role"
	flashActive    flash = "active"
	flashName      flash = "name"
	flashUserEnded flash = "user-ended"
	// What ended this browser's own sign-in: message keys below "closed.". The account's level stands behind them.
	flashEverywhere  flash = "everywhere"
	flashDeactivated flash = "deactivated"
	flashDeleted     flash = "deleted"
)

const flashCookie = "twodoors-flash"

// flash keeps a word for the next page. It is no secret, and is believed only where it is one of ours.
func (n *Node) flash(c echo.Context, f flash) {
	n.cookies.Set(c.Response(), c.Request(), flashCookie, "/", string(f), time.Minute)
}

// flashed takes the word that was kept for this page, or "".
func (n *Node) flashed(c echo.Context) flash {
	value, found, _ := n.cookies.Find(c.Request(), flashCookie, "/")
	if !found {
		return ""
	}
	// A script that was sent to the sign-in page has the browser load it again, and that is when it is read.
	again := c.Request().Header.Get("Sec-Fetch-Dest") == "empty" && strings.HasSuffix(c.Request().URL.Path, "/login")
	if c.Request().Method == http.MethodGet && !again {
		n.cookies.Drop(c.Response(), c.Request(), flashCookie, "/")
	}
	return flash(value)
}
