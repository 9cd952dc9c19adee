package handlers

import (
	"context"
	"math"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"twodoors/handlers/labs"
	"twodoors/views"
)

func (n *Node) labList(c echo.Context) error {
	v := views.LabList{Chrome: n.chrome(c, "title.labs", views.SectionLabs)}
	for _, l := range labs.Labs() {
		v.Labs = append(v.Labs, labCard(l, v.Msg.Lang()))
	}
	v.Labs = append(v.Labs, views.LabCard{ID: "two-origins", Title: v.Msg.T("origins.heading"), About: v.Msg.T("origins.lead")})
	return n.render(c, http.StatusOK, views.LabsPage(v))
}

func labCard(l labs.Lab, lang string) views.LabCard {
	return views.LabCard{ID: l.ID, Title: l.Title.In(lang), About: l.About.In(lang)}
}

// lab is the page of a lab, with its controls as the address names them.
func (n *Node) lab(c echo.Context) error {
	l, found := labs.FindLab(c.Param("id"))
	if !found {
		return errNotFound
	}
	n.welcome(c)
	return n.render(c, http.StatusOK, views.LabOne(n.labPage(c, l, l.Choose(c.QueryParam))))
}

// runLab runs a lab with the controls of the form.
func (n *Node) runLab(c echo.Context) error {
	l, found := labs.FindLab(c.Param("id"))
	if !found {
		return errNotFound
	}
	form, err := formOf(c)
	if err != nil {
		return err
	}
	chosen := l.Choose(form.Get)
	stream := n.stream(c)
	r, err := n.ask(c, labs.Request{
		Key: l.Key(chosen), Watch: stream.progress,
		Run: func(ctx context.Context, watch func(labs.Event)) labs.Result {
			return n.labs.engine.Stage(ctx, func(p *labs.Play) { l.Play(p, chosen) }, watch)
		},
	})
	if err != nil {
		return stream.failed(err)
	}
	v := n.labPage(c, l, chosen)
	run := n.runView(v.Msg, r, n.Now())
	run.Folded = true // the stage comes first
	v.Run = &views.LabRun{Run: *run, Exhibits: n.exhibits(v.Msg, r.Exhibits)}
	return stream.end(views.LabOne(v), views.LabResult(v))
}

func (n *Node) labPage(c echo.Context, l labs.Lab, chosen labs.Chosen) views.LabPage {
	v := views.LabPage{Chrome: n.chrome(c, "title.lab", views.SectionLabs), ID: l.ID}
	lang := v.Msg.Lang()
	v.Title, v.About, v.Look = l.Title.In(lang), l.About.In(lang), l.Look.In(lang)
	for _, control := range l.Controls {
		o := views.LabControl{
			Name: control.Name, Label: control.Label.In(lang), Kind: string(control.Kind), Value: chosen[control.Name],
			Unit: control.Unit.In(lang), Min: control.Min, Max: control.Max,
		}
		for _, option := range control.Options {
			o.Options = append(o.Options, views.LabOption{Value: option.Value, Label: option.Label.In(lang)})
		}
		v.Controls = append(v.Controls, o)
	}
	for _, id := range l.Statements {
		if statement, found := n.labs.engine.Statement(id); found {
			v.Claims = append(v.Claims, n.statementLine(v.Msg, statement))
		}
	}
	all := labs.Labs()
	at := slices.IndexFunc(all, func(o labs.Lab) bool { return o.ID == l.ID })
	if at > 0 {
		card := labCard(all[at-1], lang)
		v.Previous = &card
	}
	if at+1 < len(all) {
		card := labCard(all[at+1], lang)
		v.Next = &card
	}
	return v
}

