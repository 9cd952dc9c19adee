package auth

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"net/http"
	"time"

	"github.com/gorilla/securecookie"

	"twodoors/models"
)

// A known-device cookie says that somebody signed in as a user from this browser before. It opens no door: it
// only keeps those who guess the user's password elsewhere from locking this browser out too (see Throttle). It is bound
// to the user and to the version of the password, so that a new password and "sign out everywhere" end it.
const (
	knownCookie = "twodoors-known"
	knownLife   = 180 * 24 * time.Hour
	knownUsers  = 4 // how many users one browser is known for; the one seen longest ago is forgotten
)

// Lengths within the cookie, in bytes: a random number of the browser, and for each user a tag, what the entry is bound
// to, and its end. Nobody can try values of their own, as the cookie is signed: 64 bits are enough.
const (
	knownNonce = 16
	knownTag   = 8
	knownBound = 8
	knownEntry = knownTag + knownBound + 8
)

// KnownDevices makes and reads the known-device cookies.
type KnownDevices struct {
	codecs  []securecookie.Codec
	bound   string // what the cookies are signed for beside their name: the database whose users they know
	cookies Cookies
	now     func() time.Time
}

// NewKnownDevices makes them with the key ring's cookie keys, for the users of the database with that id.
func NewKnownDevices(keys *KeyRing, database string, cookies Cookies, now func() time.Time) *KnownDevices {
	return &KnownDevices{codecs: keys.CookieCodecs(), bound: " of database " + database, cookies: cookies, now: now}
}

// known is a cookie's content: the user seen last stands first.
type known struct {
	nonce []byte
	users []knownUser
}

type knownUser struct {
	tag   []byte // of nonce and name: the cookie tells no one at this browser who else was here
	bound []byte // of nonce, user and the password's version
	until time.Time
}

func (k known) tag(name string) []byte { return k.hash("name", []byte(name), knownTag) }

func (k known) bound(u models.User) []byte {
	user := binary.BigEndian.AppendUint64(nil, uint64(u.ID))
	user = binary.BigEndian.AppendUint64(user, uint64(u.CreatedAt.UnixMicro()))
	return k.hash("user", binary.BigEndian.AppendUint64(user, uint64(u.TokenVersion)), knownBound)
}

func (k known) hash(what string, of []byte, length int) []byte {
	sum := sha256.Sum256(append(append(bytes.Clone(k.nonce), what...), of...))
	return sum[:length]
}

// find returns the entry of a user that has not run out.
func (k known) find(name string, now time.Time) (knownUser, bool) {
	if len(k.nonce) == 0 {
		return knownUser{}, false
	}
	tag := k.tag(name)
	for _, u := range k.users {
		if bytes.Equal(u.tag, tag) && now.Before(u.until) {
			return u, true
		}
	}
	return knownUser{}, false
}

// KnownDevice is a browser from which somebody signed in as a user of some name before; the zero value is any other.
type KnownDevice struct {
	// Name tells the device from others, "" where it is not known.
	Name string

	cookie known
	entry  knownUser
}

// For reports whether the device is known for u as u is now: one that was remembered before the last change of the
// password, before the last "sign out everywhere", or for another user who had the name, is not.
func (d KnownDevice) For(u models.User) bool {
	return d.Name != "" && bytes.Equal(d.entry.bound, d.cookie.bound(u))
}

// Of returns the device that a request comes from, as far as it is known for the user of that name. No lookup says
// yet whether it still is: see For.
func (d *KnownDevices) Of(r *http.Request, name string) KnownDevice {
	k := d.read(r)
	u, found := k.find(name, d.now())
	if !found {
		return KnownDevice{}
	}
	return KnownDevice{Name: "known:" + string(u.tag), cookie: k, entry: u}
}

// Remember makes the browser known for a user who has signed in.
func (d *KnownDevices) Remember(w http.ResponseWriter, r *http.Request, user models.User) error {
	now, k := d.now(), d.read(r)
	if u, found := k.find(user.Name, now); found && u.until.Sub(now) > knownLife/2 && bytes.Equal(u.bound, k.bound(user)) {
		return nil
	}
	if len(k.nonce) == 0 {
		k.nonce = make([]byte, knownNonce)
		rand.Read(k.nonce) // never fails
	}
	tag := k.tag(user.Name)
	users := []knownUser{{tag, k.bound(user), now.Add(knownLife)}}
	for _, u := range k.users {
		if len(users) < knownUsers && now.Before(u.until) && !bytes.Equal(u.tag, tag) {
			users = append(users, u)
		}
	}
	content := bytes.Clone(k.nonce)
	for _, u := range users {
		content = append(append(content, u.tag...), u.bound...)
		content = binary.BigEndian.AppendUint64(content, uint64(u.until.Unix()))
	}
	value, err := securecookie.EncodeMulti(d.cookies.Name(knownCookie, "/")+d.bound, content, d.codecs...)
	if err != nil {
		return err
	}
	d.cookies.Set(w, r, knownCookie, "/", value, knownLife)
	return nil
}

// read is the request's cookie; one that is missing, was tampered with or came twice knows nobody.
func (d *KnownDevices) read(r *http.Request) known {
	value, found, ok := d.cookies.Find(r, knownCookie, "/")
	if !found || !ok {
		return known{}
	}
	var content []byte
	if securecookie.DecodeMulti(d.cookies.Name(knownCookie, "/")+d.bound, value, &content, d.codecs...) != nil ||
		len(content) < knownNonce || (len(content)-knownNonce)%knownEntry != 0 {
		return known{}
	}
	k := known{nonce: content[:knownNonce]}
	for rest := content[knownNonce:]; len(rest) > 0; rest = rest[knownEntry:] {
		until := time.Unix(int64(binary.BigEndian.Uint64(rest[knownTag+knownBound:knownEntry])), 0)
		k.users = append(k.users, knownUser{rest[:knownTag], rest[knownTag : knownTag+knownBound], until})
	}
	return k
}
