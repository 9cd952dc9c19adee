package labs

// Verdict is what a run says about a statement.
type Verdict string

// The verdicts. The first three are computed from measurements.
const (
	Holds        Verdict = "holds"           // measured as claimed in every case tried
	Depends      Verdict = "depends"         // true in one case and false in another; both were run
	Fails        Verdict = "fails"           // measured otherwise in every case tried
	NeedsBrowser Verdict = "needs a browser" // nothing but a browser can show it; nothing was measured
	NotRun       Verdict = "not run"         // the run did not come to its end: Result.Problem says why
)

// Group is a chapter of statements.
type Group string

// The groups, in the order of the lesson.
const (
	State   Group = "state"   // where state is kept
	Sent    Group = "sent"    // what the client sends, and who can read it
	Cost    Group = "cost"    // what each request costs the database
	Ending  Group = "ending"  // ending it
	Refresh Group = "refresh" // access and refresh tokens
	Growing Group = "growing" // growing and crossing borders
)

// Groups lists the groups in order.
func Groups() []Group { return []Group{State, Sent, Cost, Ending, Refresh, Growing} }

// Title is the group's name.
func (g Group) Title() Words {
	return map[Group]Words{
		State:   {"Where state is kept", "상태를 두는 곳"},
		Sent:    {"What the client sends, and who can read it", "클라이언트가 보내는 것, 그것을 읽을 수 있는 사람"},
		Cost:    {"What each request costs the database", "요청 하나가 데이터베이스에 주는 부담"},
		Ending:  {"Ending it", "끝내기"},
		Refresh: {"Access and refresh tokens", "액세스 토큰과 리프레시 토큰"},
		Growing: {"Growing and crossing borders", "서버가 늘고 경계를 넘을 때"},
	}[g]
}

// Statement is something that people say, with the scenario that tries it.
type Statement struct {
	ID    string // as in addresses: letters, digits and hyphens
	Group Group
	Says  Words // the statement, as people say it
	// Expected is the verdict that the run should come to.
	Expected Verdict
	// Note stands beside the verdict's condition: what would mislead without it. It may be empty.
	Note Words
	// Figure is the id of the measurement that is shown in a list and may be predicted; "" for the first.
	Figure string
	Why    Words // why it is so
	Advice Words // what to do about it in production
	// Sources are where it is taught, specified or advised about: at least one.
	Sources []Source
	// Play measures. It is nil for what needs a browser.
	Play func(p *Play)
	// Trials are what a browser does where Play is nil, and Browse measures what was seen of them.
	Trials []Trial
	Browse func(b *Browsed)
	// Rule says of each case that was tried whether the statement was true there.
	Rule func(m Measured) []Case
}

// Case is one condition of a statement.
type Case struct {
	When  Words // the condition
	Holds bool  // the statement was true there, as measured
	Want  bool  // that is what is expected
	// NotTried says how to have the case tried, where this run could not: Holds then says nothing. It is empty for a
	// case that was tried.
	NotTried Words
}

// Tried reports whether the case was tried in this run.
func (c Case) Tried() bool { return c.NotTried == Words{} }

// Judge computes the verdict of the cases that were tried: the same for every statement.
func Judge(cases []Case) Verdict {
	yes, no := 0, 0
	for _, c := range cases {
		switch {
		case !c.Tried():
		case c.Holds:
			yes++
		default:
			no++
		}
	}
	switch {
	case yes == 0 && no == 0:
		return NotRun
	case no == 0:
		return Holds
	case yes == 0:
		return Fails
	}
	return Depends
}

// Tour lists the statements of a first lesson.
func Tour() []string {
	return []string{"state-session-server", "jwt-no-lookup", "jwt-readable", "jwt-not-revocable", "scale-session"}
}
