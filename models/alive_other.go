//go:build !unix

package models

import "net"

// alive takes every connection for good where looking at it takes other means: the
// statement that meets a dead one fails then.
func alive(net.Conn) bool { return true }
