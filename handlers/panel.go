package handlers

import (
	"cmp"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"twodoors/handlers/auth"
	"twodoors/handlers/trace"
	"twodoors/models/sqltrace"
	"twodoors/views"
)

// panel fixes the request's figures and makes the panel of them. A folded panel reads nothing to show.
func (d *door) panel(c echo.Context, p auth.Principal, status int) views.Panel {
	r := c.Request()
	x := trace.From(r.Context())
	folded := preferencesOf(c).Panel == "folded"
	if asked := c.QueryParam("panel"); asked != "" { // for this request alone: the compare page asks so
		folded = asked == "folded"
	}
	var kept []auth.ServerRow
	var keptErr error
	if !folded {
		kept, keptErr = d.mode.ServerState(r.Context(), p)
		if keptErr != nil { // a display read that fails spoils nothing
			d.Log.Warn("the stored state could not be read for display", "error", keptErr)
		}
	}
	x.Freeze()
	counts := x.Lookups.Counts()
	v := views.Panel{
		Door: views.Door(d.mode.Name()), Folded: folded, Here: r.URL.RequestURI(), Method: r.Method, Status: status,
		Total: x.Total(), AuthTime: x.AuthTime(), DataTime: x.Lookups.Took(sqltrace.Data),
		Auth: counts.Auth, Data: counts.Data, Display: counts.Display, Level: string(p.Level), Why: whyNotes(x),
		Node: d.cfg.NodeName,
	}
	if folded {
		return v
	}
	shown := d.mode.Presented(r)
	v.Sent = d.sent(r, shown)
	v.Lookups = lookups(x.Lookups.Statements())
	v.Steps = d.steps(shown, x, status)
	v.State = d.state(c, p, kept, keptErr)
	if d.cfg.Demo {
		v.RevealURL = d.page("/credential")
	}
	if take, ok := r.Context().Value(panelTakerKey{}).(func(views.Panel)); ok {
		take(v)
	}
	return v
}

// panelTakerKey finds the function in a request's context that wants the panel for itself: the compare
// page, where it plays both requests on the server.
type panelTakerKey struct{}

func whyNotes(x *trace.Record) []views.Note {
	var notes []views.Note
	for _, remark := range x.Remarks() {
		notes = append(notes, views.Note{Key: "why." + remark.Name, Args: remark.Args})
	}
	return notes
}

// lookups are the statements as the panel lists them.
func lookups(statements []sqltrace.Statement) []views.Lookup {
	list := make([]views.Lookup, len(statements))
	seen := map[string]bool{}
	for i, s := range statements {
		list[i] = views.Lookup{
			Purpose: string(s.Purpose), SQL: s.SQL, Note: lookupNote(s), Took: s.Took, Rows: s.Rows,
			Counted: s.Counted(), Command: s.Kind == sqltrace.KindCommand, Repeat: s.Counted() && seen[s.SQL], Failed: s.Err != "",
		}
		if s.Counted() {
			seen[s.SQL] = true
		}
	}
	return list
}

func lookupNote(s sqltrace.Statement) views.Note {
	if s.Label == "" {
		return views.Note{Key: "lookup.other"}
	}
	return views.Note{Key: "lookup." + s.Label}
}

// answerKey is the message of what came back.
func answerKey(s sqltrace.Statement) string {
	if s.Kind == sqltrace.KindCommand {
		return "step.answer-command"
	}
	return "step.answer"
}

// steps merges what was checked and what was looked up, in the order in which it happened.
func (d *door) steps(shown *auth.Presented, x *trace.Record, status int) []views.Step {
	arrives := "step.request.none"
	if shown != nil {
		switch {
		case d.mode.Name() == d.token.Name() && shown.Carrier == auth.CarrierHeader:
			arrives = "step.request.token"
		case shown.Carrier == auth.CarrierHeader:
			arrives = "step.request.bearer"
		default:
			arrives = "step.request.cookie-" + d.mode.Name()
		}
	}
	return mergedSteps(arrives, x.Steps(), x.Lookups.Statements(), status, x.Total())
}

