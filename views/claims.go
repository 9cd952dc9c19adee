package views

import (
	"time"

	"github.com/a-h/templ"
)

// The sections of the main navigation that the claims and labs belong to.
const (
	SectionClaims Section = "claims"
	SectionLabs   Section = "labs"
)

// Claims lists what people say, each with what it came to on this server.
type Claims struct {
	Chrome
	Tour   []ClaimLine
	Groups []ClaimGroup
	// Measuring is how far the measuring of all claims has come; Measured when it was last done, zero for never,
	// and Took how long it took then.
	Measuring   bool
	Done, Total int
	Measured    time.Time
	Took        time.Duration
}

// ClaimGroup is a chapter of claims.
type ClaimGroup struct {
	ID, Title string
	Lines     []ClaimLine
}

// ClaimLine is one claim in the list.
type ClaimLine struct {
	ID, Says string
	// Verdict is "holds", "depends", "fails", "browser", "stopped", or "" while nothing was measured.
	Verdict   string
	Condition string
	What      string // the figure's words
	Figure    string // and the figure; "" for none
	// Unexpected: the run came to another verdict than was expected.
	Unexpected bool
}

// ClaimPage is one claim: what is said, a prediction, and the run.
type ClaimPage struct {
	Chrome
	ID, Says, Group, GroupID string
	Browser                  bool // nothing but a browser can show it
	// Guess asks for a number, in this unit, where there is one to predict.
	GuessWhat, GuessUnit string
	TourAt, TourOf       int    // its place in the tour; 0 for none
	TourNext             string // the id of the tour's next claim
	Run                  *Run
	// Kept is a run that was not asked for here: it is folded away until somebody has predicted.
	Kept     bool
	Failure  Note // why there was no run
	Why      string
	Advice   string
	Previous string // ids of its neighbours
	Next     string
}

// Prediction is what somebody expected, beside what was measured.
type Prediction struct {
	Verdict, Number string // "" for none
	VerdictRight    bool
	NumberRight     bool
	Measured        string // the number, as measured
}

// Run is what a run came to, step by step.
type Run struct {
	At         time.Time
	Took       time.Duration
	Verdict    string
	Condition  string
	Unexpected bool
	Predicted  *Prediction
	Cases      []RunCase
	Measured   []RunFigure
	Lanes      *Lanes
	Steps      []RunStep
	Script     string // the same by hand, for a shell
	Stopped    Note   // why it did not come to its end
	Folded     bool   // the steps are folded away
}

// RunCase is a condition under which a claim was tried.
type RunCase struct {
	When       string
	Holds      bool
	Unexpected bool
}

// RunFigure is a measurement as it is read.
type RunFigure struct{ What, Text string }

// RunStep is one sentence of the story, with what was sent meanwhile.
type RunStep struct {
	Says      string
	Events    []string
	Exchanges []RunExchange
	More      int // exchanges that were counted and not kept
}

// RunExchange is one request and its answer.
type RunExchange struct {
	N        int
	Actor    string // as in class names
	Name     string
	Door     Door // "" for what belongs to no door
	Line     string
	Status   int
	In       bool
	Node     int // 0 where there is only one
	World    int // 0 where there is only one
	Clock    time.Time
	Auth     int
	Data     int
	Told     Panel // steps and lookups
	Request  string
	Response string
	Left     int // bytes of the answer that were not kept
	Took     time.Duration
	Recorded bool // the node answered, and kept a record
}

// Lanes is the timeline of a run: a lane for each client, a mark for each exchange.
type Lanes struct {
	Names []string
	Marks []LaneMark
	Steps []LaneStep
}

// LaneMark is one exchange.
type LaneMark struct {
	N, Lane int
	Door    Door
	In      bool
	Title   string
}

// LaneStep says where a step begins.
type LaneStep struct {
	Number, At int // At counts exchanges
	Events     string
}

func claimPath(id string) templ.SafeURL { return templ.SafeURL("/claims/" + id) }

// post is where the form that runs the claim posts to.
func (p ClaimPage) post() templ.SafeURL {
	if p.TourAt > 0 {
		return claimPath(p.ID) + "?tour=1"
	}
	return claimPath(p.ID)
}

// verdicts are those that can be predicted.
func verdicts() [3]string { return [3]string{"holds", "depends", "fails"} }

func anchor(n int) string { return "x" + itoa(n) }

// Measures of the timeline, in pixels.
const (
	laneLeft, laneTop = 96, 34
	laneTall, laneGap = 30, 22
)

func (l Lanes) width() int  { return laneLeft + laneGap*(len(l.Marks)+1) }
func (l Lanes) height() int { return laneTop + laneTall*len(l.Names) }

func laneX(at int) string   { return itoa(laneLeft + laneGap*at + laneGap/2) }
func laneY(lane int) string { return itoa(laneTop + laneTall*lane + laneTall/2 - 4) }
func lineX(at int) string   { return itoa(laneLeft + laneGap*at) }
func textY(lane int) string { return itoa(laneTop + laneTall*lane + laneTall/2) }
