package views

// Door names a way of authenticating, as it stands in addresses: "session", "jwt", "token", "cookie".
type Door string

// The doors that pages know. A colour belongs to each of them, and to nothing else.
const (
	DoorSession Door = "session"
	DoorJWT     Door = "jwt"
	DoorToken   Door = "token"
	DoorCookie  Door = "cookie"
)

// AllDoors lists the doors in the order in which pages show them: the two main ones first.
func AllDoors() []Door { return []Door{DoorSession, DoorJWT, DoorToken, DoorCookie} }

// Chrome is what every page has around its content.
type Chrome struct {
	Msg   *Messages // the catalogue of the visitor's language
	Theme string    // "" follows the system; "light", "dark"
	// TitleKey names the page's title in the catalogue.
	TitleKey string
	// Here is this page's own path with its query: where POST /preferences comes back to. "": nothing can be chosen here.
	Here    string
	Section Section
	Signed  *Signed // who the page was made for; nil where nobody is signed in
	Assets  Assets
	// InsecureLAN shows the banner that says that anyone on this network can read along.
	InsecureLAN bool
	Demo        bool // demo mode: one-click accounts, the level may be chosen
	Signup      bool // signing up is open
	Labs        bool // claims and labs are mounted
}

// Section is the entry of the main navigation that a page belongs to.
type Section string

// The sections of the main navigation.
const (
	SectionNone    Section = ""
	SectionHome    Section = "home"
	SectionSession Section = "session"
	SectionJWT     Section = "jwt"
	SectionToken   Section = "token"
	SectionCookie  Section = "cookie"
	SectionCompare Section = "compare"
)

// Signed says for whom a page was made.
type Signed struct {
	Door Door
	ID   int64 // of the user, for the forms that are theirs alone
	Name string
	Role string // "member" or "admin"
}

// Assets are the fingerprinted addresses of the static files.
type Assets struct {
	Style  string
	Script string
	Icon   string
}
