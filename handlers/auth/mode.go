package auth

import (
	"context"
	"errors"
	"net/http"
	"time"

	"twodoors/models"
)

// Mode is a way of authenticating: how the server knows who is asking.
//
// A mode answers for its credential alone. Passwords are checked before SignIn is called, and what a
// principal may do is decided after Authenticate has answered.
type Mode interface {
	// Name is the mode's name as it stands in addresses: "session", "jwt", "token", "cookie".
	Name() string

	// SignIn starts a new sign-in for a user who has proved to be that user, and gives its credential to the
	// client. A credential never comes from the client: none that it brought along is ever adopted (session
	// fixation, OWASP ASVS 5.0 7.2.4).
	SignIn(w http.ResponseWriter, r *http.Request, u models.User, how SignIn) (Issued, error)

	// Authenticate says who is asking, from this request's credential. floor is what has to be checked at least,
	// whatever is set: a page that acts on a role must know the role as it is now. LevelSignature asks for nothing
	// more. It fails with ErrNoCredential, ErrTwoCarriers or a *RejectedError; any other error means that the question
	// could not be answered (the database is away), which is not the same as "nobody".
	Authenticate(w http.ResponseWriter, r *http.Request, floor Level) (Principal, error)

	// SignOut ends the sign-in that this request's credential belongs to, as far as the mode can, and makes
	// the client forget it. Signing out without a credential is no error. A *RejectedError is a credential that cannot be
	// read, so that nothing was ended.
	SignOut(w http.ResponseWriter, r *http.Request) error

	// Renew gives the client a new credential for the same sign-in, after the password has changed; the old
	// one is no longer good, as far as the mode can know. u is the user as it is after the change.
	Renew(w http.ResponseWriter, r *http.Request, p Principal, u models.User) (Issued, error)

	// Forget makes the client drop a credential that was refused.
	Forget(w http.ResponseWriter, r *http.Request)

	// Devices lists the principal's sign-ins through this mode that still stand. The principal may have come
	// through any mode.
	Devices(ctx context.Context, p Principal) ([]Device, error)

	// EndDevice ends one of the user's sign-ins. It fails with models.ErrNotFound where there is none such.
	EndDevice(ctx context.Context, userID, id int64) error

	// EndOthers ends all of the user's sign-ins through this mode but keep (0: all), and says how many.
	EndOthers(ctx context.Context, userID, keep int64) (int64, error)
}

// Carrier is how a credential travels.
type Carrier string

// The carriers.
const (
	CarrierCookie Carrier = "cookie"
	CarrierHeader Carrier = "header" // Authorization: Bearer (RFC 6750, section 2.1)
)

// Principal is who a mode says is asking.
type Principal struct {
	UserID int64
	Name   string
	Role   string // as the mode knows it: with JWT at level signature, as it was when the token was issued
	// DisplayName is known only where the user was read: see Read.
	DisplayName string
	// TeamID is the demo team that the account belongs to for all its life; 0: it is the installation's own.
	TeamID int64
	Mode   string
	// DeviceID is the sign-in's id, unique over all modes.
	DeviceID int64
	Carrier  Carrier
	// Since is when the password (or the demo button) established who this is.
	Since time.Time
	// Expires is the end of the credential if nothing happens before.
	Expires time.Time
	// Read is whether the user's row was read for this request, so that Role is as it is now.
	Read bool
	// Level is how much was checked; "" in modes without levels.
	Level Level
	// Scope is what the credential is limited to, separated by spaces; "": it is not limited.
	Scope string

	// credential is what only the mode itself understands.
	credential any
}

// SignIn says how a sign-in is to be.
type SignIn struct {
	Remember bool
	Carrier  Carrier // jwt: how the access token is to travel in a browser
	// Script is set by the API: the credentials go into the answer's body and no cookie is set (jwt).
	Script             bool
	UserAgent, Address string
}

// Issued is what a sign-in gave to the client beside cookies. A mode that works by cookie alone leaves the
// tokens empty.
type Issued struct {
	AccessToken  string
	RefreshToken string
	TokenType    string        // "Token": opaque, without an end; "": a bearer token (RFC 6750)
	ExpiresIn    time.Duration // of the access token
	Carrier      Carrier       // how the access token travels
	Device       int64         // the id of the sign-in, where the server keeps one of its own for it
}

// Device is one sign-in of a user.
type Device struct {
	ID        int64
	Mode      string
	Carrier   Carrier
	UserAgent string
	Address   string
	Since     time.Time
	LastSeen  time.Time
	Expires   time.Time
	// WorksUntil is until when a credential already given out may still be accepted after the device was
	// ended; zero: it is refused at the next request.
	WorksUntil time.Time
	// Label is what its owner calls it; "" for all but limited tokens.
	Label string
}

// Errors of Authenticate.
var (
	ErrNoCredential = errors.New("no credential was sent")
	ErrTwoCarriers  = errors.New("a credential was sent in a cookie and in a header at once")
)

// RejectedError is a credential that was sent and is not good.
type RejectedError struct {
	Reason  Reason
	Carrier Carrier
	// Renewable says that the client can get a new credential without signing in again.
	Renewable bool
}

// Final reports whether the credential will never be good again and cannot be renewed, so that the client is to forget
// it. One that is not valid yet is good once the clocks agree.
func (r *RejectedError) Final() bool { return !r.Renewable && r.Reason != ReasonNotYet }

// Reason says why a credential was refused: a message key below "reason.".
type Reason string

// The reasons. All but the last six are found without the database.
const (
	ReasonMalformed     Reason = "malformed"
	ReasonTampered      Reason = "tampered"
	ReasonUnknownKey    Reason = "unknown-key"
	ReasonWrongType     Reason = "wrong-type"
	ReasonWrongIssuer   Reason = "wrong-issuer"
	ReasonOtherDatabase Reason = "other-database" // genuine, and about the users of a database that was here before
	ReasonExpired       Reason = "expired"
	ReasonNotYet        Reason = "not-yet"
	ReasonAbsent        Reason = "absent" // only the carrier's marker came: the token is in the page's memory
	ReasonUnknown       Reason = "unknown"
	ReasonInactive      Reason = "inactive"
	ReasonDenied        Reason = "denied" // its sign-in stands on the denylist
	ReasonEnded         Reason = "ended"  // the refresh token's family was ended
	ReasonSuperseded    Reason = "superseded"
	ReasonReused        Reason = "reused"
)

func (r *RejectedError) Error() string { return "credential refused: " + string(r.Reason) }
