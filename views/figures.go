package views

import (
	"strings"

	"github.com/a-h/templ"
)

// bandID is where links point into a door's record, e.g. "jwt-state".
func bandID(d Door, band string) string { return string(d) + "-" + band }

// attributes are the panel's figures for the script of the compare page.
func (p Panel) attributes() templ.Attributes {
	copyLife := int(p.State.CopyLife.Seconds())
	return templ.Attributes{
		"data-door":             string(p.Door),
		"data-status":           itoa(p.Status),
		"data-auth":             itoa(p.Auth),
		"data-data":             itoa(p.Data),
		"data-display":          itoa(p.Display),
		"data-total-us":         micros(p.Total),
		"data-auth-us":          micros(p.AuthTime),
		"data-data-us":          micros(p.DataTime),
		"data-sent-bytes":       itoa(p.Sent.Bytes),
		"data-credential-bytes": itoa(p.Sent.CredentialBytes),
		"data-server-bytes":     itoa(p.State.ServerBytes),
		"data-client-bytes":     itoa(p.State.ClientBytes),
		"data-copy-seconds":     itoa(copyLife),
	}
}

// dataSentence says what the page itself needed, beside what it took to know who is asking.
func dataSentence(m *Messages, p Panel) string {
	if p.Data == 0 {
		return m.T("panel.data.none")
	}
	return m.F("panel.data", counted(p.Data))
}

// carries is whether a part of the header is a credential.
func (h Header) carries() bool {
	for _, p := range h.Parts {
		if p.Credential {
			return true
		}
	}
	return false
}

// others counts the headers that carry no credential.
func (s Sent) others() int {
	n := 0
	for _, h := range s.Headers {
		if !h.carries() {
			n++
		}
	}
	return n
}

// glance is what catches the eye of anyone who decodes the token: who, in which role.
func (c *Credential) glance() string {
	var found []string
	for _, part := range c.Parts {
		for _, claim := range part.Claims {
			switch claim.Name {
			case "sub", "name", "role":
				found = append(found, claim.Name+" "+strings.Trim(claim.Value, `"`))
			}
		}
	}
	return strings.Join(found, " · ")
}
