package labs

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"twodoors/handlers/labs/reports"
	"twodoors/models"
)

// Lab is a stage: a scenario with controls to change and run again. Like a statement it is one file.
type Lab struct {
	ID         string // as in addresses
	Title      Words
	About      Words // what may be seen here
	Look       Words // what would mislead without it, said beside the figures
	Controls   []Control
	Statements []string // those that it belongs to
	Play       func(p *Play, c Chosen)
}

// Control is something that may be changed before a run.
type Control struct {
	Name    string
	Label   Words
	Kind    ControlKind
	Default string
	Options []Option // of a choice
	Min     int      // of a number
	Max     int      // and of a text: its length in bytes
	Unit    Words    // of a number
}

// ControlKind says how something is chosen.
type ControlKind string

// The kinds.
const (
	Choice ControlKind = "choice"
	Number ControlKind = "number"
	Text   ControlKind = "text"   // several lines
	Letter ControlKind = "letter" // one that may stand in a header, or none
)

// Option is one of a choice.
type Option struct {
	Value string
	Label Words
}

// Chosen are the values of a lab's controls, all of them, each one that is allowed.
type Chosen map[string]string

// Choose takes the values that are allowed; the default stands in for any other.
func (l Lab) Choose(of func(name string) string) Chosen {
	chosen := Chosen{}
	for _, c := range l.Controls {
		chosen[c.Name] = c.Default
		if value := of(c.Name); c.allows(value) {
			chosen[c.Name] = value
		}
	}
	return chosen
}

func (c Control) allows(value string) bool {
	switch c.Kind {
	case Choice:
		return slices.ContainsFunc(c.Options, func(o Option) bool { return o.Value == value })
	case Number:
		n, err := strconv.Atoi(value)
		return err == nil && n >= c.Min && n <= c.Max
	}
	if c.Kind == Letter {
		return len(value) == 1 && value[0] > ' ' && value[0] < 0x7f
	}
	return value != "" && len(value) <= c.Max && utf8.ValidString(value)
}

// Int is the value of a number.
func (c Chosen) Int(name string) int { n, _ := strconv.Atoi(c[name]); return n }

// Minutes is the value of a number of minutes.
func (c Chosen) Minutes(name string) time.Duration { return time.Duration(c.Int(name)) * time.Minute }

// Key names a run of a lab: the same for the same values.
func (l Lab) Key(c Chosen) string {
	text, err := json.Marshal(c) // sorted by name
	must(err)
	return "lab " + l.ID + " " + string(text)
}

// Exhibit is something that a lab shows of its run; one of its members is set.
type Exhibit struct {
	Says   *Words
	Grid   *Grid
	Lives  *Lives
	Series *Series
	Family []models.FamilyTree
	Page   *ServedPage
}

// ServedPage is a page of the second service, as it answered.
type ServedPage struct {
	Address string
	Answer  reports.Answer
}

// Grid is a table.
type Grid struct {
	Caption, Corner Words
	Columns         []Words
	Rows            []GridRow
}

// GridRow is a row of a table, of a mode where it belongs to one.
type GridRow struct {
	Name  Words
	Mode  Mode
	Cells []Cell
}

// Cell is one figure or word of a table. A time that passed stands in Took instead of Text: the page writes it as it
// writes all of them.
type Cell struct {
	Text   Words
	Took   time.Duration
	Tone   Tone
	Reason string // why a credential was refused, as the app names it; "" for none
	Below  Words  // what else is to be said of it, smaller
}

// Tone says what a cell means, beside its words.
type Tone string

// The tones.
const (
	Plain Tone = ""
	In    Tone = "in"  // let in, noticed, known
	Out   Tone = "out" // refused, not known
)

// Lives are spans of time, one above the other.
type Lives struct {
	Caption Words
	Most    time.Duration // where the scale ends: what lasts as long is longer than was looked for
	Rows    []Life
}

// Life is for how long something went on.
type Life struct {
	Name Words
	Mode Mode
	Span time.Duration
	Note Words
}

// Series are lines over a common axis.
type Series struct {
	Caption Words
	Over    Words   // the axis
	At      []int64 // its points
	Unit    Unit
	Lines   []Line
}

// Line is one line of a series: a value for each point.
type Line struct {
	Name   Words
	Mode   Mode
	Values []int64
}

// Say is a sentence about what came of a run, computed from it.
func (p *Play) Say(en, ko string) {
	w := Words{en, ko}
	p.exhibits = append(p.exhibits, Exhibit{Says: &w})
}

// Table shows a table.
func (p *Play) Table(g Grid) { p.exhibits = append(p.exhibits, Exhibit{Grid: &g}) }

// Spans shows spans of time.
func (p *Play) Spans(l Lives) { p.exhibits = append(p.exhibits, Exhibit{Lives: &l}) }

// Lines shows lines.
func (p *Play) Lines(s Series) { p.exhibits = append(p.exhibits, Exhibit{Series: &s}) }

// Page shows a page of the second service.
func (p *Play) Page(address string, a reports.Answer) {
	p.exhibits = append(p.exhibits, Exhibit{Page: &ServedPage{address, a}})
}

// Families shows what became of the refresh tokens of everyone in an environment who has some.
func (p *Play) Families(w *Environment) {
	for _, u := range w.users {
		trees, err := w.Database.db.FamilyTrees(w.background(), u.ID, w.Clock.Now(), 10, 12)
		must(err)
		p.exhibits = append(p.exhibits, Exhibit{Family: trees})
	}
}

// Came is the cell of an answer. Why a credential was refused stands in the step that found it, or, where a lookup
// found nothing, in the refusal alone.
func Came(a *Answer) Cell {
	status := strconv.Itoa(a.Status)
	cell := Cell{Text: Words{status, status}, Tone: Out}
	if a.In() {
		cell.Tone = In
	}
	for _, s := range a.Steps {
		if s.Reason != "" {
			cell.Reason = s.Reason
		}
	}
	if cell.Reason == "" && a.Status == http.StatusUnauthorized {
		cell.Reason = cmp.Or(map[string]string{"no-credential": "absent"}[a.Refusal], a.Refusal)
	}
	return cell
}

// Count is the cell of a number.
func Count(n int) Cell { return Cell{Text: digits(n)} }

// digits is a number with its thousands apart, which both languages write alike.
func digits(n int) Words {
	s := strconv.Itoa(n)
	for at := len(s) - 3; at > 0 && n >= 0; at -= 3 {
		s = s[:at] + "," + s[at:]
	}
	return Words{s, s}
}

// YesNo is the cell of a truth.
func YesNo(b bool) Cell {
	if b {
		return Cell{Text: Words{"yes", "예"}, Tone: In}
	}
	return Cell{Text: Words{"no", "아니요"}, Tone: Out}
}

// Spelled is the cell of words.
func Spelled(en, ko string) Cell { return Cell{Text: Words{en, ko}} }

// door is a way of being signed in, as labs list them.
type door struct {
	id       string
	name     Words
	mode     Mode
	settings []Setting
}

// FindLab finds a lab by its id.
func FindLab(id string) (Lab, bool) {
	for _, l := range Labs() {
		if l.ID == id {
			return l, true
		}
	}
	return Lab{}, false
}
