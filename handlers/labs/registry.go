package labs

import (
	"cmp"
	"reflect"
	"slices"
)

// claims has every claim as a method, each in a file of its own: adding a file adds the claim. A method's name
// says nothing; the order is the claims' own.
type claims struct{}

// all collects the claims.
func all() []Claim {
	methods := reflect.ValueOf(claims{})
	list := make([]Claim, 0, methods.NumMethod())
	for i := range methods.NumMethod() {
		list = append(list, methods.Method(i).Call(nil)[0].Interface().(Claim))
	}
	slices.SortStableFunc(list, func(a, b Claim) int {
		return cmp.Or(slices.Index(Groups(), a.Group)-slices.Index(Groups(), b.Group), a.Place-b.Place, cmp.Compare(a.ID, b.ID))
	})
	return list
}
