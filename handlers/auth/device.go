package auth

import (
	"crypto/rand"
	"encoding/binary"
	"strings"
)

// The modes' numbers stand in the lowest bits of a device's id, so that ids are unique over all modes and
// an id alone says which mode has to be asked.
const (
	deviceSession = 0
	deviceJWT     = 1
	deviceToken   = 2
	deviceCookie  = 3
	deviceModes   = 8
)

// newDeviceID makes an id below 2^53, which every JSON reader keeps exactly.
func newDeviceID(mode int64) int64 {
	var b [8]byte
	rand.Read(b[:]) // never fails: crypto/rand ends the program where the system has no randomness
	return int64(binary.BigEndian.Uint64(b[:])>>(64-50))*deviceModes + mode
}

// tokenDevice is the id of a user's opaque token among the devices. There is one for each user.
func tokenDevice(userID int64) int64 { return userID*deviceModes + deviceToken }

// DeviceOf reports whether a device's id belongs to the mode.
func DeviceOf(m Mode, id int64) bool {
	switch m.(type) {
	case *Session:
		return id%deviceModes == deviceSession
	case *JWT:
		return id%deviceModes == deviceJWT
	case *Token:
		return id%deviceModes == deviceToken
	case *Cookie:
		return id%deviceModes == deviceCookie
	}
	return false
}

// maxUserAgent bounds what is stored of a User-Agent header, in bytes.
const maxUserAgent = 200

func cut(s string, n int) string { return strings.ToValidUTF8(s[:min(len(s), n)], "") }