// mergedSteps puts checks and lookups in the order of their times, between the arrival and the answer.
func mergedSteps(arrives string, checks []trace.Step, statements []sqltrace.Statement, status int, total time.Duration) []views.Step {
	steps := make([]views.Step, 0, len(checks)+len(statements)+2)
	steps = append(steps, views.Step{Kind: views.StepRequest, Note: views.Note{Key: arrives}, OK: true})
	for _, s := range checks {
		note := views.Note{Key: "step." + s.Name}
		if s.Reason != "" {
			note = views.Note{Key: "step." + s.Name + "-failed", Args: map[string]any{"Reason": s.Reason}}
		}
		steps = append(steps, views.Step{Kind: views.StepCheck, Note: note, OK: s.Reason == "", At: s.At, Took: s.Took})
	}
	for _, s := range statements {
		kind := views.StepLookup
		if !s.Counted() {
			kind = views.StepUncount
		}
		steps = append(steps, views.Step{
			Kind: kind, Note: lookupNote(s), Purpose: string(s.Purpose), OK: s.Err == "", At: s.At, Took: s.Took,
			Answer: views.Note{Key: answerKey(s), Args: map[string]any{"Count": int(s.Rows), "Rows": s.Rows, "Took": s.Took}},
		})
	}
	slices.SortStableFunc(steps, func(a, b views.Step) int { return cmp.Compare(a.At, b.At) })
	return append(steps, views.Step{
		Kind: views.StepResponse, Note: views.Note{Key: "step.response", Args: map[string]any{"Status": status}},
		OK: status < 400, At: total,
	})
}

// state is what is kept after this request, on the server and at the client, and for how long a copy of the
// credential would live on.
func (d *door) state(c echo.Context, p auth.Principal, kept []auth.ServerRow, keptErr error) views.State {
	s := views.State{ServerFailed: keptErr != nil}
	switch d.mode.Name() {
	case d.session.Name():
		if store := d.session.Store(); store != auth.StoreDatabase {
			s.ServerNote = views.Note{Key: "state.store-" + store}
		}
	case d.jwt.Name():
		s.ServerNote = views.Note{Key: "state.no-access-row"}
	case d.token.Name():
		s.ServerNote = views.Note{Key: "state.token-hashed"}
	case d.cookie.Name():
		s.ServerNote = views.Note{Key: "state.no-cookie-row"}
	}
	for _, k := range kept {
		row := views.Row{Where: k.Table, Note: views.Note{Key: "state." + k.What}, Bytes: k.Bytes}
		if len(k.Columns) == 0 { // one line for several rows
			row.Note.Args = map[string]any{"Count": k.Count}
		}
		row.Cells = make([]views.Cell, 0, len(k.Columns))
		for _, column := range k.Columns {
			row.Cells = append(row.Cells, views.Cell{Name: column.Name, Value: column.Value, Bytes: column.Bytes})
			row.Bytes += column.Bytes
		}
		s.Server = append(s.Server, row)
		s.ServerBytes += row.Bytes
	}
	for _, h := range d.mode.ClientState(c.Response(), c.Request(), p) {
		item := views.Row{Where: h.Name, Note: views.Note{Key: "state." + h.What}, Bytes: h.Bytes}
		if h.Limit > 0 {
			item.Note.Args = map[string]any{"Limit": h.Limit}
		}
		s.Client = append(s.Client, item)
		s.ClientBytes += h.Bytes
	}
	s.ReplayWindow = d.mode.ReplayWindow(p)
	switch {
	case d.mode.Name() == d.token.Name():
		s.CopyNote = views.Note{Key: "copy.token"}
	case d.mode.Name() == d.cookie.Name():
		s.CopyNote = views.Note{Key: "copy.cookie"}
	case s.ReplayWindow > 0:
		s.CopyNote = views.Note{Key: "copy.until", Args: map[string]any{"Life": s.ReplayWindow.Truncate(time.Second)}}
	case p.Level != "":
		s.CopyNote = views.Note{Key: "copy.denied"}
	default:
		s.CopyNote = views.Note{Key: "copy.at-once"}
	}
	return s
}
