package views

import (
	"time"

	"github.com/a-h/templ"
)

// The sections of the main navigation that the statements and labs belong to.
const (
	SectionStatements Section = "claims"
	SectionLabs       Section = "labs"
)

// Statements lists what people say, each with what it came to on this server.
type Statements struct {
	Chrome
	Tour   []StatementLine
	Groups []StatementGroup
	// Measuring is how far the measuring of all statements has come; Measured when it was last done, zero for never,
	// and Took how long it took then.
	Measuring   bool
	Done, Total int
	Measured    time.Time
	Took        time.Duration
}

// StatementGroup is a chapter of statements.
type StatementGroup struct {
	ID, Title string
	Lines     []StatementLine
}

// StatementLine is one statement in the list.
type StatementLine struct {
	ID, Says string
	// Verdict is "holds", "depends", "fails", "browser", "stopped", "untried", or "" while nothing was measured.
	Verdict   string
	Condition string
	What      string // the figure's words
	Figure    string // and the figure; "" for none
	// Unexpected: the run came to another verdict than was expected.
	Unexpected bool
}

// StatementPage is one statement: what is said, a prediction, and the run.
type StatementPage struct {
	Chrome
	ID, Says, Group, GroupID string
	Browser                  bool // nothing but a browser can show it
	// Guess asks for a number, in this unit, where there is one to predict.
	GuessWhat, GuessUnit string
	TourAt, TourOf       int    // its place in the tour; 0 for none
	TourNext             string // the id of the tour's next statement
	Run                  *Run
	// Kept is a run that was not asked for here: it is folded away until somebody has predicted.
	Kept     bool
	Failure  Note // why there was no run
	Why      string
	Advice   string
	Sources  []Source
	Labs     []LabCard // where it is seen with controls
	Previous string    // ids of its neighbours
	Next     string
}

// Source is a document behind a statement.
type Source struct{ Name, Address string }

// Prediction is what somebody expected, beside what was measured.
type Prediction struct {
	Verdict, Number string // "" for none
	VerdictRight    bool
	NumberRight     bool
	Measured        string // the number, as measured
}

func claimPath(id string) templ.SafeURL { return templ.SafeURL("/claims/" + id) }

// post is where the form that runs the statement posts to.
func (p StatementPage) post() templ.SafeURL {
	if p.TourAt > 0 {
		return claimPath(p.ID) + "?tour=1"
	}
	return claimPath(p.ID)
}

// verdicts are those that can be predicted.
func verdicts() [3]string { return [3]string{"holds", "depends", "fails"} }
