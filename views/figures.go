package views

import (
	"strings"

	"github.com/a-h/templ"
)

// bandID is where links point into a door's record, e.g. "jwt-state".
func bandID(d Door, band string) string { return string(d) + "-" + band }

// band is a band's name, which is the same at each door.
func (m *Messages) band(door Door, band string) templ.Component {
	return m.fixed(fixedKey{part: "band", a: string(door), b: band}, func() templ.Component { return bandName(m, door, band) })
}

// dataNote says what the page itself needed, beside what it took to know who is asking.
func dataNote(p *Panel) Note {
	if p.Data == 0 {
		return Note{Key: "panel.data.none"}
	}
	return Note{Key: "panel.data", Args: counted(p.Data)}
}

// figures are what scripts and tests read off a panel, beside its class.
func (p *Panel) figures() templ.OrderedAttributes {
	class := "panel " + doorClass(p.Door)
	if p.Folded {
		class += " folded"
	}
	list := templ.OrderedAttributes{
		{Key: "class", Value: class},
		{Key: "data-door", Value: string(p.Door)},
		{Key: "data-status", Value: itoa(p.Status)},
		{Key: "data-auth", Value: itoa(p.Auth)},
		{Key: "data-data", Value: itoa(p.Data)},
		{Key: "data-display", Value: itoa(p.Display)},
		{Key: "data-total-us", Value: micros(p.Total)},
		{Key: "data-auth-us", Value: micros(p.AuthTime)},
		{Key: "data-data-us", Value: micros(p.DataTime)},
	}
	if !p.Folded { // a folded panel reads none of these
		list = append(list, templ.OrderedAttributes{
			{Key: "data-sent-bytes", Value: itoa(p.Sent.Bytes)},
			{Key: "data-credential-bytes", Value: itoa(p.Sent.CredentialBytes)},
			{Key: "data-line-bytes", Value: itoa(p.Sent.LineBytes)},
			{Key: "data-server-bytes", Value: itoa(p.State.ServerBytes)},
			{Key: "data-client-bytes", Value: itoa(p.State.ClientBytes)},
			{Key: "data-copy-seconds", Value: seconds(p.State.ReplayWindow)},
		}...)
	}
	if p.Node != "" {
		list = append(list, templ.KeyValue[string, any]{Key: "data-node", Value: p.Node})
	}
	return list
}

// took says what came back and after how long.
func (p *Panel) took(m *Messages) string { return itoa(p.Status) + " · " + m.Millis(p.Total) }

// carries is whether a part of the header is a credential.
func (h *Header) carries() bool {
	for _, p := range h.Parts {
		if p.Credential {
			return true
		}
	}
	return false
}

// others counts the headers that carry no credential.
func (s *Sent) others() int {
	n := 0
	for i := range s.Headers {
		if !s.Headers[i].carries() {
			n++
		}
	}
	return n
}

// toolbox is which buttons stand under a request.
type toolbox struct {
	curl, credential bool
	reveal           string // the address that tells the whole credential, "" where none does
}

func (p *Panel) tools() toolbox {
	return toolbox{curl: p.Sent.Curl != "", credential: p.Sent.Credential != nil, reveal: p.RevealURL}
}

// key tells one toolbox from another: the addresses that reveal are one for each door.
func (t toolbox) key() fixedKey {
	key := fixedKey{part: "tools", a: t.reveal, first: t.curl}
	if t.credential {
		key.b = "credential"
	}
	return key
}

// glance is what catches the eye of anyone who decodes the token: who, in which role.
func (c *Credential) glance() string {
	var found []string
	for _, part := range c.Parts {
		for _, claim := range part.Claims {
			switch claim.Name {
			case "sub", "user", "name", "role":
				found = append(found, claim.Name+" "+strings.Trim(claim.Value, `"`))
			}
		}
	}
	return strings.Join(found, " · ")
}

// meaning explains a claim; a token may carry one that no catalogue knows.
func meaning(m *Messages, c Claim) templ.Component {
	if said, ok := m.said[c.Meaning]; ok {
		return said
	}
	return m.say("claim.other")
}
