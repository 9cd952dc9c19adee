package views

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// The chart's drawing area within its viewBox of 400 × 190.
const (
	chartLeft, chartRight  = 34, 330
	chartTop, chartBottom  = 16, 156
	chartLabelGap          = 18 // two labels stand at least this far apart
	chartLabelHalf         = 5
	totalCount, totalBytes = "count", "bytes"
)

// totalKeys are the rows of the difference table, the most telling first.
func totalKeys() [8]string {
	return [8]string{
		"auth", "data", "credential-bytes", "request-bytes", "total-time", "server-bytes", "client-bytes", "copy-life",
	}
}

// totalFormat says how a row's number is written.
func totalFormat(key string) string {
	switch key {
	case "auth", "data":
		return totalCount
	case "total-time":
		return "micros"
	case "copy-life":
		return "seconds"
	}
	return totalBytes
}

// played is the record that the server made for a door; nil where it played none.
func (p Compare) played(d Door) *Panel {
	for i := range p.Played {
		if p.Played[i].Door == d {
			return &p.Played[i]
		}
	}
	return nil
}

// count is how many requests the sums are over.
func (p Compare) count() int {
	if p.Totals == nil {
		return 0
	}
	return p.Totals.Count
}

// total writes a cell of the difference table; a dash where nothing was sent.
func (p Compare) total(key string, d Door) string {
	if p.Totals == nil {
		return "–"
	}
	for _, row := range p.Totals.Rows {
		v, ok := row.Values[d]
		if row.Key != key || !ok {
			continue
		}
		switch totalFormat(key) {
		case totalCount:
			return p.Msg.Number(int(v))
		case "micros":
			return p.Msg.Millis(time.Duration(v) * time.Microsecond)
		case "seconds":
			return p.Msg.Duration(time.Duration(v) * time.Second)
		}
		return p.Msg.Bytes(int(v))
	}
	return "–"
}

// chartScale is the number of requests and of lookups at the ends of the axes.
func chartScale(t *Totals) (requests, most int) {
	if t == nil {
		return 0, 0
	}
	for _, values := range t.Lines {
		requests = max(requests, len(values))
		for _, v := range values {
			most = max(most, v)
		}
	}
	return requests, most
}

// chartPlot tells the script where the axes are: left, top, right, bottom.
func chartPlot() string {
	return itoa(chartLeft) + "," + itoa(chartTop) + "," + itoa(chartRight) + "," + itoa(chartBottom)
}

// chartPoints is a door's line from the origin, request by request.
func chartPoints(t *Totals, d Door) string {
	requests, most := chartScale(t)
	if requests == 0 || len(t.Lines[d]) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString(itoa(chartLeft) + "," + itoa(chartBottom))
	for i, v := range t.Lines[d] {
		x := chartLeft + float64((chartRight-chartLeft)*(i+1))/float64(requests)
		b.WriteString(" " + pixels(x) + "," + pixels(chartY(v, most)))
	}
	return b.String()
}

func chartY(v, most int) float64 {
	return chartBottom - float64((chartBottom-chartTop)*v)/float64(max(most, 1))
}

func pixels(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }

// chartLabelY keeps the labels of two lines that end close together apart.
func chartLabelY(t *Totals, d Door) float64 {
	_, most := chartScale(t)
	session, jwt := chartY(lastOf(t, DoorSession), most), chartY(lastOf(t, DoorJWT), most)
	if gap := chartLabelGap - math.Abs(session-jwt); gap > 0 {
		if session <= jwt {
			gap = -gap
		}
		session, jwt = session+gap/2, jwt-gap/2
	}
	if d == DoorSession {
		return session + chartLabelHalf
	}
	return jwt + chartLabelHalf
}

// chartLabel is the sum at the end of a door's line.
func chartLabel(m *Messages, t *Totals, d Door) string {
	if t == nil || len(t.Lines[d]) == 0 {
		return ""
	}
	return m.Number(lastOf(t, d))
}

func lastOf(t *Totals, d Door) int {
	if t == nil || len(t.Lines[d]) == 0 {
		return 0
	}
	return t.Lines[d][len(t.Lines[d])-1]
}
