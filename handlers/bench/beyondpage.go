package bench

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// figuresMark begins the figures at the end of the page.
const figuresMark = "```json\n"

// WriteBeyond writes the arithmetic as a page in Markdown. At its end stand the figures that it was computed from, so
// that it can be computed again: see ReadBeyond.
func WriteBeyond(w io.Writer, r Report, a Assumed) error {
	if err := r.checkBeyond(); err != nil {
		return err
	}
	var b strings.Builder
	measuredText(&b, r)
	assumedText(&b, r, a)
	for _, part := range []struct {
		title, about string
		of           func(beyondSum, beyondDoor) string
	}{
		{"Cores for nodes", "Requests a second × CPU of one ÷ the load.",
			func(s beyondSum, _ beyondDoor) string { return counted(s.cores) }},
		{"Lookups a second", "To find out who is asking; what a page shows comes on top, the same at every door.",
			func(s beyondSum, _ beyondDoor) string { return short(s.finds) }},
		{"Writes a second", "A session's last-seen, at most once a minute; a refresh token's exchange, a transaction each.",
			func(s beyondSum, _ beyondDoor) string { return short(s.touches + s.renewals) }},
		{"Machines for the database or Redis", "Each thing's rate ÷ what the measured machine does of it, added up, ÷ the load. The app shared that machine: one of their own does more.",
			func(s beyondSum, _ beyondDoor) string { return counted(s.place) }},
		{"Kept", "One sign-in each × bytes of a row with its indexes; a family keeps its used refresh tokens until it ends.",
			func(s beyondSum, _ beyondDoor) string { return size(s.stored) }},
	} {
		fmt.Fprintf(&b, "\n### %s\n\n%s\n\n| door |", part.title, part.about)
		for _, users := range beyondUsers {
			fmt.Fprintf(&b, " %s |", short(users))
		}
		b.WriteString("\n|---|--:|--:|--:|\n")
		for _, d := range beyondDoors() {
			fmt.Fprintf(&b, "| %s |", d.name)
			for _, users := range beyondUsers {
				fmt.Fprintf(&b, " %s |", part.of(d.sum(r, a, users), d))
			}
			b.WriteString("\n")
		}
	}
	scaleText(&b, r, a)
	figures, err := json.Marshal(r)
	if err != nil {
		return err
	}
	fmt.Fprintf(&b, "\n## The figures\n\n%s%s\n```\n", figuresMark, figures)
	_, err = io.WriteString(w, b.String())
	return err
}

// ReadBeyond reads the figures at the end of a page that WriteBeyond wrote.
func ReadBeyond(page string) (r Report, err error) {
	_, figures, found := strings.Cut(page, figuresMark)
	if !found {
		return r, errors.New("beyond: the page has no figures")
	}
	err = json.NewDecoder(strings.NewReader(figures)).Decode(&r)
	return r, err
}

func measuredText(b *strings.Builder, r Report) {
	fmt.Fprintf(b, `# Beyond one machine

Plain arithmetic: what was measured, times how many people are signed in. The program measures and computes it:

    go run ./cmd/twodoors bench --beyond --postgres postgres://… --redis redis://… > handlers/bench/BEYOND.md

This is what it wrote on %s: %s, %s, %d cores`, r.At.Format("2 January 2006"), r.Go, r.System, r.Cores)
	if r.Processor != "" {
		fmt.Fprintf(b, " (%s)", r.Processor)
	}
	b.WriteString(`, with the load client, PostgreSQL and Redis
on the same machine. Each of them alone on it would do more.

## Measured

One node, panel folded, all headers and the record on. CPU is of the node's process, for one request.

| door | requests/s | CPU µs | lookups |
|---|--:|--:|--:|
`)
	for _, row := range r.Rows {
		if row.Mode != "" {
			fmt.Fprintf(b, "| %s | %s | %.0f | %.0f |\n", row.Name, short(row.PerSecond), row.CPU, row.Lookups)
		}
	}
	b.WriteString(`
What a place of sign-ins does in a second, sixteen at once through the app's own statements, and what one more takes
in it, indexes included.

| place | sessions found | last-seen written | tokens renewed | B a session | B a family | B a renewal | B an opaque token |
|---|--:|--:|--:|--:|--:|--:|--:|
`)
	for _, c := range r.Carried {
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s | %s | %s | %s |\n", c.Place, short(c.Finds), short(c.Touches), some(c.Renewals), some(c.Session), some(c.Family), some(c.Renewal), some(c.Token))
	}
	b.WriteString("\nOne lookup of a session after the other, beside so many stored ones:\n\n| database | sessions | µs | beside the least |\n|---|--:|--:|--:|\n")
	first := map[string]float64{}
	for _, g := range r.Growth {
		if first[g.Database] == 0 {
			first[g.Database] = g.Lookup
		}
		fmt.Fprintf(b, "| %s | %s | %.1f | × %.2f |\n", g.Database, short(float64(g.Sessions)), g.Lookup, g.Lookup/first[g.Database])
	}
}

