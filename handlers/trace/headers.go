package trace

import (
	"net/http"
	"strconv"
	"time"

	"twodoors/models/sqltrace"
)

// WriteHeaders puts the record's figures into the response's headers: DB-Lookups, a structured field
// dictionary (RFC 9651), and Server-Timing, so that a browser's own developer tools show the same figures
// as the page. Call it last, just before the status is written.
func (x *Record) WriteHeaders(h http.Header) {
	c := x.Lookups.Counts()
	x.mu.Lock()
	x.told = c
	hidden := x.hidden
	x.mu.Unlock()
	b := make([]byte, 0, 96)
	b = append(b, "auth="...)
	b = strconv.AppendInt(b, int64(c.Auth), 10)
	b = append(b, ", data="...)
	b = strconv.AppendInt(b, int64(c.Data), 10)
	if c.Display > 0 {
		b = append(b, ", display="...)
		b = strconv.AppendInt(b, int64(c.Display), 10)
	}
	h["Db-Lookups"] = []string{string(b)}

	if hidden {
		h["Server-Timing"] = []string{hiddenTiming}
		return
	}
	elapsed := x.Elapsed()
	total := x.Total()
	b = appendTiming(b[:0], "auth", x.AuthTime())
	b = appendTiming(append(b, ", "...), "data", x.Lookups.Took(sqltrace.Data))
	render := time.Duration(0)
	if total > 0 {
		render = elapsed - total
	}
	b = appendTiming(append(b, ", "...), "render", render)
	b = appendTiming(append(b, ", "...), "total", elapsed)
	h["Server-Timing"] = []string{string(b)}
}

// hiddenTiming has every metric and says nothing.
const hiddenTiming = `auth;dur=0;desc="hidden", data;dur=0;desc="hidden", render;dur=0;desc="hidden", total;dur=0;desc="hidden"`

// HeaderCounts are what the headers said; zero before they were written.
func (x *Record) HeaderCounts() sqltrace.Counts {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.told
}

// appendTiming writes one metric of Server-Timing, in milliseconds.
func appendTiming(b []byte, name string, d time.Duration) []byte {
	b = append(b, name...)
	b = append(b, ";dur="...)
	return strconv.AppendFloat(b, float64(d.Nanoseconds())/1e6, 'f', 3, 64)
}
