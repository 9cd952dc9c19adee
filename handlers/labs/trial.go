package labs

// Trial is one thing that a browser does in a sandbox of two origins: the app at one name of this machine, and
// another site at another name. What the trial leaves unsafe is unsafe there alone: the app itself is a node like
// any other, and the sandbox stands around it.
type Trial struct {
	ID   string // within the statement
	Says Words
	Does Action
	// Mode is the way of signing in, "" for nobody; Keeps is where the credential lies.
	Mode  Mode
	Keeps Storage
	// SameSite is what becomes of the attribute on the app's cookies.
	SameSite SameSite
	// Unchecked has the app never hear from where a request comes, so that its check of the origin passes all.
	Unchecked bool
	// Domain has the app's cookies name the domain that both subdomains lie in.
	Domain bool
	// HostPrefix has the name of the credential's cookie begin with __Host-.
	HostPrefix bool
	// Allowed has CORS allow the other site, with credentials.
	Allowed bool
	// Policy leaves the app's Content-Security-Policy in place where a script is injected.
	Policy bool
}

// Action is what is done in a trial.
type Action string

// The deeds.
const (
	FormPosted     Action = "form"    // a form on the other site posts a note
	Asked          Action = "fetch"   // a script of the other site asks the app's API
	ScriptInjected Action = "script"  // a script got into a page of the app
	LinkFollowed   Action = "link"    // a link on the other site leads to a page of the app
	SiblingAsked   Action = "sibling" // the app signs somebody in at one subdomain, and is asked at another
	SiblingSets    Action = "tossing" // the same, and the other sets a cookie of the same name, with Domain, before the first is asked again
	SizesGrown     Action = "sizes"   // cookies and headers grow until the browser or the server refuses them
	FilesElsewhere Action = "files"   // a page of the app takes its static files from the other site
)

// Storage is where a browser keeps a credential.
type Storage string

// The places.
const (
	InCookie  Storage = "cookie"  // HttpOnly, as the app sets it
	InMemory  Storage = "memory"  // of the page, which sends it in a header
	InBasic   Storage = "basic"   // the browser's own memory for HTTP Basic, at a proxy in front of the app
	InStorage Storage = "storage" // localStorage, where the app never puts it
)

// SameSite is what the sandbox makes of that attribute.
type SameSite string

// The ways. SameSite=None comes with Secure, without which browsers refuse it; they take Secure cookies from the
// loopback names without https.
const (
	AsTheAppSets SameSite = ""       // Lax
	CrossSite    SameSite = "none"   // None
	StrictlySame SameSite = "strict" // Strict
	Unsaid       SameSite = "absent" // no attribute at all
)

// Browsed is what came of the trials of one statement, for what measures them.
type Browsed struct {
	statement Statement
	seen      map[string]*Seen
	measured  []Measurement
}

// Seen is what was seen in one trial, by the app, by the other site and by the scripts in between.
type Seen struct {
	Arrived    int64 // requests for the trial's address that reached the app, without preflights
	Came       bool  // the credential came with the first of them
	Preflights int64
	Read       int64 // the status that the other site's script could read; 0: nothing
	ThirdParty bool  // the browser lets a cookie with SameSite=None go along with another site's requests
	Heard      bool  // the credential went to the other site as well
	Written    bool  // a note was written in the user's name
	Ran        bool  // the injected script ran
	Taken      bool  // it read the credential
	Replayed   int64 // what the app answered to what it read, sent from elsewhere; 0: nothing was sent
	Unreached  bool  // the browser does not find the subdomains on this machine
	Own        int64 // the status at the subdomain that signed somebody in
	Same       int64 // cookies of the credential's name in the last request
	Cookie     int64 // bytes of name and value of the largest cookie that the browser kept
	Token      int64 // bytes of the largest token in a header that the app accepted
	Header     int64 // bytes of the largest Authorization value that the server read
	Files      int64 // that the other site gave out
	Shown      bool  // the page stood, with its style and its content
}

// Of is what was seen in a trial.
func (b *Browsed) Of(id string) *Seen {
	s, found := b.seen[id]
	if !found {
		stop("the browser never came to %s", id)
	}
	return s
}

// Measure keeps a figure: int64 or bool.
func (b *Browsed) Measure(id, en, ko string, value any, unit Unit) {
	b.measured = append(b.measured, Measurement{ID: id, What: Words{en, ko}, Value: value, Unit: unit})
}

// Written keeps whether a trial of that name wrote a note.
func (b *Browsed) Written(id, en, ko string) { b.Measure(id, en, ko, b.Of(id).Written, Truth) }

// judged computes the statement's result.
func (b *Browsed) judged() Result {
	r := Result{Statement: b.statement, Verdict: NotRun}
	r.Problem = guarded(func() error {
		b.statement.Browse(b)
		r.Measured = b.measured
		m := Measured{}
		for _, figure := range b.measured {
			m[figure.ID] = figure
		}
		r.Cases = b.statement.Rule(m)
		r.Verdict = Judge(r.Cases)
		return nil
	})
	return r
}