func assumedText(b *strings.Builder, r Report, a Assumed) {
	fmt.Fprintf(b, `
## Assumed

- In the busiest hour each signed-in user asks for %.0f pages, more than a minute apart, so that each writes last-seen.
- An access token lives a quarter of an hour: %.0f renewals in that hour. A sign-in lasts %.0f hours, all of them that busy.
- Nothing is loaded beyond %.0f %% of what was measured. Lookups of JWT's levels and of opaque tokens count as a session's:
  each is one joined statement by key.

| signed in | requests a second |
|--:|--:|
`, a.PerHour, a.Renewals, a.Hours, a.Load*100)
	for _, users := range beyondUsers {
		fmt.Fprintf(b, "| %s | %s |\n", short(users), short(users*a.PerHour/3600))
	}
	best := r.row("session, SQLite")
	fmt.Fprintf(b, "\nOne node like this one, sessions in SQLite beside it, at that load: %s requests a second, which is %s people signed in.\n\n## Computed\n",
		short(best.PerSecond*a.Load), short(best.PerSecond*a.Load*3600/a.PerHour))
}

func scaleText(b *strings.Builder, r Report, a Assumed) {
	at := func(door string, users float64) beyondSum {
		for _, d := range beyondDoors() {
			if d.name == door {
				return d.sum(r, a, users)
			}
		}
		return beyondSum{}
	}
	const postgres, redis, bare, full = "session, PostgreSQL", "session, Redis", "JWT `signature`, EdDSA", "JWT `version`, EdDSA"
	few, many, most := beyondUsers[0], beyondUsers[1], beyondUsers[2]
	fmt.Fprintf(b, `
## What grows, and what to scale then

- **%s**: sessions take %s of a core for nodes and %s of a machine for PostgreSQL. Choose a door for what it can and
  cannot do, not for this.
- **%s**: nodes take %s cores with sessions and %s with JWT by EdDSA: add nodes, all that they share is asked for by key.
  Sessions take %s machines in PostgreSQL, where lookups and last-seen grow with every request, and %s in Redis
  (`+"`--session-store`"+`). JWT at `+"`signature`"+` asks the database for renewals alone, %s machines; at `+"`version`"+`, which knows what a session
  knows, %s.
- **%s**: sessions take %s machines in PostgreSQL and %s in Redis; JWT takes %s cores for nodes, and %s machines for renewals
  at `+"`signature`"+`. At each request a sign-in is found by a hash and by nothing else, so it divides: **Redis Cluster** by key,
  **PostgreSQL partitioned by hash of the id** over several servers. Today's Redis store keeps a user's list of sessions
  beside the sessions and changes both in one script, which a cluster allows only where their keys share a hash tag: the
  session's id would have to carry the user's. Other services check tokens by **JWKS** (`+"`/.well-known/jwks.json`"+`) and ask
  nobody; they learn of a sign-out when the token ends.
- **Bytes**: at %s, sessions take %s and refresh families %s. A lookup beside a million sessions costs what the
  table above says.
`,
		short(few), counted(at(postgres, few).cores), counted(at(postgres, few).place),
		short(many), counted(at(postgres, many).cores), counted(at(bare, many).cores), counted(at(postgres, many).place), counted(at(redis, many).place),
		counted(at(bare, many).place), counted(at(full, many).place),
		short(most), counted(at(postgres, most).place), counted(at(redis, most).place), counted(at(bare, most).cores), counted(at(bare, most).place),
		short(most), size(at(postgres, most).stored), size(at(bare, most).stored))
}

// short writes a number with three digits that count, and groups of three.
func short(v float64) string {
	if v == 0 {
		return "0"
	}
	if v < 10 {
		return strconv.FormatFloat(v, 'g', 2, 64)
	}
	unit := math.Pow(10, math.Max(0, math.Floor(math.Log10(v))-2))
	text := strconv.FormatInt(int64(math.Round(v/unit)*unit), 10)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// some leaves out what is not kept or done.
func some(v float64) string {
	if v == 0 {
		return "–"
	}
	return short(v)
}

// counted is a number of things that come whole, but for less than one.
func counted(v float64) string {
	switch {
	case v == 0:
		return "0"
	case v < 1:
		return strconv.FormatFloat(math.Max(0.01, v), 'f', 2, 64)
	}
	return short(math.Ceil(v))
}

func size(bytes float64) string {
	for _, unit := range []string{"B", "kB", "MB", "GB"} {
		if bytes < 1000 {
			return short(bytes) + " " + unit
		}
		bytes /= 1000
	}
	return short(bytes) + " TB"
}
