package handlers

import (
	"strings"
	"unicode"

	"golang.org/x/text/secure/precis"
	"golang.org/x/text/unicode/norm"
)

// nameOf is a name in the form in which it is kept: white space trimmed and made single, one spelling (NFC). ok is false
// for characters that could mislead a reader, and for a name that looks empty.
//
// What PRECIS disallows in its FreeformClass (RFC 8264, section 4.3) is refused, but for what some scripts and emoji need
// beside it: the joiners (RFC 5892, appendix A.1 and A.2; UTS 39), marks of direction, tags behind a flag, and isolates that
// are closed.
func nameOf(text string) (name string, ok bool) {
	name = norm.NFC.String(strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.Is(unicode.Zs, r) }), " "))
	var plain []rune
	runes := []rune(name)
	depth := 0
	for i, r := range runes {
		switch {
		case r == '\u200c' || r == '\u200d':
			if !joinerFits(runes, i) {
				return name, false
			}
		case r == '\u200e' || r == '\u200f' || r == '\u061c': // left-to-right, right-to-left and Arabic letter mark
		case r >= '\u2066' && r <= '\u2068': // an isolate begins
			depth++
		case r == '\u2069': // and ends
			if depth--; depth < 0 {
				return name, false
			}
		case r >= '\U000e0020' && r <= '\U000e007f':
			if !tagFits(runes, i) {
				return name, false
			}
		case unicode.Is(unicode.Variation_Selector, r) && i > 0:
		default:
			plain = append(plain, r)
		}
	}
	if depth != 0 {
		return name, false
	}
	if len(plain) == 0 {
		return name, name == ""
	}
	if _, err := precis.NewFreeform().String(string(plain)); err != nil {
		return name, false
	}
	return name, strings.ContainsFunc(string(plain), isVisible)
}

// isVisible reports whether a character leaves something to be seen by itself.
func isVisible(r rune) bool {
	switch r {
	case '\u115f', '\u1160', '\u3164', '\uffa0', '\u2800': // Hangul fillers, the empty Braille pattern
		return false
	}
	return unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.Is(unicode.M, r) && !unicode.Is(unicode.Cf, r) &&
		!unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
}

// joinerFits reports whether a joiner stands where it changes how a name is written: behind a letter or a mark and before a
// letter, of a script that joins its letters or has viramas; a zero width joiner also within an emoji.
func joinerFits(runes []rune, i int) bool {
	if i == 0 || i == len(runes)-1 {
		return false
	}
	before, after := runes[i-1], runes[i+1]
	if runes[i] == '\u200d' && unicode.Is(unicode.So, after) {
		return unicode.In(before, unicode.So, unicode.Sk, unicode.Variation_Selector)
	}
	return unicode.In(before, joining...) && unicode.In(after, joining...)
}

// joining are the scripts that use joiners.
var joining = []*unicode.RangeTable{
	unicode.Arabic, unicode.Syriac, unicode.Nko, unicode.Mongolian, unicode.Mandaic, unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi,
	unicode.Gujarati, unicode.Oriya, unicode.Tamil, unicode.Telugu, unicode.Kannada, unicode.Malayalam, unicode.Sinhala, unicode.Khmer,
	unicode.Myanmar, unicode.Tibetan, unicode.Inherited,
}

// tagFits reports whether a tag character belongs to a flag that is whole: a black flag, tags, the cancel tag (UTS 51, ED-14a).
func tagFits(runes []rune, i int) bool {
	isTag := func(r rune) bool { return r >= '\U000e0020' && r <= '\U000e007e' }
	start, end := i, i
	for start > 0 && isTag(runes[start-1]) {
		start--
	}
	for end < len(runes) && isTag(runes[end]) {
		end++
	}
	const flag, cancel = '\U0001f3f4', '\U000e007f'
	return start > 0 && runes[start-1] == flag && end > start && end < len(runes) && runes[end] == cancel
}
