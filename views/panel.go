package views

import "time"

// Panel is the record of one request as its page shows it: one door of the compare page, or the panel
// under a member page. All figures were frozen just before the page was rendered.
type Panel struct {
	Door   Door
	Folded bool
	// Here is the page's own path, for the fold button's form.
	Here   string
	Method string
	Status int
	Node   string // that answered; "" where one alone does
	// Total runs from the request's arrival to the freeze. AuthTime is spent on finding out who asks
	// (signature checks and lookups), DataTime inside lookups made for the page.
	Total, AuthTime, DataTime time.Duration
	Auth, Data, Display       int // counted lookups by purpose
	Level                     string
	Sent                      Sent
	Steps                     []Step
	Lookups                   []Lookup
	State                     State
	// Why are remarks to be said beside the figures, e.g. why there was a second auth lookup.
	Why []Note
	// Reveal is set in demo mode: a button fetches the whole credential from RevealURL.
	RevealURL string
}

// Note is a sentence of the catalogue with its values.
type Note struct {
	Key  string
	Args map[string]any
}

// Sent is the request as the server read it.
type Sent struct {
	Line    string // "GET /session/member HTTP/1.1"
	Headers []Header
	// Bytes counts the request line and all headers with their line ends; CredentialBytes the credential alone; LineBytes
	// a header line with it and nothing else.
	Bytes, CredentialBytes, LineBytes int
	Credential                        *Credential // nil: none was sent
	// Curl is the command that sends the same request; the credential in it is the shell variable
	// $CREDENTIAL, which the page's copy button fills in where it may.
	Curl string
}

// Header is one header line, its value in parts.
type Header struct {
	Name  string
	Parts []Part
}

// Part is a piece of a header's value. A credential stands masked: first and last four characters.
type Part struct {
	Text       string
	Credential bool
	Bytes      int
}

// Credential is what the client presented and what anyone who holds it can read of it.
type Credential struct {
	KindKey string // "credential.session-id", "credential.access-token"
	Carrier string // "cookie" or "header"
	Name    string // the cookie's or the header's name
	Masked  string
	Bytes   int
	// Readable is whether anything about the user could be decoded without a key.
	Readable bool
	Parts    []TokenPart // header and payload of a JWT, decoded; none for a session id
	Issued   time.Time
	Expires  time.Time // zero: it carries no time
	// Left is how long it was still valid when the figures were frozen.
	Left time.Duration
}

// TokenPart is one decoded part of a token, claim by claim.
type TokenPart struct {
	NameKey string // "token.header", "token.payload"
	Bytes   int
	Claims  []Claim
}

// Claim is one member of a token's header or payload with its meaning.
type Claim struct {
	Name    string
	Value   string    // as JSON
	Meaning string    // message key, "claim.exp"
	Time    time.Time // for dates; zero otherwise
}

// Step is an event of the request, in the order in which it was recorded.
type Step struct {
	Kind StepKind
	Note Note // what it says
	// Answer is what came back from the database, "step.answer"; without a key the arrow back says how long it took.
	Answer  Note
	Purpose string
	OK      bool
	At      time.Duration // since the request arrived
	Took    time.Duration
}

// StepKind says between whom an event happened.
type StepKind string

// The kinds of steps. A lookup is drawn as an arrow to the database and a dashed one back.
const (
	StepRequest  StepKind = "request"
	StepCheck    StepKind = "check"
	StepLookup   StepKind = "lookup"
	StepUncount  StepKind = "uncounted" // BEGIN, COMMIT, a prepare: shown, not counted
	StepResponse StepKind = "response"
)

// Lookup is one statement that left for the database during the request.
type Lookup struct {
	Purpose string // "auth", "data", "display"
	SQL     string // with placeholders, never values
	Note    Note   // what it was for
	Took    time.Duration
	Rows    int64
	Counted bool
	Command bool // sent to Redis and not to the database
	Repeat  bool // the same text as an earlier lookup of this request
	Failed  bool
}

// State is what is kept after this request, and where.
type State struct {
	// ServerFailed: the rows could not be read ("not available").
	ServerFailed bool
	Server       []Row
	ServerBytes  int
	ServerNote   Note // "nothing for the access token", …
	Client       []Row
	ClientBytes  int
	// ReplayWindow is for how long a copy of the credential would still work if the user signed out now.
	ReplayWindow time.Duration
	CopyNote     Note
}

// Row is a stored row, a cookie, or a token in memory.
type Row struct {
	Where string // table, cookie name, or "" when Note says it all
	Note  Note
	Bytes int
	Cells []Cell
}

// Cell is one column of a row with the bytes of its stored value.
type Cell struct {
	Name, Value string
	Bytes       int
}
