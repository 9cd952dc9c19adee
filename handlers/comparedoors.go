package handlers

import (
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"twodoors/handlers/auth"
	"twodoors/views"
)

// Doors that are compared stand in the address, so that a link shows what it was made for, or else in the
// visitor's preferences, or else they are the two main ones.
const doorsField = "doors"

// parseDoors reads names of doors with commas between, in whatever order, and writes them in ours: "" where
// they are not two at least.
func parseDoors(text string) string {
	asked := strings.Split(text, ",")
	chosen := slices.DeleteFunc(views.AllDoors(), func(d views.Door) bool { return !slices.Contains(asked, string(d)) })
	if len(chosen) < 2 {
		return ""
	}
	names := make([]string, len(chosen))
	for i, d := range chosen {
		names[i] = string(d)
	}
	return strings.Join(names, ",")
}

// askedDoors are the doors that stand in the address; "" for none.
func askedDoors(c echo.Context) string { return parseDoors(c.QueryParam(doorsField)) }

// compared are the modes of the doors to be compared.
func (n *Node) compared(c echo.Context) []auth.ExhibitedMode {
	names := askedDoors(c)
	if names == "" {
		names = preferencesOf(c).Doors
	}
	if names == "" {
		return n.modes[:2]
	}
	chosen := strings.Split(names, ",")
	return slices.DeleteFunc(slices.Clone(n.modes), func(m auth.ExhibitedMode) bool { return !slices.Contains(chosen, m.Name()) })
}

// doorsOf names the doors of modes.
func doorsOf(modes []auth.ExhibitedMode) []views.Door {
	doors := make([]views.Door, len(modes))
	for i, m := range modes {
		doors[i] = views.Door(m.Name())
	}
	return doors
}
