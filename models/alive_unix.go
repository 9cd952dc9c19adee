//go:build unix

package models

import (
	"errors"
	"net"
	"syscall"
)

// alive reports whether the other end still holds an idle connection, without
// waiting and without taking anything from it. A server that has stopped leaves a
// message and an end of file behind on every connection of the pool; each would
// cost one request its answer after the server is back.
func alive(c net.Conn) bool {
	if t, ok := c.(interface{ NetConn() net.Conn }); ok { // TLS
		c = t.NetConn()
	}
	sc, ok := c.(syscall.Conn)
	if !ok {
		return true
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return false
	}
	quiet := false
	// Control and not Read: the driver may have left a read of its own waiting there,
	// and Read would wait behind it.
	err = raw.Control(func(fd uintptr) {
		var b [1]byte
		_, _, err := syscall.Recvfrom(int(fd), b[:], syscall.MSG_PEEK)
		quiet = errors.Is(err, syscall.EAGAIN) // nothing to read: as it should be
	})
	return err == nil && quiet
}
