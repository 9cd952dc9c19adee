package views_test

import (
	"testing"

	"twodoors/views"
)

func TestBenchmarkPage(t *testing.T) {
	for _, language := range []string{"en", "ko"} {
		b := views.Benchmark{
			Msg: mustCatalogue(t).Match(language, ""), Version: "v1", System: "linux", Cores: 2, Connections: 32, Rounds: 5, Requests: 1000,
			Rows: []views.BenchRow{
				{Kind: "limit", Ratio: 1, Low: 1, High: 1, PerSecond: 20000, P50: 1, P99: 3, CPU: 20},
				{Kind: "home", Door: views.DoorSession, Database: "sqlite", Store: "database", Carrier: "cookie", Ratio: .5, Low: .4, High: .6, PerSecond: 10000, P50: 2, P99: 9, CPU: 44, Lookups: 1},
				{Kind: "me", Door: views.DoorJWT, Level: "user", Algorithm: "EdDSA", Carrier: "header", Cache: true, Database: "postgres", Unfolded: true, Ratio: .3, Low: .3, High: .3, Lookups: 1, Sessions: 1000},
			},
			Starts: []views.BenchStart{{Name: "sqlite", First: 50, Idle: 29, Loaded: 40}},
			Growth: []views.BenchGrown{{Database: "postgres", Sessions: 1000000, Lookup: 120, Megabyte: 190}},
			Left:   []string{"redis"},
		}
		doc := parse(t, views.BenchmarkPage(b))
		if got := doc.Find("svg").Length(); got != 3 {
			t.Errorf("%s: %d charts", language, got)
		}
		if got := doc.Find("svg").First().Find("rect").Length(); got != len(b.Rows) {
			t.Errorf("%s: %d bars", language, got)
		}
		if got := doc.Find("table").First().Find("tbody tr").Length(); got != len(b.Rows) {
			t.Errorf("%s: %d rows", language, got)
		}
		if got := doc.Find("script, link, img").Length(); got != 0 {
			t.Errorf("%s: the page needs %d things beside itself", language, got)
		}
		b.Failed = 3
		if parse(t, views.BenchmarkPage(b)).Find("[role=alert]").Length() != 1 {
			t.Errorf("%s: failures are not said", language)
		}
	}
}
