package handlers

import (
	"bytes"
	"net/http"
)

// inMemory is an answer that goes to nobody: of requests that the server sends to itself.
type inMemory struct {
	header http.Header
	status int // 0 until it is written
	body   bytes.Buffer
}

var _ http.ResponseWriter = (*inMemory)(nil)

func newInMemory() *inMemory { return &inMemory{header: http.Header{}} }

// Header is the header, to be changed until the status is written.
func (m *inMemory) Header() http.Header { return m.header }

// WriteHeader keeps the first status.
func (m *inMemory) WriteHeader(status int) {
	if m.status == 0 {
		m.status = status
	}
}

// Write keeps the body.
func (m *inMemory) Write(b []byte) (int, error) {
	m.WriteHeader(http.StatusOK)
	return m.body.Write(b)
}

// cookies are those that the answer sets.
func (m *inMemory) cookies() []*http.Cookie {
	return (&http.Response{Header: m.header}).Cookies()
}
