package handlers

import (
	"context"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"twodoors/handlers/labs"
	"twodoors/views"
)

// statements lists what people say, each with what it came to on this server.
func (n *Node) statements(c echo.Context) error {
	return n.render(c, http.StatusOK, views.StatementsPage(n.statementsView(c)))
}

func (n *Node) statementsView(c echo.Context) views.Statements {
	m := n.messages(c)
	v := views.Statements{Chrome: n.chrome(c, "title.claims", views.SectionStatements)}
	state := n.labs.board.State()
	v.Measuring, v.Done, v.Total, v.Measured, v.Took = state.Running, state.Done, state.Total, state.Ended, state.Took
	for _, g := range labs.Groups() {
		group := views.StatementGroup{ID: string(g), Title: g.Title().In(m.Lang())}
		for _, statement := range n.labs.engine.Statements() {
			if statement.Group == g {
				group.Lines = append(group.Lines, n.statementLine(m, statement))
			}
		}
		v.Groups = append(v.Groups, group)
	}
	for _, id := range labs.Tour() {
		if statement, found := n.labs.engine.Statement(id); found {
			v.Tour = append(v.Tour, n.statementLine(m, statement))
		}
	}
	return v
}

func (n *Node) statementLine(m *views.Messages, statement labs.Statement) views.StatementLine {
	line := views.StatementLine{ID: statement.ID, Says: statement.Says.In(m.Lang())}
	if statement.Play == nil {
		line.Verdict = verdictKeys[labs.NeedsBrowser]
		return line
	}
	r, found := n.labs.board.Latest(statement.ID)
	if !found {
		return line
	}
	line.Verdict, line.Unexpected = verdictKey(r.Result), r.Problem == nil && !r.AsExpected()
	if r.Problem != nil {
		return line
	}
	line.Condition = r.Condition().In(m.Lang())
	if f := r.Figure(); f.ID != "" {
		line.What, line.Figure = f.What.In(m.Lang()), figureText(m, f)
	}
	return line
}

// measureClaims has all statements measured once more.
func (n *Node) measureClaims(c echo.Context) error {
	if _, err := formOf(c); err != nil {
		return err
	}
	n.labs.board.Again()
	return seeOther(c, "/claims")
}

// statement is the page of one statement: a prediction first, and what it last came to here folded away.
func (n *Node) statement(c echo.Context) error {
	statement, err := n.claimOf(c)
	if err != nil {
		return err
	}
	n.welcome(c)
	v := n.claimPage(c, statement)
	if r, found := n.labs.board.Latest(statement.ID); found && v.Run == nil {
		v.Run, v.Kept = n.runView(v.Msg, r.Result, r.At), true
	}
	return n.render(c, http.StatusOK, views.ClaimOne(v))
}

func (n *Node) claimOf(c echo.Context) (labs.Statement, error) {
	statement, found := n.labs.engine.Statement(c.Param("id"))
	if !found {
		return statement, errNotFound
	}
	return statement, nil
}

func (n *Node) claimPage(c echo.Context, statement labs.Statement) views.StatementPage {
	v := views.StatementPage{Chrome: n.chrome(c, "title.claim", views.SectionStatements), ID: statement.ID, GroupID: string(statement.Group), Browser: statement.Play == nil}
	lang := v.Msg.Lang()
	v.Says, v.Group = statement.Says.In(lang), statement.Group.Title().In(lang)
	v.Why, v.Advice = statement.Why.In(lang), statement.Advice.In(lang)
	for _, s := range statement.Sources {
		v.Sources = append(v.Sources, views.Source{Name: s.Name.In(lang), Address: s.Address})
	}
	for _, l := range labs.Labs() {
		if slices.Contains(l.Statements, statement.ID) {
			v.Labs = append(v.Labs, labCard(l, lang))
		}
	}
	all := n.labs.engine.Statements()
	at := slices.IndexFunc(all, func(o labs.Statement) bool { return o.ID == statement.ID })
	if at > 0 {
		v.Previous = all[at-1].ID
	}
	if at+1 < len(all) {
		v.Next = all[at+1].ID
	}
	tour := labs.Tour()
	if place := slices.Index(tour, statement.ID); place >= 0 && c.QueryParam("tour") != "" {
		v.TourAt, v.TourOf = place+1, len(tour)
		if place+1 < len(tour) {
			v.TourNext = tour[place+1]
		}
	}
	if r, found := n.labs.board.Latest(statement.ID); found && r.Problem == nil {
		f := r.Figure()
		switch f.Value.(type) {
		case int64, float64:
			if f.Unit != labs.Status {
				v.GuessWhat, v.GuessUnit = f.What.In(lang), unitName(v.Msg, f.Unit)
			}
		}
	}
	return v
}

// runClaim runs a statement for who asks, beside what they predicted.
func (n *Node) runClaim(c echo.Context) error {
	statement, err := n.claimOf(c)
	if err != nil {
		return err
	}
	if statement.Play == nil {
		return errNotFound
	}
	form, err := formOf(c)
	if err != nil {
		return err
	}
	stream := n.stream(c)
	r, err := n.ask(c, labs.Request{
		Key: "claim " + statement.ID, Watch: stream.progress,
		Run: func(ctx context.Context, watch func(labs.Event)) labs.Result {
			return n.labs.engine.RunStatement(ctx, statement, watch)
		},
	})
	if err != nil {
		return stream.failed(err)
	}
	n.labs.board.Put(r)
	v := n.claimPage(c, statement)
	v.Run = n.runView(v.Msg, r, n.Now())
	v.Run.Predicted = predicted(v.Msg, r, form.Get("verdict"), form.Get("number"))
	return stream.end(views.ClaimOne(v), views.RunResult(v))
}

// predicted compares what somebody expected with what was measured; nil where nothing was predicted.
func predicted(m *views.Messages, r labs.Result, verdict, number string) *views.Prediction {
	if r.Problem != nil {
		return nil
	}
	p := &views.Prediction{}
	if slices.Contains([]labs.Verdict{labs.Holds, labs.Depends, labs.Fails}, labs.Verdict(verdict)) {
		p.Verdict, p.VerdictRight = verdict, verdict == string(r.Verdict)
	}
	number = strings.TrimSpace(number)
	guess, err := strconv.ParseFloat(number, 64)
	if f := r.Figure(); err == nil && len(number) <= 20 && !math.IsInf(guess, 0) && !math.IsNaN(guess) {
		var measured float64
		switch value := f.Value.(type) {
		case int64:
			measured = float64(value)
		case float64:
			measured = value
		default:
			measured = math.NaN()
		}
		if !math.IsNaN(measured) {
			p.Number, p.NumberRight, p.Measured = number, guess == measured, figureText(m, f)
		}
	}
	if p.Verdict == "" && p.Number == "" {
		return nil
	}
	return p
}
