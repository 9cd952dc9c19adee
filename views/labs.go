package views

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

// LabList lists the labs.
type LabList struct {
	Chrome
	Labs []LabCard
}

// LabCard is a lab in the list.
type LabCard struct{ ID, Title, About string }

// LabPage is a stage: controls, and what came of the last run.
type LabPage struct {
	Chrome
	ID, Title, About string
	Look             string // what would mislead without it
	Controls         []LabControl
	Claims           []StatementLine // those it belongs to
	Run              *LabRun
	Previous, Next   *LabCard
}

// LabControl is something to change before a run.
type LabControl struct {
	Name, Label, Kind, Value, Unit string // Kind is "choice", "number" or "text"
	Min, Max                       int
	Options                        []LabOption
}

// LabOption is one of a choice.
type LabOption struct{ Value, Label string }

// LabRun is what came of a lab's run.
type LabRun struct {
	Run
	Exhibits []Exhibit
}

// Exhibit is something that a lab shows; one of its members is set.
type Exhibit struct {
	Says   string
	Grid   *LabGrid
	Lives  *LabLives
	Series *LabSeries
	Family []FamilyTree
	Page   *ServedPage
}

// ServedPage is a page of another service, as it answered: a whole document.
type ServedPage struct {
	Address  string
	Status   int
	Document string
}

// LabGrid is a table.
type LabGrid struct {
	Caption, Corner string
	Columns         []string
	Rows            []LabRow
}

// LabRow is a row, of a door where it belongs to one.
type LabRow struct {
	Name  string
	Door  Door
	Cells []LabCell
}

// LabCell is a figure or a word. Tone is "in", "out" or "", Reason a key below "reason.", Below what else is said.
type LabCell struct {
	Text, Tone, Reason, Below string
	Measured                  bool // a time that passed: a number with its unit
}

// LabLives are spans of time on one scale.
type LabLives struct {
	Caption string
	Rows    []LabLife
}

// LabLife is one span; Share is its part of the scale, from 0 to 1.
type LabLife struct {
	Name  string
	Door  Door
	Text  string
	Share float64
}

// LabSeries are lines over an axis.
type LabSeries struct {
	Caption, Over string
	At            []int64
	End           string // the last of them, as it is read
	Lines         []LabLine
}

// LabLine is a line; Last is its last value as it is read.
type LabLine struct {
	Name   string
	Door   Door
	Values []int64
	Last   string
}

// FlowsPage shows the flows as they were recorded, beside the steps that are taught.
type FlowsPage struct {
	Chrome
	Flows []FlowView
}

// FlowView is one flow.
type FlowView struct {
	ID, Title  string
	Door       Door
	Taught     []string
	Count      int
	ChecksOnly bool
	Why        string
	Exchanges  []RunExchange
}

func labPath(id string) templ.SafeURL { return templ.SafeURL("/labs/" + id) }

// counts reports whether every cell of a column is a number, so that the column is set flush right.
func (g LabGrid) counts(column int) bool {
	for _, r := range g.Rows {
		if column >= len(r.Cells) {
			return false
		}
		c := r.Cells[column]
		if _, err := strconv.ParseFloat(strings.ReplaceAll(c.Text, ",", ""), 64); err != nil && !c.Measured || c.Tone != "" {
			return false
		}
	}
	return true
}

func (g LabGrid) align(column int) string {
	if g.counts(column) {
		return "number"
	}
	return ""
}

// The series' drawing area within its viewBox of 860 × 230; the names stand to its right.
const (
	seriesLeft, seriesRight = 12, 500
	seriesTop, seriesBottom = 14, 196
	seriesGap               = 19
)

func (s LabSeries) most() int64 {
	most := int64(1)
	for _, l := range s.Lines {
		for _, v := range l.Values {
			most = max(most, v)
		}
	}
	return most
}

func (s LabSeries) y(v int64) float64 {
	return seriesBottom - float64(seriesBottom-seriesTop)*float64(v)/float64(s.most())
}

func (s LabSeries) points(l LabLine) string {
	text := make([]byte, 0, 16*len(l.Values))
	first, last := s.At[0], s.At[len(s.At)-1]
	if first > last-first { // a line that begins with its first sum begins at nothing
		first = 0
	}
	for i, v := range l.Values {
		x := float64(seriesLeft)
		if last > first {
			x += float64(seriesRight-seriesLeft) * float64(s.At[min(i, len(s.At)-1)]-first) / float64(last-first)
		}
		text = append(text, pixels(x)+","+pixels(s.y(v))+" "...)
	}
	return string(text)
}

// labelY keeps the names at the ends of the lines apart.
func (s LabSeries) labelY(line int) string {
	order := make([]int, len(s.Lines))
	for i := range order {
		order[i] = i
	}
	at := func(i int) float64 {
		if n := len(s.Lines[i].Values); n > 0 {
			return s.y(s.Lines[i].Values[n-1])
		}
		return seriesBottom
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(at(b), at(a)) })
	places := make([]float64, len(order)) // from the lowest up
	for n, i := range order {
		places[n] = at(i)
		if n > 0 {
			places[n] = min(places[n], places[n-1]-seriesGap)
		}
	}
	for n := len(places) - 1; n >= 0; n-- { // what was pushed over the top pushes the others down
		above := float64(seriesTop)
		if n+1 < len(places) {
			above = places[n+1] + seriesGap
		}
		places[n] = max(places[n], above)
	}
	return pixels(places[slices.Index(order, line)] + 5)
}

// shareOf is a share as a width within a bar's 1000 units.
func shareOf(share float64) string {
	return strconv.Itoa(int(math.Round(1000 * min(1, max(0, share)))))
}

// told is the series in words.
func (s LabSeries) told() string {
	text := s.Caption + " (" + s.axis() + "):"
	for i, l := range s.Lines {
		if i > 0 {
			text += ","
		}
		text += " " + l.Name + " " + l.Last
	}
	return text
}

// axis names the axis with its end.
func (s LabSeries) axis() string { return s.Over + ": " + s.End }

// again reports whether an earlier line has the same door's colour, so that this one is dashed.
func (s LabSeries) again(line int) bool {
	return slices.ContainsFunc(s.Lines[:line], func(l LabLine) bool { return l.Door == s.Lines[line].Door })
}
