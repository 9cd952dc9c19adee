package handlers

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/mileusna/useragent"

	"twodoors/handlers/auth"
	"twodoors/models"
	"twodoors/models/sqltrace"
	"twodoors/views"
)

// allDevices lists the user's sign-ins through every mode, the latest seen first.
func (n *Node) allDevices(c echo.Context, p auth.Principal) ([]auth.Device, error) {
	var all []auth.Device
	for _, m := range n.modes {
		devices, err := m.Devices(c.Request().Context(), p)
		if err != nil {
			return nil, err
		}
		if own, ok := m.(auth.OwnDevice); ok && m.Name() == p.Mode {
			device := own.Device(p)
			device.UserAgent, device.Address = c.Request().UserAgent(), c.RealIP()
			devices = append(devices, device)
		}
		all = append(all, devices...)
	}
	return all, nil
}

func (d *door) devices(c echo.Context) error {
	p := principal(c)
	devices, err := d.allDevices(c, p)
	if err != nil {
		return err
	}
	trees, ended, err := d.familyTrees(c, p.UserID)
	if err != nil {
		return err
	}
	list := make([]views.Device, len(devices))
	for i, dev := range devices {
		after := views.Note{Key: "devices.after.at-once"}
		switch {
		case dev.Mode == d.token.Name():
			after = views.Note{Key: "devices.after.all"}
		case !dev.WorksUntil.IsZero():
			after = views.Note{Key: "devices.after.until"}
		}
		list[i] = views.Device{
			ID: dev.ID, Door: views.Door(dev.Mode), Current: dev.ID == p.DeviceID, Browser: browserName(dev.UserAgent),
			Address: dev.Address, Carrier: string(dev.Carrier), Since: dev.Since, LastSeen: dev.LastSeen, Expires: dev.Expires, After: after, WorksUntil: dev.WorksUntil,
			Label: dev.Label, Tree: trees[dev.ID],
		}
	}
	var lacks []string
	for _, ability := range auth.Lacks(d.mode, d.levels.For(p.TeamID)) {
		lacks = append(lacks, string(ability))
	}
	return d.render(c, http.StatusOK, views.DevicesPage(views.Devices{
		Member: d.member(c, "devices", http.StatusOK), List: list, Ended: d.endedNote(c), EndedFamilies: ended, Lacks: lacks,
	}))
}

// endedNote says what the revocation before this page did, and what it could not do.
func (d *door) endedNote(c echo.Context) views.Note {
	life := map[string]any{"Life": d.cfg.AccessTTL + auth.Leeway}
	said := d.flashed(c)
	switch said {
	case flashDevice:
		return views.Note{Key: "devices.ended.session"}
	case flashToken:
		return views.Note{Key: "devices.ended.token"}
	case flashReplaced:
		return views.Note{Key: "devices.ended.replaced"}
	case flashDeviceJWT:
		if d.levels.For(principal(c).TeamID).AtLeast(auth.LevelDenylist) {
			return views.Note{Key: "devices.ended.jwt-denylist"}
		}
		return views.Note{Key: "devices.ended.jwt", Args: life}
	}
	if count, ok := strings.CutPrefix(string(said), string(flashOthers)+"."); ok {
		if number, err := strconv.Atoi(count); err == nil {
			return views.Note{Key: "devices.others", Args: map[string]any{"Count": number}}
		}
	}
	return views.Note{}
}

func (d *door) revokeDevice(c echo.Context) error {
	id, err := idOf(c)
	if err != nil {
		return err
	}
	if id == principal(c).DeviceID { // this very sign-in: that is signing out
		return d.logout(c)
	}
	if err := d.endDevice(c, id); err != nil {
		return err
	}
	switch {
	case auth.DeviceOf(d.jwt, id):
		d.flash(c, flashDeviceJWT)
	case auth.DeviceOf(d.token, id):
		d.flash(c, flashToken)
	default:
		d.flash(c, flashDevice)
	}
	return seeOther(c, d.page("/devices"))
}

// endDevice ends one of the principal's sign-ins, through whichever mode it came.
func (d *door) endDevice(c echo.Context, id int64) error {
	m := d.modeOf(id)
	if m == nil {
		return errNotFound
	}
	return m.EndDevice(sqltrace.For(c.Request().Context(), sqltrace.Auth), principal(c).UserID, id)
}

