package handlers

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"twodoors/handlers/labs"
	"twodoors/handlers/trace"
	"twodoors/models/sqltrace"
	"twodoors/views"
)

// verdictKeys are the verdicts as message keys below "verdict.".
var verdictKeys = map[labs.Verdict]string{
	labs.Holds: "holds", labs.Depends: "depends", labs.Fails: "fails", labs.NeedsBrowser: "browser", labs.NotRun: "stopped",
}

// verdictKey is the key of what a run came to: a run that went to its end and could try no case did not stop.
func verdictKey(r labs.Result) string {
	if r.Verdict == labs.NotRun && r.Problem == nil {
		return "untried"
	}
	return verdictKeys[r.Verdict]
}

// runView puts a run into a language.
func (n *Node) runView(m *views.Messages, r labs.Result, at time.Time) *views.Run {
	lang := m.Lang()
	v := &views.Run{
		At: at, Took: r.Took, Verdict: verdictKey(r), Condition: r.Condition().In(lang),
		Unexpected: r.Statement.ID != "" && r.Problem == nil && !r.AsExpected(),
	}
	switch {
	case r.Cancelled():
		v.Stopped = views.Note{Key: "run.stopped.time", Args: map[string]any{"Limit": n.cfg.RunLimit}}
	case r.Problem != nil:
		v.Stopped = views.Note{Key: "run.stopped"}
	}
	for _, c := range r.Cases {
		v.Cases = append(v.Cases, views.RunCase{
			When: c.When.In(lang), Holds: c.Holds, Unexpected: c.Tried() && c.Holds != c.Want, NotTried: c.NotTried.In(lang),
		})
	}
	for _, f := range r.Measured {
		v.Measured = append(v.Measured, views.RunFigure{What: f.What.In(lang), Text: figureText(m, f)})
	}
	v.Steps = storyOf(m, r.Steps)
	v.Lanes = lanesOf(m, v.Steps)
	v.Script = shellScript(r.Steps, lang, n.cfg.Signup, n.issuer())
	return v
}

// figureText writes a measurement with its unit, as the language writes it.
func figureText(m *views.Messages, f labs.Measurement) string {
	switch value := f.Value.(type) {
	case bool:
		if value {
			return m.T("unit.yes")
		}
		return m.T("unit.no")
	case int64:
		return unitText(m, value, f.Unit)
	case float64:
		text := f.Text()
		if f.Unit == labs.Seconds {
			return m.Duration(time.Duration(value * float64(time.Second)))
		}
		return text + " " + unitName(m, f.Unit)
	}
	return ""
}

func unitText(m *views.Messages, value int64, unit labs.Unit) string {
	switch unit {
	case labs.Status:
		return strconv.FormatInt(value, 10)
	case labs.Bytes:
		return m.Bytes(int(value))
	case labs.Seconds:
		return m.Duration(time.Duration(value) * time.Second)
	case labs.Micros:
		return m.Millis(time.Duration(value) * time.Microsecond)
	case labs.Times, labs.Truth:
		return m.Number(int(value))
	}
	return m.Number(int(value)) + gap(m) + countedUnit(m, int(value), unit)
}

// gap is what stands between a number and its unit's word.
func gap(m *views.Messages) string {
	if m.T("unit.gap") == "none" {
		return ""
	}
	return " "
}

func countedUnit(m *views.Messages, n int, unit labs.Unit) string {
	switch unit {
	case labs.Lookups, labs.Rows, labs.Requests, labs.Commands, labs.Pages:
		return m.F("unit."+string(unit), map[string]any{"Count": n})
	}
	return unitName(m, unit)
}

func unitName(m *views.Messages, unit labs.Unit) string {
	switch unit {
	case labs.Bytes:
		return "B"
	case labs.Seconds:
		return m.T("unit.second")
	case labs.Micros:
		return "µs"
	case labs.Lookups, labs.Rows, labs.Requests, labs.Commands, labs.Pages:
		return countedUnit(m, 2, unit)
	}
	return ""
}

// storyOf is the steps of a run with their exchanges, numbered through.
func storyOf(m *views.Messages, steps []labs.Step) []views.RunStep {
	lang := m.Lang()
	worlds, nodes := 0, map[int]int{}
	for _, s := range steps {
		for _, x := range s.Exchanges {
			worlds = max(worlds, x.Environment)
			nodes[x.Environment] = max(nodes[x.Environment], x.Node)
		}
	}
	story := make([]views.RunStep, len(steps))
	number := 0
	for i, s := range steps {
		story[i] = views.RunStep{Says: s.Says.In(lang), More: s.More}
		for _, e := range s.Events {
			story[i].Events = append(story[i].Events, e.In(lang))
		}
		for _, x := range s.Exchanges {
			number++
			v := exchangeView(x, number, lang)
			if nodes[x.Environment] > 1 {
				v.Node = x.Node
			}
			if worlds > 1 {
				v.Environment = x.Environment
			}
			story[i].Exchanges = append(story[i].Exchanges, v)
		}
	}
	return story
}

