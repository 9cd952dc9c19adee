package views

import (
	"slices"
	"strconv"
	"time"

	"github.com/a-h/templ"
)

// doorClass gives an element its door's colours.
func doorClass(d Door) string {
	if d == "" {
		return ""
	}
	return "door-" + string(d)
}

// memberPath is the address of a page of a door's member area; tab "home" is the area itself.
func memberPath(d Door, tab string) templ.SafeURL {
	path := "/" + string(d) + "/member"
	if tab != "" && tab != "home" {
		path += "/" + tab
	}
	return templ.SafeURL(path)
}

// devicePath and adminPath are the targets of the small forms in tables.
func devicePath(d Door, id int64) templ.SafeURL {
	return memberPath(d, "devices/"+strconv.FormatInt(id, 10)+"/revoke")
}

func adminPath(d Door, id int64) templ.SafeURL {
	return memberPath(d, "admin/"+strconv.FormatInt(id, 10))
}

func notePath(d Door, id int64) templ.SafeURL {
	return memberPath(d, "notes/"+strconv.FormatInt(id, 10)+"/delete")
}

// doorPath is another address of a door: "login", "logout", "demo".
func doorPath(d Door, name string) templ.SafeURL {
	return templ.SafeURL("/" + string(d) + "/" + name)
}

func itoa(n int) string { return strconv.Itoa(n) }

func micros(d time.Duration) string { return strconv.FormatInt(d.Microseconds(), 10) }

func seconds(d time.Duration) string { return strconv.Itoa(int(d / time.Second)) }

// carrier is how the page's own credential came, for the script; "" where none came.
func (m Member) carrier() string {
	if m.Panel.Sent.Credential == nil {
		return ""
	}
	return m.Panel.Sent.Credential.Carrier
}

// otherDoors are those that a sign-in page leads to: from a main door the other main one, from any other all.
func (p Login) otherDoors() []Door {
	doors := AllDoors()
	if slices.Contains(doors[:2], p.Door) {
		doors = doors[:2]
	}
	return slices.DeleteFunc(doors, func(d Door) bool { return d == p.Door })
}

// nextTheme is what the theme button changes to: the three take turns.
func nextTheme(theme string) string {
	switch theme {
	case "light":
		return "dark"
	case "dark":
		return "auto"
	}
	return "light"
}

// themeName is the theme's name in message keys; following the system is "auto".
func themeName(theme string) string {
	if theme == "light" || theme == "dark" {
		return theme
	}
	return "auto"
}

// levels are the checks of the JWT door, each including those before it.
func levels() [4]string { return [4]string{"signature", "user", "denylist", "version"} }

// described joins the ids that describe a field, for aria-describedby.
func described(f Form, field, hint string) string {
	if _, bad := f.Fields[field]; bad {
		if hint == "" {
			return field + "-fault"
		}
		return hint + " " + field + "-fault"
	}
	return hint
}

// hintID is the id of a field's hint, "" for a field without one.
func hintID(field, hint string) string {
	if hint == "" {
		return ""
	}
	return field + "-hint"
}

// faulty is the value of aria-invalid.
func faulty(f Form, field string) string {
	if _, bad := f.Fields[field]; bad {
		return "true"
	}
	return "false"
}
