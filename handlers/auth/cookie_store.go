package auth

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/securecookie"
	"github.com/gorilla/sessions"
)

// contentCookie is the cookie's name without its prefix.
const contentCookie = "twodoors-content"

// MaxCookie is how many bytes of name and value a browser keeps of a cookie (RFC 6265bis, section 5.7); what
// is larger it drops without a word.
const MaxCookie = 4096

// CookieTooLargeError is a cookie that no browser would keep. It is an error at the time of writing, or the sign-in would
// be lost with nobody told.
type CookieTooLargeError struct{ Bytes int }

func (e *CookieTooLargeError) Error() string {
	return fmt.Sprintf("a cookie of %d bytes is over the %d that a browser keeps", e.Bytes, MaxCookie)
}

// content is a session as it lies in the cookie.
type content struct {
	User     int64  `json:"user"`
	Name     string `json:"name"`
	Role     string `json:"role"`
	Team     int64  `json:"team,omitempty"` // a demo account's
	Device   int64  `json:"device"`
	Since    int64  `json:"since"` // seconds since 1970
	Expires  int64  `json:"expires"`
	Remember bool   `json:"remember"`
}

// valueKey is the type of keys of gorilla's session values.
type valueKey int

// valueContent is the key of the content.
const valueContent valueKey = 0

// contentJSON writes a session's values as JSON, which is shorter than gorilla's own form and can be read by
// eye: that is what is to be seen.
type contentJSON struct{}

var _ securecookie.Serializer = contentJSON{}

// Serialize writes the content.
func (contentJSON) Serialize(src any) ([]byte, error) {
	values, ok := src.(map[any]any)
	if !ok {
		return nil, fmt.Errorf("a %T is not a session's values", src)
	}
	return json.Marshal(values[valueContent])
}

// Deserialize reads it back. What is of another kind is refused.
func (contentJSON) Deserialize(src []byte, dst any) error {
	values, ok := dst.(*map[any]any)
	if !ok {
		return fmt.Errorf("a %T does not take a session's values", dst)
	}
	dec := json.NewDecoder(bytes.NewReader(src))
	dec.DisallowUnknownFields()
	var c content
	if err := dec.Decode(&c); err != nil {
		return err
	}
	*values = map[any]any{valueContent: c}
	return nil
}

// contentStore is gorilla's CookieStore: a session lies whole in its cookie, and the server keeps nothing. It
// differs in how the cookie is written: with our flags, without a date of the machine's own clock, and never
// larger than a browser keeps.
type contentStore struct {
	*sessions.CookieStore
	cookies Cookies
}

var _ sessions.Store = (*contentStore)(nil)

func newContentStore(codecs []securecookie.Codec, cookies Cookies) *contentStore {
	return &contentStore{&sessions.CookieStore{Codecs: codecs, Options: &sessions.Options{Path: "/"}}, cookies}
}

// Save writes the session into its cookie.
func (s *contentStore) Save(r *http.Request, w http.ResponseWriter, session *sessions.Session) error {
	value, err := securecookie.EncodeMulti(session.Name(), session.Values, s.Codecs...)
	if err != nil {
		return err
	}
	if size := CookieBytes(session.Name(), value); size > MaxCookie {
		return &CookieTooLargeError{size}
	}
	s.cookies.Set(w, r, contentCookie, "/", value, time.Duration(session.Options.MaxAge)*time.Second)
	return nil
}

// canonical reports whether a signed value is written in the one way that we write it: the library's decoder
// takes line breaks and loose last bits, by which one value has many spellings.
func canonical(value string) bool {
	raw, err := base64.URLEncoding.Strict().DecodeString(value)
	return err == nil && base64.URLEncoding.EncodeToString(raw) == value
}

// unsigned reads what a signed value holds, without any key, as anyone can: nil for none. Of an encrypted one
// it is noise.
func unsigned(value string) []byte {
	raw, err := base64.URLEncoding.DecodeString(value)
	if err != nil {
		return nil
	}
	parts := strings.SplitN(string(raw), "|", 3)
	if len(parts) != 3 {
		return nil
	}
	text, err := base64.URLEncoding.DecodeString(parts[1])
	if err != nil {
		return nil
	}
	return text
}
