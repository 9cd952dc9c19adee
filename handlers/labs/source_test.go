package labs_test

import (
	"net/url"
	"regexp"
	"testing"
)

// TestSources: every statement names where it is taught or specified, each source once, with an address that fits
// what is cited.
func TestSources(t *testing.T) {
	section := regexp.MustCompile(`^RFC (\d+) .*section ([0-9.]+)$`)
	for _, c := range newEngine().Statements() {
		if len(c.Sources) == 0 {
			t.Errorf("%s names no source", c.ID)
		}
		seen := map[string]bool{}
		for _, s := range c.Sources {
			if s.Name.EN == "" || s.Name.KO == "" || seen[s.Name.EN] {
				t.Errorf("%s: %+v is empty or there twice", c.ID, s)
			}
			seen[s.Name.EN] = true
			at, err := url.Parse(s.Address)
			if err != nil || at.Scheme != "https" || at.Host == "" {
				t.Errorf("%s: the address of %s is %q", c.ID, s.Name.EN, s.Address)
				continue
			}
			if cited := section.FindStringSubmatch(s.Name.EN); cited != nil && (at.Path != "/rfc/rfc"+cited[1]+".html" || at.Fragment != "section-"+cited[2]) {
				t.Errorf("%s: %s is said to be at %s", c.ID, s.Name.EN, s.Address)
			}
		}
	}
}
