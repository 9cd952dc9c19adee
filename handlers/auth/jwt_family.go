package auth

import (
	"time"

	"twodoors/models"
)

// newFamily is what is stored of a sign-in, beside its refresh token.
func (m *JWT) newFamily(u models.User, how SignIn) models.Family {
	now := m.now()
	family := models.Family{
		ID: newDeviceID(deviceJWT), UserID: u.ID, CreatedAt: models.At(now), LastSeen: models.At(now),
		ExpiresAt: models.At(now.Add(m.limits.Max)), Remember: how.Remember, Carrier: string(how.Carrier),
		UserAgent: cut(how.UserAgent, maxUserAgent), Address: how.Address, AccessEnds: models.At(m.accessEnds()), Most: SignInsOfUser,
	}
	if how.Remember {
		family.ExpiresAt = models.At(now.Add(m.limits.Remember))
	}
	return family
}

// accessEnds is the end of an access token that is issued now. It is stored with the sign-in, which is denied until the
// last of them once it is ended: the limits may be others by then.
func (m *JWT) accessEnds() time.Time { return m.now().Add(m.limits.Access) }

// device is a sign-in as its user sees it. Where the level does not ask the denylist, access tokens that were given out
// outlive it.
func (m *JWT) device(row models.Family, team int64) Device {
	d := Device{
		ID: row.ID, Mode: m.Name(), Carrier: Carrier(row.Carrier), UserAgent: row.UserAgent, Address: row.Address,
		Since: row.CreatedAt.Time, LastSeen: row.LastSeen.Time, Expires: row.ExpiresAt.Time, Label: row.Label,
	}
	if until := row.AccessEnds.Add(Leeway); !m.levels.For(team).AtLeast(LevelDenylist) && until.After(m.now()) {
		d.WorksUntil = until
	}
	return d
}
