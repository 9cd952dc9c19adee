package views

import "time"

// Form is what every form page carries: the values to keep, the fields at fault.
type Form struct {
	// Failure is a sentence above the form ("" none), e.g. "login.failed".
	Failure Note
	// Fields holds, by field name, the sentence under the field at fault.
	Fields map[string]Note
	// Kept says that the form holds text which was typed before and has not been sent; Key "" where it does not.
	Kept Note
}

// TypedText is a field of a form with what somebody typed into it.
type TypedText struct{ Name, Value string }

// OtherUser is the answer to a form that was opened by another user than the one who is signed in now.
type OtherUser struct {
	Member
	Back, SignIn string // addresses: the page that the form stands on, and the sign-in page
	// Text is what was typed, nil for nothing. Action is where its form posts to, Chosen what was chosen beside it.
	Text   *TypedText
	Action string
	Chosen []Field
}

// DoorFacts is one column of the front page's table, each cell measured by one real request.
type DoorFacts struct {
	Door Door
	// ServerRows and ServerBytes: what signing in left on the server, by the kind of credential.
	ServerRows, ServerBytes int
	// KeepsAgent: one of the rows names the browser and its address, which ServerBytes holds as they are for who is looking.
	KeepsAgent bool
	// AccessRows: rows kept for the credential that is sent with each request (0 for an access token).
	AccessRows int
	// SentBytes: the credential's bytes alone; LineBytes: a header line's with it and nothing else; Carrier how it travels.
	SentBytes, LineBytes int
	Carrier              string
	// HomeAuth, HomeData, NotesAuth, NotesData: lookups of GET member and GET member/notes.
	HomeAuth, HomeData, NotesAuth, NotesData int
	// Readable: the user's name was found in what the client holds, without any key.
	Readable bool
	// ReplayWindow: for how long a copy went on being accepted after sign-out, on a moved clock.
	ReplayWindow time.Duration
	// AccountEnds: what ended the copy was the end of the demo account, before the credential's own.
	AccountEnds bool
	Level       string
}

// Front is the first page.
type Front struct {
	Chrome
	// Facts are measured at start; nil while that is not finished, or failed.
	Facts    []DoorFacts
	Measured time.Time
	Database string // "SQLite", "PostgreSQL"
	// Fingerprint is the SHA-256 of the certificate where that is self-signed, and otherwise "".
	Fingerprint string
}

// Signup is the page that makes an account.
type Signup struct {
	Chrome
	Form
	Username string
	Next     string // hidden field, a local path
}

// Login is a door's sign-in page.
type Login struct {
	Chrome
	Form
	Door      Door
	Username  string
	Remember  bool
	Next      string // hidden field, a local path; may be ""
	Carrier   string // jwt: the chosen one, "cookie" or "header"
	Created   bool   // the account was made just now: say so
	LoggedOut bool   // came here by signing out: say what that ended
	Ended     bool   // was sent here because the credential was refused (expired, ended)
	Notice    Note   // another reason for being here
	Closed    []Note // what was ended just before: everywhere, or with the account
	Keeps     bool   // this browser keeps text that was typed on the page to come back to
}

// Member is what every page of the member area has.
type Member struct {
	Chrome
	Door  Door
	Tab   string // "home", "notes", "account", "devices", "tokens", "admin"
	Admin bool   // show the admin tab
	// ChoosesLevel says that the account's demo team chooses how much is checked for it.
	ChoosesLevel bool
	Panel        Panel
}

// Home is the member area's first page: it needs only the principal.
type Home struct {
	Member
	UserID              int64
	Name, Role          string
	DisplayName         string // "" where there is none, and where the user was not read
	SignedInAt, Expires time.Time
	Level               string // jwt
	// Facts the page knows only from the credential, not from the database, e.g. role as it was at issue.
	FromCredential bool
}

// Notes lists the member's own notes.
type Notes struct {
	Member
	Form
	Body string // kept after a refusal
	List []NoteItem
}

// NoteItem is one note.
type NoteItem struct {
	ID      int64
	Body    string
	Created time.Time
}

// Account is the page of the user's own account.
type Account struct {
	Member
	Form        // of the password, and the faults of every field
	Done        Note
	DisplayName string
	SignIns     []SignIn // the latest first
	// SignInsKept and SignInsLife are how many are kept at most, and how long.
	SignInsKept int
	SignInsLife time.Duration
	// CloseFailure is why the account could not be deactivated or deleted; Key "" for none.
	CloseFailure Note
	DemoAccount  bool // no known password: says why it cannot be changed
	Changed      bool // the password was changed just now
	// Life is for how long access tokens issued before the change go on working at the level in force; 0: not at all.
	Life time.Duration
	// OwnLife is the same for a copy of the token that this very sign-in had, where the others' are refused; 0: not at all.
	OwnLife time.Duration
	// CookieLife is for how long a signed cookie given out before may still work: no server can end it.
	CookieLife time.Duration
}

