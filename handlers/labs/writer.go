package labs

import (
	"bytes"
	"io"
	"net/http"
)

// writer takes a node's answer as a connection would.
type writer struct {
	header, sent http.Header
	status       int
	body         bytes.Buffer
}

var _ http.ResponseWriter = (*writer)(nil)

func newWriter() *writer { return &writer{header: http.Header{}} }

// Header returns the headers that are still to be sent.
func (w *writer) Header() http.Header { return w.header }

// WriteHeader sends the status and the headers as they are now.
func (w *writer) WriteHeader(status int) {
	if w.status == 0 {
		w.status, w.sent = status, w.header.Clone()
	}
}

// Write sends a part of the body.
func (w *writer) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(p)
}

// bytes are the answer as it goes over the wire; the Date, which a connection adds, is left out.
func (w *writer) bytes(r *http.Request) []byte {
	w.WriteHeader(http.StatusOK)
	response := http.Response{
		StatusCode: w.status, ProtoMajor: 1, ProtoMinor: 1, Request: r, Header: w.sent,
		Body: io.NopCloser(bytes.NewReader(w.body.Bytes())), ContentLength: int64(w.body.Len()),
	}
	var b bytes.Buffer
	must(response.Write(&b))
	return b.Bytes()
}