func (d *door) revokeOthers(c echo.Context) error {
	ended, err := d.endOthers(c, principal(c))
	if err != nil {
		return err
	}
	if replaced, _, err := d.replaceShared(c); err != nil {
		return err
	} else if replaced {
		d.flash(c, flashReplaced)
		return seeOther(c, d.page("/devices"))
	}
	d.flash(c, flashOthers+flash("."+strconv.FormatInt(ended, 10)))
	return seeOther(c, d.page("/devices"))
}

// replaceShared ends the others where they hold the same credential as this client: it is replaced, and this
// client gets the new one. Where each sign-in has its own there is nothing to do.
func (d *door) replaceShared(c echo.Context) (replaced bool, issued auth.Issued, err error) {
	p := principal(c)
	if auth.Can(d.mode, d.cfg.Level, auth.AbilityOwn) {
		return false, auth.Issued{}, nil
	}
	issued, err = d.mode.Renew(c.Response(), c.Request(), p, models.User{ID: p.UserID, Name: p.Name, Role: p.Role})
	if isRefused(err) != nil {
		err = &unauthenticatedError{door: d, err: err}
	}
	return err == nil, issued, err
}

// newToken answers a script whose token was replaced by its own request: it holds no cookie that could have
// been set, and without the new one it would be out.
func newToken(c echo.Context, issued auth.Issued) error {
	if issued.TokenType == "" || issued.AccessToken == "" {
		return c.NoContent(http.StatusNoContent)
	}
	return writeJSON(c, http.StatusOK, map[string]string{"token": issued.AccessToken, "token_type": issued.TokenType})
}

type deviceJSON struct {
	ID         int64      `json:"id"`
	Mode       string     `json:"mode"`
	Carrier    string     `json:"carrier"`
	Current    bool       `json:"current"`
	Browser    string     `json:"browser"`
	Address    string     `json:"address"`
	Since      time.Time  `json:"since"`
	LastSeen   time.Time  `json:"last_seen,omitzero"`
	Expires    time.Time  `json:"expires_at,omitzero"`
	WorksUntil *time.Time `json:"works_until,omitempty"`
}

func (d *door) apiDevices(c echo.Context) error {
	p := principal(c)
	devices, err := d.allDevices(c, p)
	if err != nil {
		return err
	}
	list := make([]deviceJSON, len(devices))
	for i, dev := range devices {
		list[i] = deviceJSON{
			ID: dev.ID, Mode: dev.Mode, Carrier: string(dev.Carrier), Current: dev.ID == p.DeviceID, Browser: browserName(dev.UserAgent),
			Address: dev.Address, Since: dev.Since.UTC(), LastSeen: dev.LastSeen.UTC(), Expires: dev.Expires.UTC(),
		}
		if !dev.WorksUntil.IsZero() {
			until := dev.WorksUntil.UTC()
			list[i].WorksUntil = &until
		}
	}
	return writeJSON(c, http.StatusOK, map[string]any{"devices": list})
}

func (d *door) apiRevokeDevice(c echo.Context) error {
	id, err := idOf(c)
	if err != nil {
		return err
	}
	if own := principal(c).DeviceID; id == own && !auth.Can(d.mode, d.cfg.Level, auth.AbilityEndAll) {
		if err := d.mode.SignOut(c.Response(), c.Request()); err != nil { // all that can be done about it
			return err
		}
		return c.NoContent(http.StatusNoContent)
	}
	if err := d.endDevice(c, id); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

func (d *door) apiRevokeOthers(c echo.Context) error {
	if _, err := d.endOthers(c, principal(c)); err != nil {
		return err
	}
	_, issued, err := d.replaceShared(c)
	if err != nil {
		return err
	}
	return newToken(c, issued)
}

// browserName makes "Chromium 156 · Linux" of a User-Agent header.
func browserName(header string) string {
	ua := useragent.Parse(header)
	if ua.Name == "" {
		return header
	}
	major, _, _ := strings.Cut(ua.Version, ".")
	name := strings.TrimSpace(ua.Name + " " + major)
	if ua.OS != "" {
		name += " · " + ua.OS
	}
	return name
}
