package auth

import (
	"errors"
	"net/http"

	"twodoors/handlers/trace"
	"twodoors/models"
	"twodoors/models/sqltrace"
)

// Refresh trades a refresh token for a new pair (RFC 9700, section 4.14.2: rotated at every use). token is
// the one in a script's request body; "" takes the one in the cookie. Any fault of the token is a *RejectedError.
func (m *JWT) Refresh(w http.ResponseWriter, r *http.Request, token string) (Issued, error) {
	script := token != ""
	if !script {
		value, found, ok := m.cookies.Find(r, refreshCookie, refreshPath)
		if !found {
			return Issued{}, ErrNoCredential
		}
		if ok {
			token = value
		}
	}
	done := trace.From(r.Context()).Check("check.refresh-token")
	refuse := func(why Reason) (Issued, error) {
		done(string(why))
		return Issued{}, &RejectedError{Reason: why, Carrier: CarrierCookie}
	}
	presented, ok := hashRefreshToken(token)
	if !ok {
		return refuse(ReasonMalformed)
	}
	successor := newRefreshToken()
	next, _ := hashRefreshToken(successor)
	sealed, err := sealSuccessor(token, successor)
	if err != nil {
		return Issued{}, err
	}
	rotated, err := m.rows.Rotate(sqltrace.For(r.Context(), sqltrace.Auth), models.Rotation{
		Presented: presented, Successor: next, Sealed: sealed, Now: m.now(), Grace: m.limits.Grace, AccessEnds: m.accessEnds(), Leeway: Leeway,
	})
	switch {
	case errors.Is(err, models.ErrNotFound):
		return refuse(ReasonUnknown)
	case errors.Is(err, models.ErrReuse):
		return refuse(ReasonReused)
	case errors.Is(err, models.ErrEnded):
		return refuse(ReasonEnded)
	case err != nil:
		done("")
		return Issued{}, err
	}
	if rotated.Retry { // asked again within the grace: the same successor, never a second one
		if successor, err = openSuccessor(token, rotated.Sealed); err != nil {
			return Issued{}, err
		}
	}
	done("")
	return m.give(w, r, rotated.User, rotated.Family, successor, script)
}

// SignOutByRefresh ends the family of a refresh token (RFC 7009), for a sign-out whose access token cannot be read.
// token is the one in a script's request body; "" takes the one in the cookie. The client is made to forget everything.
// A *RejectedError says that nothing was ended: a token came, and none of those that came says whose sign-in it is.
func (m *JWT) SignOutByRefresh(w http.ResponseWriter, r *http.Request, token string) error {
	refused := &RejectedError{Reason: ReasonUnknown, Carrier: CarrierCookie}
	if token == "" {
		value, found, _ := m.cookies.Find(r, refreshCookie, refreshPath)
		if !found {
			if _, _, err := m.credential(r); errors.Is(err, ErrNoCredential) {
				refused = nil
			}
		}
		token = value
	}
	if hash, ok := hashRefreshToken(token); ok {
		err := m.rows.EndFamilyByToken(sqltrace.For(r.Context(), sqltrace.Auth), hash, "signed-out", m.now(), Leeway)
		switch {
		case err == nil:
			refused = nil
		case !errors.Is(err, models.ErrNotFound):
			return err // the client keeps its credential, or it could never ask again
		}
	}
	m.Forget(w, r)
	if refused != nil {
		return refused
	}
	return nil
}
