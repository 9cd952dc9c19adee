package views

import "time"

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
	NotTried   string // what has the case tried, where this run could not; "" where it was tried
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
	N           int
	Actor       string // as in class names
	Name        string
	Door        Door // "" for what belongs to no door
	Line        string
	Status      int
	In          bool
	Node        int // 0 where there is only one
	Environment int // 0 where there is only one
	Clock       time.Time
	Auth        int
	Data        int
	Told        Panel // steps and lookups
	Request     string
	Response    string
	Left        int // bytes of the answer that were not kept
	Took        time.Duration
	Recorded    bool // the node answered, and kept a record
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

// LaneStep says where a step begins, or several of them.
type LaneStep struct {
	First, Last int // their numbers: nothing was sent in those before the last
	At          int // counts exchanges
	Events      string
}

func (s LaneStep) numbers() string {
	if s.First < s.Last {
		return itoa(s.First) + "–" + itoa(s.Last)
	}
	return itoa(s.Last)
}

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
