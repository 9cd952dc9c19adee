package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"twodoors/handlers/labs"
)

// verifyReport prints the results of a run of statements.
type verifyReport struct {
	results []labs.Result
	took    time.Duration
}

// differing lists the statements that were not as expected.
func (r verifyReport) differing() (ids []string) {
	for _, result := range r.results {
		if !result.AsExpected() {
			ids = append(ids, result.Statement.ID)
		}
	}
	return ids
}

func (r verifyReport) print(w io.Writer, format string) error {
	out := bufio.NewWriter(w)
	switch format {
	case "json":
		if err := r.json(out); err != nil {
			return err
		}
	case "markdown":
		r.markdown(out)
	case "html":
		r.html(out)
	default:
		r.text(out)
	}
	return out.Flush()
}

// row is one statement as every format shows it.
type row struct{ id, measured, verdict, expected, condition string }

func (r verifyReport) rows() []row {
	list := make([]row, len(r.results))
	for i, result := range r.results {
		list[i] = row{
			id: result.Statement.ID, verdict: string(result.Verdict), expected: string(result.Statement.Expected), condition: result.Condition().EN,
		}
		if figure := result.Figure(); figure.ID != "" {
			list[i].measured = strings.TrimSpace(figure.What.EN+": "+figure.Text()+" ") + suffix(figure.Unit)
		}
		if result.Problem != nil {
			first, _, _ := strings.Cut(result.Problem.Error(), "\n")
			list[i].condition = first
		} else if !result.AsExpected() {
			list[i].condition += "; expected otherwise: " + strings.Join(otherwise(result), ", ")
		}
	}
	return list
}

// otherwise lists the cases in which a statement was not as expected.
func otherwise(r labs.Result) (list []string) {
	for _, c := range r.Cases {
		if c.Tried() && c.Holds != c.Want {
			list = append(list, c.When.EN)
		}
	}
	return list
}

func suffix(u labs.Unit) string {
	switch u {
	case labs.Truth, labs.Status, labs.Times:
		return ""
	}
	return " " + string(u)
}

// summary is the last line: how many, how many as expected, in what time.
func (r verifyReport) summary() string {
	browser, notTried := 0, 0
	for _, result := range r.results {
		if result.Verdict == labs.NeedsBrowser {
			browser++
		}
		notTried += len(result.NotTried())
	}
	differ := len(r.differing())
	return fmt.Sprintf("%d claims in %.1f s: %d as expected, %d otherwise, %d need a browser; cases not tried here: %d",
		len(r.results), r.took.Seconds(), len(r.results)-differ-browser, differ, browser, notTried)
}

func (r verifyReport) text(w io.Writer) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "CLAIM\tMEASURED\tVERDICT\tEXPECTED\tCONDITION")
	for _, row := range r.rows() {
		fmt.Fprintln(table, strings.Join([]string{row.id, row.measured, row.verdict, row.expected, row.condition}, "\t"))
	}
	_ = table.Flush()
	fmt.Fprintln(w, r.summary())
}

func (r verifyReport) markdown(w io.Writer) {
	fmt.Fprintln(w, "| claim | measured | verdict | expected | condition |\n|---|---|---|---|---|")
	escape := strings.NewReplacer("|", `\|`, "<", "&lt;", "\n", " ")
	for _, row := range r.rows() {
		fmt.Fprintf(w, "| `%s` | %s | %s | %s | %s |\n", row.id, escape.Replace(row.measured), row.verdict, row.expected, escape.Replace(row.condition))
	}
	fmt.Fprintln(w, "\n"+r.summary())
}

func (r verifyReport) html(w io.Writer) {
	fmt.Fprint(w, `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Two Doors: claims</title>
<style>body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:80rem;padding:0 1rem;color:#1a1a1a;background:#fff}
table{border-collapse:collapse;width:100%}th,td{border-bottom:1px solid #ccc;padding:.4rem .6rem;text-align:left;vertical-align:top}
.holds{color:#0a5c2b}.fails{color:#9c1c1c}.depends{color:#7a4b00}.differs{background:#ffe9e9}</style></head><body><h1>Two Doors: claims</h1>
<table><thead><tr><th scope="col">claim</th><th scope="col">measured</th><th scope="col">verdict</th><th scope="col">expected</th><th scope="col">condition</th></tr></thead><tbody>
`)
	for i, row := range r.rows() {
		class := ""
		if !r.results[i].AsExpected() {
			class = ` class="differs"`
		}
		fmt.Fprintf(w, "<tr%s><th scope=\"row\" title=\"%s\"><code>%s</code></th><td>%s</td><td class=\"%s\">%s</td><td>%s</td><td>%s</td></tr>\n",
			class, html.EscapeString(r.results[i].Statement.Says.EN), html.EscapeString(row.id), html.EscapeString(row.measured),
			html.EscapeString(strings.ReplaceAll(row.verdict, " ", "-")), html.EscapeString(row.verdict), html.EscapeString(row.expected), html.EscapeString(row.condition))
	}
	fmt.Fprintf(w, "</tbody></table><p>%s</p></body></html>\n", html.EscapeString(r.summary()))
}

// measuredJSON and resultJSON are the members of the JSON report: a contract that scripts rely on.
type measuredJSON struct {
	What  string    `json:"what"`
	Value any       `json:"value"`
	Unit  labs.Unit `json:"unit"`
}

type sourceJSON struct {
	Name    string `json:"name"`
	Address string `json:"address"`
}

// notTriedJSON is a case that this run could not try, with what has it tried.
type notTriedJSON struct {
	Case  string `json:"case"`
	Needs string `json:"needs"`
}

type resultJSON struct {
	ID        string         `json:"id"`
	Verdict   labs.Verdict   `json:"verdict"`
	Expected  labs.Verdict   `json:"expected"`
	Condition string         `json:"condition"`
	Measured  []measuredJSON `json:"measured"`
	Sources   []sourceJSON   `json:"sources"`
	NotTried  []notTriedJSON `json:"not_tried"`
	Millis    int64          `json:"ms"`
}

func (r verifyReport) json(w io.Writer) error {
	list := make([]resultJSON, len(r.results))
	for i, row := range r.rows() {
		result := r.results[i]
		list[i] = resultJSON{
			ID: row.id, Verdict: result.Verdict, Expected: result.Statement.Expected, Condition: row.condition,
			Measured: []measuredJSON{}, NotTried: []notTriedJSON{}, Sources: []sourceJSON{}, Millis: result.Took.Milliseconds(),
		}
		for _, c := range result.NotTried() {
			list[i].NotTried = append(list[i].NotTried, notTriedJSON{c.When.EN, c.NotTried.EN})
		}
		for _, s := range result.Statement.Sources {
			list[i].Sources = append(list[i].Sources, sourceJSON{s.Name.EN, s.Address})
		}
		for _, m := range result.Measured {
			list[i].Measured = append(list[i].Measured, measuredJSON{m.What.EN, m.Value, m.Unit})
		}
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(list)
}
