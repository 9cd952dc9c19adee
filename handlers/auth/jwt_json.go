package auth

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Member is one name of a JSON object with its value as it stands in the text.
type Member struct{ Name, Raw string }

// maxMembers bounds an object; a token of ours has 11 members.
const maxMembers = 32

// Members lists what an object says, in the order in which it says it; nil for a text that is no object, or whose
// readers could differ about it.
func Members(text []byte) []Member {
	list, err := strictObject(string(text), make([]Member, 0, claimCount+2))
	if err != nil {
		return nil
	}
	return list
}

// decodedMembers is Members of a part of a token.
func decodedMembers(part string) []Member {
	text, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return nil
	}
	return Members(text)
}

// Unix reads the value as the seconds of a date; zero for one that is none.
func (m Member) Unix() (at time.Time, ok bool) {
	seconds, err := strconv.ParseInt(m.Raw, 10, 64)
	if err != nil {
		return time.Time{}, false
	}
	return time.Unix(seconds, 0), true
}

var errNotObject = errors.New("not a JSON object")

// strictObject splits a JSON object into its members, which it adds to list. Two names that are equal, or differ
// only in case, are refused: different readers would take different ones (RFC 7519, section 4, and RFC 8259,
// section 4). It goes through the text once, and what a token of ours looks like takes no memory.
func strictObject(text string, list []Member) ([]Member, error) {
	at := pastSpace(text, 0)
	if at == len(text) || text[at] != '{' {
		return nil, errNotObject
	}
	at = pastSpace(text, at+1)
	if at < len(text) && text[at] == '}' {
		return list, onlySpace(text, at+1)
	}
	for {
		end := valueEnd(text, at)
		name, ok := stringValue(text[at:end])
		if !ok {
			return nil, errNotObject
		}
		for _, m := range list {
			if strings.EqualFold(m.Name, name) {
				return nil, fmt.Errorf("the name %q stands twice", name)
			}
		}
		at = pastSpace(text, end)
		if at == len(text) || text[at] != ':' || len(list) == maxMembers {
			return nil, errNotObject
		}
		at = pastSpace(text, at+1)
		end = valueEnd(text, at)
		if !validValue(text[at:end]) {
			return nil, errNotObject
		}
		list = append(list, Member{name, text[at:end]})
		at = pastSpace(text, end)
		switch {
		case at < len(text) && text[at] == ',':
			at = pastSpace(text, at+1)
		case at < len(text) && text[at] == '}':
			return list, onlySpace(text, at+1)
		default:
			return nil, errNotObject
		}
	}
}

func pastSpace(text string, at int) int {
	for at < len(text) && strings.IndexByte(" \t\r\n", text[at]) >= 0 {
		at++
	}
	return at
}

func onlySpace(text string, at int) error {
	if pastSpace(text, at) != len(text) {
		return errors.New("something follows the JSON object")
	}
	return nil
}

// valueEnd finds where the value ends that begins at a place, whatever it is worth.
func valueEnd(text string, at int) int {
	depth, quoted := 0, false
	for ; at < len(text); at++ {
		switch c := text[at]; {
		case quoted && c == '\\':
			at++
		case c == '"':
			quoted = !quoted
			if !quoted && depth == 0 {
				return at + 1
			}
		case quoted:
		case c == '{' || c == '[':
			depth++
		case (c == '}' || c == ']') && depth > 0:
			if depth--; depth == 0 {
				return at + 1
			}
		case depth == 0 && strings.IndexByte(" \t\r\n,:}]", c) >= 0:
			return at
		}
	}
	return len(text)
}

// validValue reports whether a text is one JSON value. Plain strings and whole numbers, all that tokens of ours
// hold, are seen at once.
func validValue(raw string) bool {
	return isPlain(raw) || isDigits(raw) || json.Valid([]byte(raw))
}

// isPlain reports whether raw is a JSON string that means itself: ASCII, and nothing escaped.
func isPlain(raw string) bool {
	if len(raw) < 2 || raw[0] != '"' || raw[len(raw)-1] != '"' {
		return false
	}
	for i := 1; i < len(raw)-1; i++ {
		if c := raw[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

func isDigits(raw string) bool {
	if raw == "" || raw[0] == '0' && len(raw) > 1 {
		return false
	}
	for i := range len(raw) {
		if raw[i] < '0' || raw[i] > '9' {
			return false
		}
	}
	return true
}

// stringValue reads a JSON string.
func stringValue(raw string) (s string, ok bool) {
	if isPlain(raw) {
		return raw[1 : len(raw)-1], true
	}
	if !strings.HasPrefix(raw, `"`) {
		return "", false
	}
	var decoded string // not s itself, which would have to lie on the heap for the plain ones too
	err := json.Unmarshal([]byte(raw), &decoded)
	return decoded, err == nil
}