func exchangeView(x labs.Exchange, number int, lang string) views.RunExchange {
	door := doorOfPath(x.Target)
	v := views.RunExchange{
		N: number, Actor: string(x.Actor), Name: x.Actor.Name().In(lang), Door: door, Line: x.Method + " " + x.Target, Status: x.Status,
		In: x.Status < http.StatusBadRequest && !refusedByRedirect(x), Clock: x.At, Auth: x.Counts.Auth, Data: x.Counts.Data,
		Request: readable(x.Request), Response: readable(x.Response), Left: x.Left, Took: x.Took,
		Recorded: len(x.Steps)+len(x.Lookups) > 0 || x.Took > 0,
	}
	v.Told = views.Panel{
		Door: door, Auth: x.Counts.Auth, Data: x.Counts.Data, Lookups: lookups(x.Lookups),
		Steps: mergedSteps(arrival(x.Request, door), stepsOf(x), x.Lookups, x.Status, max(x.Took, lastMoment(x.Steps, x.Lookups))),
	}
	return v
}

// lastMoment is when the last thing of a record was over.
func lastMoment(checks []trace.Step, statements []sqltrace.Statement) (last time.Duration) {
	for _, s := range checks {
		last = max(last, s.At+s.Took)
	}
	for _, s := range statements {
		last = max(last, s.At+s.Took)
	}
	return last
}

// refusedByRedirect reports whether the answer sends somebody to sign in or to renew who asked for something else.
func refusedByRedirect(x labs.Exchange) bool {
	if x.Status != http.StatusSeeOther && x.Status != http.StatusTemporaryRedirect || strings.HasSuffix(x.Target, "/login") || strings.HasSuffix(x.Target, "/logout") {
		return false
	}
	return bytes.Contains(x.Response, []byte("/login?next=")) || bytes.Contains(x.Response, []byte("/jwt/refresh?next="))
}

// doorOfPath is the door that an address belongs to, "" for none.
func doorOfPath(target string) views.Door {
	path := strings.TrimPrefix(target, "/api")
	for _, d := range views.AllDoors() {
		if path == "/"+string(d) || strings.HasPrefix(path, "/"+string(d)+"/") {
			return d
		}
	}
	return ""
}

// stepsOf are an exchange's steps; the check of a password says where its time is not the server's own.
func stepsOf(x labs.Exchange) []trace.Step {
	steps := slices.Clone(x.Steps)
	for i := range steps {
		if steps[i].Name == "check.password" && x.CheapPassword {
			steps[i].Name = "check.password-cheap"
		}
	}
	return steps
}

// arrival says what a request brings along: a credential, or what a sign-in or a refresh is asked for with.
func arrival(request []byte, door views.Door) string {
	head, body, _ := bytes.Cut(request, []byte("\r\n\r\n"))
	line, _, _ := bytes.Cut(head, []byte("\r\n"))
	refreshes := bytes.HasPrefix(line, []byte("POST ")) && bytes.Contains(line, []byte("/jwt/refresh"))
	switch {
	case refreshes && (bytes.Contains(body, []byte("refresh_token")) || bytes.Contains(head, []byte("twodoors-refresh"))):
		return "step.request.refresh"
	case bytes.HasPrefix(line, []byte("POST ")) && bytes.Contains(line, []byte("/login")) && bytes.Contains(body, []byte("password")):
		return "step.request.password"
	case bytes.Contains(head, []byte("\r\nAuthorization: Token ")):
		return "step.request.token"
	case bytes.Contains(head, []byte("\r\nAuthorization: ")):
		return "step.request.bearer"
	case door != "" && bytes.Contains(head, []byte(labs.CookieName(labs.Mode(door))+"=")):
		return "step.request.cookie-" + string(door)
	}
	return "step.request.none"
}

// readable is what was on the wire, with the line ends of a page.
func readable(wire []byte) string {
	return strings.ToValidUTF8(strings.ReplaceAll(string(wire), "\r\n", "\n"), "�")
}

// lanesOf is the timeline of a story: nil where nobody sent anything.
func lanesOf(m *views.Messages, story []views.RunStep) *views.Lanes {
	l := &views.Lanes{}
	for i, s := range story {
		step := views.LaneStep{First: i + 1, Last: i + 1, At: len(l.Marks), Events: strings.Join(s.Events, " ")}
		if last := len(l.Steps) - 1; last >= 0 && l.Steps[last].At == step.At {
			before := l.Steps[last]
			step.First, step.Events = before.First, strings.TrimSpace(before.Events+" "+step.Events)
			l.Steps = l.Steps[:last]
		}
		l.Steps = append(l.Steps, step)
		for _, x := range s.Exchanges {
			lane := slices.Index(l.Names, x.Name)
			if lane < 0 {
				lane = len(l.Names)
				l.Names = append(l.Names, x.Name)
			}
			l.Marks = append(l.Marks, views.LaneMark{N: x.N, Lane: lane, Door: x.Door, In: x.In, Title: fmt.Sprintf("%s: %s → %d", x.Name, x.Line, x.Status)})
		}
	}
	if len(l.Marks) == 0 {
		return nil
	}
	return l
}
