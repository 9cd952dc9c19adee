package main

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

// toggle is a flag that stands alone or with a value: on or off, as the other settings have it, or what Go's own
// flags take.
type toggle bool

var _ kong.BoolMapperValue = (*toggle)(nil)

// IsBool lets the flag stand without a value.
func (*toggle) IsBool() bool { return true }

// Decode reads the value, of the flag or of its environment twin.
func (t *toggle) Decode(ctx *kong.DecodeContext) error {
	if ctx.Scan.Peek().Type != kong.FlagValueToken {
		*t = true
		return nil
	}
	value := strings.ToLower(fmt.Sprint(ctx.Scan.Pop().Value))
	switch value {
	case "on", "true", "1", "yes":
		*t = true
	case "off", "false", "0", "no":
		*t = false
	default:
		return fmt.Errorf("must be on or off but got %q", value)
	}
	return nil
}
