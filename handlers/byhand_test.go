package handlers_test

import (
	"net/http"
	"net/url"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"twodoors/handlers/handlerstest"
	"twodoors/models/modelstest"
)

// TestByHand: the commands beside a run, pasted into a shell, get of this server the answers that the run got in its
// world, as far as no clock has to be moved: a copied jar stays a copy, a cookie that was dropped is not sent.
func TestByHand(t *testing.T) {
	for _, tool := range []string{"curl", "awk"} {
		if _, err := exec.LookPath(tool); err != nil {
			modelstest.Missing(t, tool+" is not installed: skipped (Debian: apt-get install "+tool+")")
		}
	}
	base := handlerstest.Serve(t, handlerstest.WithLabs()).Base
	for claim, want := range map[string]string{
		"logout-ends-session": "303 200 303 401",
		"logout-cookie-store": "303 303 200 200", // the last but for the clock
		"delete-cookie":       "303 401 200",
		"scoped-token":        "200 201 201 200 403 403 201",
		"jwt-tamper":          "200 401", // a changed one, and a changed one again
		"database-leak":       "303 200 200 401 401 400 200 200 401 200",
		"refresh-same-form":   "200 401",
	} {
		t.Run(claim, func(t *testing.T) {
			_, doc, _ := page(t, &http.Client{}, base+"/claims/"+claim, url.Values{})
			command := exec.CommandContext(t.Context(), "sh")
			command.Dir, command.Stdin = t.TempDir(), strings.NewReader(doc.Find("[data-curl]").Text())
			out, err := command.Output()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			var got []string
			for _, status := range regexp.MustCompile(`(?m)^HTTP/1\.1 (\d+)`).FindAllStringSubmatch(string(out), -1) {
				got = append(got, status[1])
			}
			if strings.Join(got, " ") != want {
				t.Errorf("by hand: %v, want %s\n%s", got, want, doc.Find("[data-curl]").Text())
			}
		})
	}
}
