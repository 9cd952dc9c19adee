package handlers

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/mileusna/useragent"

	"twodoors/handlers/auth"
	"twodoors/models/sqltrace"
	"twodoors/views"
)

// allDevices lists the user's sign-ins through every mode, the latest seen first.
func (n *Node) allDevices(c echo.Context, p auth.Principal) ([]auth.Device, error) {
	var all []auth.Device
	for _, m := range n.modes {
		devices, err := m.Devices(c.Request().Context(), p.UserID)
		if err != nil {
			return nil, err
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
	list := make([]views.Device, len(devices))
	for i, dev := range devices {
		after := views.Note{Key: "devices.after.at-once"}
		if !dev.WorksUntil.IsZero() {
			after = views.Note{Key: "devices.after.until", Args: map[string]any{"Until": dev.WorksUntil}}
		}
		list[i] = views.Device{
			ID: dev.ID, Door: views.Door(dev.Mode), Current: dev.ID == p.DeviceID, Browser: browserName(dev.UserAgent),
			Address: dev.Address, Carrier: string(dev.Carrier), Since: dev.Since, LastSeen: dev.LastSeen, Expires: dev.Expires, After: after,
		}
	}
	return d.render(c, http.StatusOK, views.DevicesPage(views.Devices{
		Member: d.member(c, "devices", http.StatusOK), List: list, Ended: d.endedNote(c),
	}))
}

// endedNote says what the revocation before this page did, and what it could not do.
func (d *door) endedNote(c echo.Context) views.Note {
	life := map[string]any{"Life": d.cfg.AccessTTL + auth.Leeway}
	said := d.flashed(c)
	switch said {
	case flashDevice:
		return views.Note{Key: "devices.ended.session"}
	case flashDeviceJWT:
		if d.level(c).AtLeast(auth.LevelDenylist) {
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
	if auth.DeviceOf(d.jwt, id) {
		d.flash(c, flashDeviceJWT)
	} else {
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
	d.flash(c, flashOthers+flash("."+strconv.FormatInt(ended, 10)))
	return seeOther(c, d.page("/devices"))
}

type deviceJSON struct {
	ID         int64      `json:"id"`
	Mode       string     `json:"mode"`
	Carrier    string     `json:"carrier"`
	Current    bool       `json:"current"`
	Browser    string     `json:"browser"`
	Address    string     `json:"address"`
	Since      time.Time  `json:"since"`
	LastSeen   time.Time  `json:"last_seen"`
	Expires    time.Time  `json:"expires_at"`
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
	if err := d.endDevice(c, id); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

func (d *door) apiRevokeOthers(c echo.Context) error {
	if _, err := d.endOthers(c, principal(c)); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
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
