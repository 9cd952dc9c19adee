package views

import (
	"cmp"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
)

// The chart's drawing area within its viewBox of 400 × 190.
const (
	chartLeft, chartRight  = 34, 330
	chartTop, chartBottom  = 16, 156
	chartLabelGap          = 18 // two labels stand at least this far apart
	chartLabelHalf         = 5
	totalCount, totalBytes = "count", "bytes"
)

// compareMany is how many requests the second button sends: enough for a line that climbs.
const compareMany = 20

// totalKeys are the rows of the difference table, the most telling first.
func totalKeys() [9]string {
	return [9]string{
		"auth", "data", "credential-bytes", "line-bytes", "request-bytes", "total-time", "server-bytes", "client-bytes", "copy-life",
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

// doors are those that are compared.
func (p Compare) doors() []Door {
	if len(p.Doors) == 0 {
		return AllDoors()[:2]
	}
	return p.Doors
}

// signInPath is where the forms that sign in on each door post to.
func (p Compare) signInPath(name string) templ.SafeURL {
	path := "/compare/" + name
	if p.Asked != "" {
		path += "?doors=" + url.QueryEscape(p.Asked)
	}
	return templ.SafeURL(path)
}

func (p Compare) compares(d Door) bool { return slices.Contains(p.doors(), d) }

// signedIn is whether no door that is compared asks for a sign-in.
func (p Compare) signedIn() bool {
	return !slices.ContainsFunc(p.doors(), func(d Door) bool { return !p.SignedIn[d] })
}

// tokenUnseen is whether every door is signed in as far as this request can tell: a token that travels by header
// never comes along to this page, so only the script can know whether there is one.
func (p Compare) tokenUnseen() bool {
	if p.Failure.Key != "" || len(p.Fields) > 0 || p.SignedIn[DoorJWT] {
		return false
	}
	return p.compares(DoorJWT) && !slices.ContainsFunc(p.doors(), func(d Door) bool { return !p.SignedIn[d] && d != DoorJWT })
}

// doorWords is a sentence on two doors, or the one on more.
func doorWords(p Compare, key string) string {
	if len(p.doors()) > 2 {
		return p.Msg.T("compare.all." + strings.TrimPrefix(key, "compare."))
	}
	return p.Msg.T(key)
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

// chartLabelY keeps the labels of lines that end close together apart: from the bottom up, each is pushed
// as far above the one below as it needs.
func chartLabelY(t *Totals, doors []Door, d Door) float64 {
	_, most := chartScale(t)
	at := func(d Door) float64 { return chartY(lastOf(t, d), most) }
	order := slices.Clone(doors)
	slices.SortStableFunc(order, func(a, b Door) int { return cmp.Compare(at(b), at(a)) })
	place := make([]float64, len(order))
	below := math.Inf(1)
	for i, door := range order {
		place[i] = min(at(door), below-chartLabelGap)
		below = place[i]
	}
	above := float64(chartTop - chartLabelGap)
	for i := len(order) - 1; i >= 0; i-- { // what was pushed over the edge comes down again
		place[i] = max(place[i], above+chartLabelGap)
		above = place[i]
	}
	return place[slices.Index(order, d)] + chartLabelHalf
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
