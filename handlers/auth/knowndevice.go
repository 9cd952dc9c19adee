package auth

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"net/http"
	"time"

	"github.com/gorilla/securecookie"
)

// A known-device cookie says that somebody signed in as a user from this browser before. It opens no door: it
// only keeps those who guess the user's password elsewhere from locking this browser out too (see Throttle).
const (
	knownCookie = "twodoors-known"
	knownLife   = 180 * 24 * time.Hour
	knownUsers  = 4 // how many users one browser is known for; the one seen longest ago is forgotten
)

// Lengths within the cookie, in bytes: a random number of the browser, and for each user a tag and the end.
const (
	knownNonce = 16
	knownTag   = 16
	knownEntry = knownTag + 8
)

// KnownDevices makes and reads the known-device cookies.
type KnownDevices struct {
	codecs  []securecookie.Codec
	cookies Cookies
	now     func() time.Time
}

// NewKnownDevices makes them with the key ring's cookie keys.
func NewKnownDevices(keys *KeyRing, cookies Cookies, now func() time.Time) *KnownDevices {
	return &KnownDevices{codecs: keys.CookieCodecs(), cookies: cookies, now: now}
}

// known is a cookie's content: the user seen last stands first.
type known struct {
	nonce []byte
	users []knownUser
}

type knownUser struct {
	tag   []byte // SHA-256 of nonce and name: the cookie tells no one at this browser who else was here
	until time.Time
}

func (k known) tag(name string) []byte {
	sum := sha256.Sum256(append(bytes.Clone(k.nonce), name...))
	return sum[:knownTag]
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

// Of returns what names the device that a request comes from where it is known for the user of that name, and
// otherwise "".
func (d *KnownDevices) Of(r *http.Request, name string) string {
	u, found := d.read(r).find(name, d.now())
	if !found {
		return ""
	}
	return "known:" + string(u.tag)
}

// Remember makes the browser known for a user who has signed in.
func (d *KnownDevices) Remember(w http.ResponseWriter, r *http.Request, name string) error {
	now, k := d.now(), d.read(r)
	if u, found := k.find(name, now); found && u.until.Sub(now) > knownLife/2 {
		return nil
	}
	if len(k.nonce) == 0 {
		k.nonce = make([]byte, knownNonce)
		rand.Read(k.nonce) // never fails
	}
	tag := k.tag(name)
	users := []knownUser{{tag, now.Add(knownLife)}}
	for _, u := range k.users {
		if len(users) < knownUsers && now.Before(u.until) && !bytes.Equal(u.tag, tag) {
			users = append(users, u)
		}
	}
	content := bytes.Clone(k.nonce)
	for _, u := range users {
		content = append(content, u.tag...)
		content = binary.BigEndian.AppendUint64(content, uint64(u.until.Unix()))
	}
	value, err := securecookie.EncodeMulti(d.cookies.Name(knownCookie, "/"), content, d.codecs...)
	if err != nil {
		return err
	}
	SetCookie(w, d.cookies.New(knownCookie, "/", value, knownLife))
	return nil
}

// read is the request's cookie; one that is missing, was tampered with or came twice knows nobody.
func (d *KnownDevices) read(r *http.Request) known {
	value, found, ok := d.cookies.Find(r, knownCookie, "/")
	if !found || !ok {
		return known{}
	}
	var content []byte
	if securecookie.DecodeMulti(d.cookies.Name(knownCookie, "/"), value, &content, d.codecs...) != nil ||
		len(content) < knownNonce || (len(content)-knownNonce)%knownEntry != 0 {
		return known{}
	}
	k := known{nonce: content[:knownNonce]}
	for rest := content[knownNonce:]; len(rest) > 0; rest = rest[knownEntry:] {
		until := time.Unix(int64(binary.BigEndian.Uint64(rest[knownTag:knownEntry])), 0)
		k.users = append(k.users, knownUser{rest[:knownTag], until})
	}
	return k
}
