package labs

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"strconv"
	"strings"

	"twodoors/models"
)

// Readable reports whether a text is found in a credential without any key: as it stands, or in whatever of
// its parts can be decoded, again and again.
func Readable(credential, text string) bool { return readableIn([]byte(credential), []byte(text), 4) }

func readableIn(in, text []byte, depth int) bool {
	if bytes.Contains(in, text) {
		return true
	}
	if depth == 0 {
		return false
	}
	for _, part := range bytes.FieldsFunc(in, func(r rune) bool { return r == '.' || r == '|' }) {
		part = bytes.TrimRight(part, "=")
		for _, encoding := range []*base64.Encoding{base64.RawURLEncoding, base64.RawStdEncoding} {
			decoded, err := encoding.DecodeString(string(part))
			if err == nil && len(decoded) > 0 && readableIn(decoded, text, depth-1) {
				return true
			}
		}
	}
	return false
}

// Discloses counts what a credential tells about a user to whoever holds it: of id, name and role.
func Discloses(credential string, u models.User) int {
	id := uint64(u.ID)
	count := 0
	for _, spellings := range [][]string{
		{strconv.FormatInt(u.ID, 10), string(binary.BigEndian.AppendUint64(nil, id)), string(binary.LittleEndian.AppendUint64(nil, id))},
		{u.Name}, {u.Role},
	} {
		for _, text := range spellings {
			if Readable(credential, text) {
				count++
				break
			}
		}
	}
	return count
}

// Parts are the parts of a JWT, as they stand.
func Parts(token string) []string { return strings.Split(token, ".") }

// Decoded reads one part of a JWT, without any key: nil where it is not JSON in base64url.
func Decoded(part string) map[string]any {
	text, err := base64.RawURLEncoding.Strict().DecodeString(part)
	if err != nil {
		return nil
	}
	var members map[string]any
	if json.Unmarshal(text, &members) != nil {
		return nil
	}
	return members
}

// Payload is what a JWT says, and nil where it cannot be read.
func Payload(token string) map[string]any {
	if parts := Parts(token); len(parts) == 3 {
		return Decoded(parts[1])
	}
	return nil
}

// encoded is a part of a JWT made of JSON.
func encoded(v any) string {
	text, err := json.Marshal(v)
	must(err)
	return base64.RawURLEncoding.EncodeToString(text)
}
