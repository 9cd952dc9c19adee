package bench

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"
)

// answerLimit bounds one answer, headers included, in bytes; answerTime how long it may take.
const (
	answerLimit = 256 << 10
	answerTime  = 10 * time.Second
)

// connection is a client that costs little: it writes a request's bytes as they are, and reads of the answer
// what says where it ends. It understands what our servers answer, HTTP/1.1 with a Content-Length, and nothing
// else.
type connection struct {
	addr   string
	socket net.Conn
	until  time.Time // when whatever is still waited for has failed
	buffer []byte
}

func newConnection(addr string) *connection {
	return &connection{addr: addr, buffer: make([]byte, answerLimit)}
}

// answer is what is of interest in a response.
type answer struct {
	Status  int
	Lookups int // from DB-Lookups, all purposes; 0 without that header
	Bytes   int // headers included
}

// do sends a request and reads the answer. After a failure the connection is closed, and the next request opens
// another.
func (c *connection) do(request []byte) (answer, error) {
	a, err := c.exchange(request)
	if err != nil {
		c.close()
	}
	return a, err
}

func (c *connection) exchange(request []byte) (answer, error) {
	if c.socket == nil {
		socket, err := net.DialTimeout("tcp", c.addr, answerTime)
		if err != nil {
			return answer{}, err
		}
		c.socket = socket
		if err := socket.SetDeadline(c.until); err != nil {
			return answer{}, err
		}
	}
	if _, err := c.socket.Write(request); err != nil {
		return answer{}, err
	}
	return c.read()
}

// limit sets the time at which every read and write of the connection fails.
func (c *connection) limit(until time.Time) error {
	c.until = until
	if c.socket == nil {
		return nil
	}
	return c.socket.SetDeadline(until)
}

func (c *connection) close() {
	if c.socket != nil {
		_ = c.socket.Close()
		c.socket = nil
	}
}

var (
	headEnd       = []byte("\r\n\r\n")
	lengthHeader  = []byte("\r\nContent-Length: ")
	lookupsHeader = []byte("\r\nDb-Lookups: ")
	errTooLong    = errors.New("the answer is too long")
)

// read takes one whole answer.
func (c *connection) read() (answer, error) {
	have, end := 0, -1
	for end < 0 {
		if have == len(c.buffer) {
			return answer{}, errTooLong
		}
		n, err := c.socket.Read(c.buffer[have:])
		if err != nil {
			return answer{}, err
		}
		from := max(0, have-len(headEnd))
		have += n
		if i := bytes.Index(c.buffer[from:have], headEnd); i >= 0 {
			end = from + i + len(headEnd)
		}
	}
	a, length, err := parseHead(c.buffer[:end])
	if err != nil {
		return a, err
	}
	a.Bytes = end + length
	if a.Bytes > len(c.buffer) {
		return a, errTooLong
	}
	for have < a.Bytes {
		n, err := c.socket.Read(c.buffer[have:a.Bytes])
		if err != nil {
			return a, err
		}
		have += n
	}
	if have > a.Bytes {
		return a, errors.New("more came than the answer's length")
	}
	return a, nil
}

// parseHead reads a status line and the two headers that count here.
func parseHead(head []byte) (a answer, length int, err error) {
	const protocol = "HTTP/1.1 "
	if len(head) < len(protocol)+3 || string(head[:len(protocol)]) != protocol {
		return a, 0, errors.New("not an answer of HTTP/1.1")
	}
	if a.Status, err = strconv.Atoi(string(head[len(protocol) : len(protocol)+3])); err != nil {
		return a, 0, fmt.Errorf("no status: %w", err)
	}
	value, found := headerValue(head, lengthHeader)
	if !found {
		return a, 0, errors.New("an answer without a Content-Length")
	}
	if length, err = strconv.Atoi(string(value)); err != nil || length < 0 {
		return a, 0, errors.New("an answer with a bad Content-Length")
	}
	value, _ = headerValue(head, lookupsHeader)
	a.Lookups = sumOfMembers(value)
	return a, length, nil
}

func headerValue(head, name []byte) ([]byte, bool) {
	i := bytes.Index(head, name)
	if i < 0 {
		return nil, false
	}
	value := head[i+len(name):]
	return value[:bytes.IndexByte(value, '\r')], true
}

// sumOfMembers adds up the numbers of a dictionary such as "auth=1, data=2" (RFC 9651).
func sumOfMembers(dictionary []byte) int {
	sum, number := 0, 0
	for _, b := range dictionary {
		if b >= '0' && b <= '9' {
			number = 10*number + int(b-'0')
			continue
		}
		sum, number = sum+number, 0
	}
	return sum + number
}
