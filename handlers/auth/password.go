package auth

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"golang.org/x/text/unicode/norm"
)

// Rules for user names and passwords (OWASP ASVS 5.0 6.2; NIST SP 800-63B-4, section 3.1.1): a length, no
// rules of composition, common ones refused. The length is the least that ASVS allows; NIST asks for 15
// characters where a password is the only factor.
const (
	MinUsername = 3 // characters
	MaxUsername = 32
	MinPassword = 8    // characters
	MaxPassword = 1024 // bytes
)

// Faults of a user name or password that a person can put right.
var (
	ErrUsername       = fmt.Errorf("a user name has %d to %d characters of a-z, 0-9, dot, underscore and hyphen", MinUsername, MaxUsername)
	ErrPasswordShort  = fmt.Errorf("a password has at least %d characters", MinPassword)
	ErrPasswordLong   = fmt.Errorf("a password has at most %d bytes", MaxPassword)
	ErrPasswordCommon = errors.New("this password is among the most used ones")
	ErrPasswordText   = errors.New("a password is text in UTF-8")
)

// ErrBusy says that too many passwords are waiting to be checked.
var ErrBusy = errors.New("too many passwords are waiting to be checked")

var username = regexp.MustCompile(fmt.Sprintf(`^[a-z0-9._-]{%d,%d}$`, MinUsername, MaxUsername))

// commonList has one of the most used passwords a line, in lower case: of the 20,000 most used ones those that are
// long enough to be taken, and what is typed on Korean keyboards (OWASP ASVS 5.0 6.2.4 asks for 3,000).
//
//go:embed common-passwords.txt
var commonList string

// CheckUsername returns ErrUsername for a name that may not be taken.
func CheckUsername(name string) error {
	if !username.MatchString(name) {
		return ErrUsername
	}
	return nil
}

// reserved are names by which somebody could seem to run the place. The operator may give them.
var reserved = []string{
	"abuse", "admin", "administrator", "help", "hostmaster", "info", "moderator", "noreply", "operator", "owner", "postmaster", "root",
	"security", "support", "sysadmin", "system", "twodoors", "webmaster",
}

// Reserved reports whether nobody may sign up by a name, whatever signs stand within it.
func Reserved(name string) bool {
	return slices.Contains(reserved, strings.NewReplacer(".", "", "-", "", "_", "").Replace(name))
}

// CheckPassword returns what is wrong with a new password, or nil.
func CheckPassword(password string) error {
	switch {
	case len(password) > MaxPassword:
		return ErrPasswordLong
	case !utf8.ValidString(password):
		return ErrPasswordText
	}
	password = norm.NFC.String(password)
	switch {
	case utf8.RuneCountInString(password) < MinPassword:
		return ErrPasswordShort
	case strings.Contains("\n"+commonList, "\n"+strings.ToLower(password)+"\n"):
		return ErrPasswordCommon
	}
	return nil
}

// What waits to be hashed, beside as many as there are processors; one more is told to come back later. A class of 40
// behind one address, each in three tabs, has room. 50 more places are kept for known devices, a few for each.
const (
	queueLimit   = 200
	queueEach    = 120
	queueOfKnown = 50
)

// Hasher hashes and checks passwords with Argon2id. Each takes much memory and processor time by design, so
// as many run at once as there are processors, and a bounded number waits, each in the line that its context says.
type Hasher struct {
	params *argon2id.Params
	turns  *Turns
	open   context.Context // ends with Close
	close  context.CancelCauseFunc
	nobody string // the hash of a random password: what an unknown user's password is compared with
}

// HashMemory (KiB) and HashPasses are what the server hashes passwords with: OWASP's choice for Argon2id.
const (
	HashMemory = 19 * 1024
	HashPasses = 2
)

// NewHasher makes a Hasher with the given memory in KiB and number of passes.
func NewHasher(memoryKiB, passes uint32) *Hasher {
	h := &Hasher{
		params: &argon2id.Params{Memory: memoryKiB, Iterations: passes, Parallelism: 1, SaltLength: 16, KeyLength: 32},
		turns: NewTurns(TurnLimits{
			AtOnce: runtime.GOMAXPROCS(0), Waiting: queueLimit, Each: queueEach, Known: queueOfKnown,
		}),
	}
	h.open, h.close = context.WithCancelCause(context.Background())
	h.nobody, _ = argon2id.CreateHash(newRefreshToken(), h.params)
	return h
}

// Hash makes the hash of a password. It fails with ErrBusy where too many are waiting.
func (h *Hasher) Hash(ctx context.Context, password string) (hash string, err error) {
	err = h.inTurn(ctx, func() (err error) {
		hash, err = argon2id.CreateHash(norm.NFC.String(password), h.params)
		return err
	})
	return hash, err
}

// Check reports whether password is the one of hash. An empty hash, of a user who does not exist or has no
// password, is never right and takes the same time.
func (h *Hasher) Check(ctx context.Context, password, hash string) (right bool, err error) {
	if len(password) > MaxPassword {
		return false, nil
	}
	known := hash != ""
	if !known {
		hash = h.nobody
	}
	err = h.inTurn(ctx, func() (err error) {
		right, err = argon2id.ComparePasswordAndHash(norm.NFC.String(password), hash)
		return err
	})
	return right && known, err
}

func (h *Hasher) inTurn(ctx context.Context, work func() error) error {
	if h.open.Err() != nil {
		return ErrBusy
	}
	waiting, gone := context.WithCancelCause(ctx)
	defer gone(nil)
	defer context.AfterFunc(h.open, func() { gone(ErrBusy) })()
	if err := h.turns.Acquire(waiting, LineOf(ctx)); err != nil {
		return err // ErrBusy, or why the client's own context ended
	}
	defer h.turns.Release()
	return work()
}

// Close has whoever waits for a turn, or comes after, told to come back later: a program that is about to stop
// answers them so, and does not leave them without an answer. What is being hashed is finished.
func (h *Hasher) Close() { h.close(ErrBusy) }

// Waiting is how many passwords wait for their turn.
func (h *Hasher) Waiting() int { return h.turns.Waiting() }

// Working is how many passwords are being hashed.
func (h *Hasher) Working() int { return h.turns.Working() }
