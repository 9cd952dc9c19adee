package main

import (
	"io"
	"net"
	"sync/atomic"
	"testing"
	"time"
)

// slowWay stands between the program and a server, and keeps back what the server answers for as long as it is told.
type slowWay struct {
	addr  string
	delay atomic.Int64 // nanoseconds
}

func newSlowWay(t testing.TB, target string) *slowWay {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	way := &slowWay{addr: listener.Addr().String()}
	ended := make(chan struct{})
	t.Cleanup(func() {
		close(ended)
		listener.Close()
	})
	go func() {
		for {
			in, err := listener.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", target)
			if err != nil {
				in.Close()
				continue
			}
			go func() { _, _ = io.Copy(out, in); out.Close() }()
			go func() { way.answer(in, out, ended); in.Close() }()
		}
	}()
	return way
}

func (w *slowWay) answer(client, server net.Conn, ended <-chan struct{}) {
	piece := make([]byte, 32<<10)
	for {
		n, err := server.Read(piece)
		if n > 0 {
			if delay := time.Duration(w.delay.Load()); delay > 0 {
				select {
				case <-time.After(delay):
				case <-ended:
					return
				}
			}
			if _, err := client.Write(piece[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}