func (n *Node) exhibits(m *views.Messages, list []labs.Exhibit) (shown []views.Exhibit) {
	lang := m.Lang()
	for _, e := range list {
		var v views.Exhibit
		switch {
		case e.Says != nil:
			v.Says = e.Says.In(lang)
		case e.Grid != nil:
			v.Grid = gridView(m, *e.Grid)
		case e.Lives != nil:
			v.Lives = livesView(m, *e.Lives)
		case e.Series != nil && len(e.Series.At) > 0:
			v.Series = seriesView(m, *e.Series)
		case e.Page != nil:
			v.Page = &views.ServedPage{
				Address: e.Page.Address, Status: e.Page.Answer.Status, Document: e.Page.Answer.Page(lang, n.static.URL("reports.css")),
			}
		}
		for _, tree := range e.Family {
			view := familyTree(tree)
			view.Open = true
			v.Family = append(v.Family, view)
		}
		shown = append(shown, v)
	}
	return shown
}

func inLanguage(words []labs.Words, lang string) (list []string) {
	for _, w := range words {
		list = append(list, w.In(lang))
	}
	return list
}

func gridView(m *views.Messages, g labs.Grid) *views.LabGrid {
	lang := m.Lang()
	v := &views.LabGrid{Caption: g.Caption.In(lang), Corner: g.Corner.In(lang), Columns: inLanguage(g.Columns, lang)}
	for _, r := range g.Rows {
		row := views.LabRow{Name: r.Name.In(lang), Door: views.Door(r.Mode)}
		for _, c := range r.Cells {
			cell := views.LabCell{Text: c.Text.In(lang), Tone: string(c.Tone), Reason: c.Reason, Below: c.Below.In(lang)}
			if c.Took > 0 {
				cell.Text, cell.Measured = m.Millis(c.Took), true
			}
			row.Cells = append(row.Cells, cell)
		}
		v.Rows = append(v.Rows, row)
	}
	return v
}

// livesView puts spans on a scale on which minutes and weeks can both be seen: each step is ten times the one before.
func livesView(m *views.Messages, l labs.Lives) *views.LabLives {
	v := &views.LabLives{Caption: l.Caption.In(m.Lang())}
	scale := func(d time.Duration) float64 { return math.Log10(1 + d.Minutes()) }
	for _, r := range l.Rows {
		row := views.LabLife{Name: r.Name.In(m.Lang()), Door: views.Door(r.Mode), Text: m.Duration(r.Span), Share: scale(r.Span) / scale(l.Most)}
		switch {
		case r.Span == 0:
			row.Text = m.T("labs.at-once")
		case r.Span >= l.Most:
			row.Text = m.F("labs.longer", map[string]any{"Span": l.Most})
		}
		v.Rows = append(v.Rows, row)
	}
	return v
}

func seriesView(m *views.Messages, s labs.Series) *views.LabSeries {
	v := &views.LabSeries{Caption: s.Caption.In(m.Lang()), Over: s.Over.In(m.Lang()), At: s.At, End: m.Number(int(s.At[len(s.At)-1]))}
	for _, l := range s.Lines {
		line := views.LabLine{Name: l.Name.In(m.Lang()), Door: views.Door(l.Mode), Values: l.Values}
		if len(l.Values) > 0 {
			line.Last = m.Number(int(l.Values[len(l.Values)-1]))
		}
		v.Lines = append(v.Lines, line)
	}
	return v
}

// flows shows the flows as they were last recorded; they are recorded now where that was never done.
func (n *Node) flows(c echo.Context) error {
	n.welcome(c)
	if len(n.labs.board.FlowReadings()) == 0 {
		_, _ = n.ask(c, n.labs.board.Flows(labs.Request{})) // without room for it the page says that there is nothing yet
	}
	v := views.FlowsPage{Chrome: n.chrome(c, "title.flows", views.SectionStatements)}
	lang := v.Msg.Lang()
	for _, f := range n.labs.board.FlowReadings() {
		if f.Problem != nil {
			continue
		}
		flow := views.FlowView{
			ID: f.ID, Title: f.Title.In(lang), Door: views.Door(f.Mode), Taught: inLanguage(f.Taught, lang), Count: f.Count(),
			ChecksOnly: f.ChecksOnly, Why: f.Why.In(lang),
		}
		for _, x := range f.Recorded() {
			flow.Exchanges = append(flow.Exchanges, exchangeView(x, 0, lang))
		}
		v.Flows = append(v.Flows, flow)
	}
	return n.render(c, http.StatusOK, views.FlowsList(v))
}
