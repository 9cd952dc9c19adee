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

// claims lists what people say, each with what it came to on this server.
func (n *Node) claims(c echo.Context) error {
	return n.render(c, http.StatusOK, views.ClaimsPage(n.claimsView(c)))
}

func (n *Node) claimsView(c echo.Context) views.Claims {
	m := n.messages(c)
	v := views.Claims{Chrome: n.chrome(c, "title.claims", views.SectionClaims)}
	state := n.labs.board.State()
	v.Measuring, v.Done, v.Total, v.Measured, v.Took = state.Running, state.Done, state.Total, state.Ended, state.Took
	for _, g := range labs.Groups() {
		group := views.ClaimGroup{ID: string(g), Title: g.Title().In(m.Lang())}
		for _, claim := range n.labs.engine.Claims() {
			if claim.Group == g {
				group.Lines = append(group.Lines, n.claimLine(m, claim))
			}
		}
		v.Groups = append(v.Groups, group)
	}
	for _, id := range labs.Tour() {
		if claim, found := n.labs.engine.Claim(id); found {
			v.Tour = append(v.Tour, n.claimLine(m, claim))
		}
	}
	return v
}

func (n *Node) claimLine(m *views.Messages, claim labs.Claim) views.ClaimLine {
	line := views.ClaimLine{ID: claim.ID, Says: claim.Says.In(m.Lang())}
	if claim.Play == nil {
		line.Verdict = verdictKeys[labs.NeedsBrowser]
		return line
	}
	r, found := n.labs.board.Latest(claim.ID)
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

// measureClaims has all claims measured once more.
func (n *Node) measureClaims(c echo.Context) error {
	if _, err := formOf(c); err != nil {
		return err
	}
	n.labs.board.Again()
	return seeOther(c, "/claims")
}

// claim is the page of one claim: a prediction first, and what it last came to here folded away.
func (n *Node) claim(c echo.Context) error {
	claim, err := n.claimOf(c)
	if err != nil {
		return err
	}
	n.welcome(c)
	v := n.claimPage(c, claim)
	if r, found := n.labs.board.Latest(claim.ID); found && v.Run == nil {
		v.Run, v.Kept = n.runView(v.Msg, r.Result, r.At), true
	}
	return n.render(c, http.StatusOK, views.ClaimOne(v))
}

func (n *Node) claimOf(c echo.Context) (labs.Claim, error) {
	claim, found := n.labs.engine.Claim(c.Param("id"))
	if !found {
		return claim, errNotFound
	}
	return claim, nil
}

func (n *Node) claimPage(c echo.Context, claim labs.Claim) views.ClaimPage {
	v := views.ClaimPage{Chrome: n.chrome(c, "title.claim", views.SectionClaims), ID: claim.ID, GroupID: string(claim.Group), Browser: claim.Play == nil}
	lang := v.Msg.Lang()
	v.Says, v.Group = claim.Says.In(lang), claim.Group.Title().In(lang)
	v.Why, v.Advice = claim.Why.In(lang), claim.Advice.In(lang)
	for _, s := range claim.Sources {
		v.Sources = append(v.Sources, views.Source{Name: s.Name.In(lang), Address: s.Address})
	}
	for _, l := range labs.Labs() {
		if slices.Contains(l.Claims, claim.ID) {
			v.Labs = append(v.Labs, labCard(l, lang))
		}
	}
	all := n.labs.engine.Claims()
	at := slices.IndexFunc(all, func(o labs.Claim) bool { return o.ID == claim.ID })
	if at > 0 {
		v.Previous = all[at-1].ID
	}
	if at+1 < len(all) {
		v.Next = all[at+1].ID
	}
	tour := labs.Tour()
	if place := slices.Index(tour, claim.ID); place >= 0 && c.QueryParam("tour") != "" {
		v.TourAt, v.TourOf = place+1, len(tour)
		if place+1 < len(tour) {
			v.TourNext = tour[place+1]
		}
	}
	if r, found := n.labs.board.Latest(claim.ID); found && r.Problem == nil {
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

// runClaim runs a claim for who asks, beside what they predicted.
func (n *Node) runClaim(c echo.Context) error {
	claim, err := n.claimOf(c)
	if err != nil {
		return err
	}
	if claim.Play == nil {
		return errNotFound
	}
	form, err := formOf(c)
	if err != nil {
		return err
	}
	stream := n.stream(c)
	r, err := n.ask(c, labs.Ask{
		Key: "claim " + claim.ID, Watch: stream.progress,
		Run: func(ctx context.Context, watch func(labs.Event)) labs.Result {
			return n.labs.engine.RunClaim(ctx, claim, watch)
		},
	})
	if err != nil {
		return stream.failed(err)
	}
	n.labs.board.Put(r)
	v := n.claimPage(c, claim)
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
