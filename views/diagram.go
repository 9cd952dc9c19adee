package views

import (
	"strings"
	"time"

	"github.com/a-h/templ"
)

// Measures of the sequence diagram. Heights are pixels; widths, which the template has, are parts of whatever width
// there is, so that its letters keep their size on a phone and on a projector alike.
const (
	headHeight = 26 // the three names
	lineHeight = 17 // of a label
	underLabel = 7  // between a label and its arrow
	afterArrow = 12
	barPad     = 8

	// At 330 px, the narrowest a diagram gets (a phone of 360 px), this much stands between two life
	// lines for a label, in units of an average small letter.
	leftRoom, rightRoom = 15, 25
	maxLines            = 3

	fixed = "\u00a0" // a space that no line ends at
)

// mark is one arrow or one remark of the diagram, placed.
type mark struct {
	Kind  StepKind
	Reply bool   // the dashed way back
	Class string // "auth", "data", "display", "plain"; "failed" for a refusal
	Lines []line
	Whole string // the label in full, where it had to be cut
	At    string // when, for the arrows that leave the server
	Y     int    // of the arrow, or of a remark's first line
}

// markKey is what a mark's class is made of: few are ever in use.
type markKey struct {
	class string
	kind  StepKind
	reply bool
}

// markClasses are the attributes of all marks there are, made once: a page has a dozen of them.
var markClasses = func() map[markKey]templ.OrderedAttributes {
	list := map[markKey]templ.OrderedAttributes{}
	for _, class := range []string{"own", "plain", "auth", "data", "display"} {
		for _, ending := range []string{"", " failed"} {
			for _, kind := range []StepKind{StepRequest, StepCheck, StepLookup, StepUncount, StepResponse} {
				for _, reply := range []bool{false, true} {
					key := markKey{class + ending, kind, reply}
					list[key] = key.attributes()
				}
			}
		}
	}
	return list
}()

func (k markKey) attributes() templ.OrderedAttributes {
	class := "mark " + k.class + " " + string(k.kind)
	if k.reply {
		class += " reply"
	}
	return templ.OrderedAttributes{{Key: "class", Value: class}}
}

// class says what the mark's group is.
func (k *mark) class() templ.OrderedAttributes {
	key := markKey{k.Class, k.Kind, k.Reply}
	if known, ok := markClasses[key]; ok {
		return known
	}
	return key.attributes()
}

// place says where the mark's group is.
func (k *mark) place() string { return "translate(0 " + itoa(k.Y) + ")" }

// An arrow's head is the same each time.
var arrowRight, arrowLeft = headRight(), headLeft()

// line is one line of a label.
type line struct {
	Text string
	Y    int
}

// diagram is a sequence diagram laid out from the recorded steps.
type diagram struct {
	Marks           []mark
	BarTop, BarTall int
	Height          int
	Store           string   // what the third life line is: "database", "redis", "both"
	Told            []string // the same, told in order, for those who hear the page
}

// layOut places the steps from top to bottom in the order in which they were recorded.
func layOut(m *Messages, p *Panel) *diagram {
	d := &diagram{Store: storeOf(p.Lookups), Marks: make([]mark, 0, 2*len(p.Steps)), Told: make([]string, 0, len(p.Steps))}
	y := headHeight
	place := func(k mark, label string, room int) {
		k.Lines, k.Whole = wrap(label, room)
		for i := range k.Lines {
			y += lineHeight
			k.Lines[i].Y = y
		}
		k.Y = y
		if k.Kind != StepCheck {
			y += underLabel
			k.Y = y
			y += afterArrow
		} else {
			y += underLabel + 2
		}
		d.Marks = append(d.Marks, k)
	}
	for _, s := range p.Steps {
		text := m.N(s.Note)
		class := s.Purpose
		if class == "" {
			class = "plain"
		}
		if !s.OK {
			class += " failed"
		}
		switch s.Kind {
		case StepRequest:
			place(mark{Kind: s.Kind, Class: "own"}, text, leftRoom)
			d.BarTop = y - afterArrow
		case StepCheck:
			if s.Took >= time.Microsecond { // less would be written as nothing
				text += " ·" + fixed + strings.Replace(m.Millis(s.Took), " ", fixed, 1)
			}
			place(mark{Kind: s.Kind, Class: class}, text, rightRoom)
		case StepLookup, StepUncount:
			if s.Kind == StepUncount {
				class = "plain"
			}
			place(mark{Kind: s.Kind, Class: class, At: m.Millis(s.At)}, text, rightRoom)
			answer := m.N(s.Answer)
			if answer == "" {
				answer = m.Millis(s.Took)
			}
			place(mark{Kind: s.Kind, Class: class, Reply: true}, answer, rightRoom)
			text += ": " + answer
		case StepResponse:
			place(mark{Kind: s.Kind, Class: "own", Reply: true}, text, leftRoom)
			text += " · " + m.Millis(s.At)
			last := &d.Marks[len(d.Marks)-1]
			last.At = m.Millis(s.At)
		}
		d.Told = append(d.Told, text)
	}
	d.BarTall = y - d.BarTop - afterArrow + barPad
	d.Height = y + 2
	return d
}

// storeOf names what lookups went to.
func storeOf(list []Lookup) string {
	commands := 0
	for _, l := range list {
		if l.Command {
			commands++
		}
	}
	switch {
	case commands == 0:
		return "database"
	case commands == len(list):
		return "redis"
	}
	return "both"
}

// wrap breaks a label into lines of the given room at its spaces. What does not fit three lines is cut, and
// then comes back whole as well.
func wrap(label string, room int) (lines []line, whole string) {
	room *= 2                 // in half letters
	from, to, used := 0, 0, 0 // the line begun: where it begins and ends in the label, and its width
	flush := func() {
		if used > 0 {
			lines = append(lines, line{Text: label[from:to]})
			used = 0
		}
	}
	for at, end := 0, 0; at < len(label); at = end + 1 {
		if end = strings.IndexByte(label[at:], ' ') + at; end < at {
			end = len(label)
		}
		w := width(label[at:end])
		if w == 0 {
			continue
		}
		if used > 0 && used+1+w > room {
			flush()
		}
		for w > room { // one long word, e.g. a name without spaces
			head, rest := split(label[at:end], room)
			lines = append(lines, line{Text: head})
			at, w = end-len(rest), width(rest)
		}
		if used > 0 {
			used++
		} else {
			from = at
		}
		to, used = end, used+w
	}
	flush()
	if len(lines) > maxLines {
		lines = lines[:maxLines]
		lines[maxLines-1].Text += " …"
		return lines, label
	}
	return lines, ""
}

// width estimates a text's width in half letters: Korean characters are twice as wide as Latin ones.
func width(s string) int {
	n := 0
	for _, r := range s {
		n += runeWidth(r)
	}
	return n
}

func runeWidth(r rune) int {
	if r >= 0x1100 {
		return 4
	}
	return 2
}

// split cuts a word so that its head fits.
func split(word string, room int) (head, rest string) {
	used := 0
	for i, r := range word {
		used += runeWidth(r)
		if used > room && i > 0 {
			return word[:i], word[i:]
		}
	}
	return word, ""
}