// Devices lists where the user is signed in, through every door.
type Devices struct {
	Member
	List []Device
	// Ended says what a revocation just did; Key "" for none.
	Ended Note
	// EndedFamilies are JWT sign-ins that were ended before their time.
	EndedFamilies []FamilyTree
	// Lacks are the abilities that the door does not have: message keys below "lacks.".
	Lacks []string
}

// Device is one sign-in.
type Device struct {
	ID       int64
	Door     Door
	Current  bool
	Browser  string // e.g. "Chromium 156 · Linux"
	Address  string
	Carrier  string
	Since    time.Time
	LastSeen time.Time // zero: the door does not know
	Expires  time.Time // zero: it has no end
	// After is what ending it would mean here. WorksUntil is until when an access token would work even so; zero for at once.
	After      Note
	WorksUntil time.Time
	// Label is what a limited token is called, Tree what became of the refresh tokens of a sign-in that has some.
	Label string
	Tree  *FamilyTree
}

// Admin lists the users of the admin's team.
type Admin struct {
	Member
	Users   []AdminUser
	Failure Note // e.g. the last admin cannot be demoted
	Done    Note
	// DemoAccount: the admin has no password that could be asked for before a change. Within is how long any
	// other admin's is enough for.
	DemoAccount bool
	Within      time.Duration
	// Copies says what a change reaches where sessions hold a copy of the user; no key where they do not.
	Copies Note
}

// AdminUser is one user in the admin's list.
type AdminUser struct {
	ID          int64
	Name        string
	DisplayName string // "" for none
	Role        string
	Active      bool
	Self        bool
}

// Compare shows the same request through each of some doors.
type Compare struct {
	Chrome
	Form
	// Username is kept after a refused sign-in.
	Username string
	// Doors are those that are compared, two at least; none stands for the two main ones.
	Doors []Door
	// Asked are the doors as they stand in the address, "" where it names none.
	Asked string
	// Page is the page asked for: "home" or "notes"; Count how often, Most the limit of that.
	Page        string
	Count, Most int
	Level       string
	// ChoosesLevel says that the level is the visitor's demo team's to choose; otherwise the server's setting is shown.
	ChoosesLevel bool
	// SignedIn per door, as far as the cookies of this request tell (a header carrier is known to the page alone).
	SignedIn map[Door]bool
	// Played holds the panels where the server played the requests itself (the form without JavaScript).
	Played []Panel
	Totals *Totals // of Played's runs; nil when nothing was played
	// Nodes are those that may answer, as far as this one knows; none where one alone answers and has no name.
	Nodes []NodeState
	// InTurn is whether requests that the server plays itself walk over the nodes.
	InTurn bool
	// MayStop is whether this visitor may stop and start nodes.
	MayStop bool
}

// NodeState is one of several nodes.
type NodeState struct {
	Name string
	Runs bool
}

// Visit is one request of a walk over the nodes.
type Visit struct {
	Node    string
	Refused bool // it did not know who was asking
}

// Totals are sums over the last requests through each door.
type Totals struct {
	Count int
	Rows  []TotalRow
	// Lines are the chart's cumulated auth+data lookups, request by request.
	Lines map[Door][]int
	// Walk says which node answered each request, in their order.
	Walk map[Door][]Visit
}

// TotalRow is one row of the difference table, a number for each door: times in microseconds, the life of a
// copy in seconds, all else as it is counted.
type TotalRow struct {
	Key    string // "auth","data","credential-bytes","line-bytes","request-bytes","total-time","server-bytes","client-bytes","copy-life"
	Values map[Door]float64
}

// Refresh is the page that posts itself to get a new access token, and comes back.
type Refresh struct {
	Chrome
	Next   string
	Action string // where the form posts to
	Header bool   // header carrier: the module fetches the token, there is no plain form
}

// Problem is an error page: what happened, what to do.
type Problem struct {
	Chrome
	Status    int
	TitleNote Note
	DoNote    Note
	RequestID string
	Retry     time.Duration // when "slow down"
	Text      *TypedText    // what was typed into the form that was not carried out, nil for nothing
}

// WrongHost is the 421 page: which address to open and what to set.
type WrongHost struct {
	Chrome
	Asked, Open string
	SetBaseURL  string // the flag to start with to allow the asked host
	Proxied     bool   // the host is the one that a proxy in front knows this server by
	LAN         bool
}
