package labs

import (
	"io"
	"log"
	"net"
	"net/http"
	"time"
)

// Listen has the environment's first node answer at a port of this machine as well, for what is to be measured through
// sockets, and returns its address. Nobody else is told of the port, and it is closed with the environment.
func (w *Environment) Listen() string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	server := &http.Server{Handler: w.nodes[0], ReadHeaderTimeout: 5 * time.Second, ErrorLog: log.New(io.Discard, "", 0)}
	go func() { _ = server.Serve(listener) }()
	w.closing = append(w.closing, server.Close)
	return listener.Addr().String()
}
