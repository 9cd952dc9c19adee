package handlers

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"twodoors/handlers/auth"
	"twodoors/views"
)

// sent is the request as the server read it, line by line, with every credential masked. shown is the one that
// counts, nil for none.
func (d *door) sent(r *http.Request, shown *auth.Presented) views.Sent {
	line := r.Method + " " + r.RequestURI + " " + r.Proto
	s := views.Sent{Line: line, Bytes: len(line) + 2, Headers: make([]views.Header, 0, len(r.Header)+1)}
	add := func(name string, parts []views.Part) {
		length := 0
		for _, p := range parts {
			length += p.Bytes
		}
		s.Bytes += len(name) + len(": ") + length + len("\r\n")
		s.Headers = append(s.Headers, views.Header{Name: name, Parts: parts})
	}
	add("Host", []views.Part{plain(r.Host)})
	names := make([]string, 0, len(r.Header))
	for name := range r.Header {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for _, value := range r.Header[name] {
			switch name {
			case "Authorization", "Proxy-Authorization":
				add(name, authorizationParts(value))
			case "Cookie":
				add(name, cookieParts(value, shown))
			default:
				add(name, []views.Part{plain(value)})
			}
		}
	}
	s.Bytes += len("\r\n")
	if shown != nil {
		s.Credential, s.CredentialBytes, s.LineBytes = describe(shown, d.Now()), shown.Bytes(), shown.LineBytes()
	}
	if r.Method == http.MethodGet {
		s.Curl = d.curl(r, shown)
	}
	return s
}

func plain(text string) views.Part { return views.Part{Text: text, Bytes: len(text)} }

// mask shows a secret's first and last four characters.
func mask(secret string) string {
	if len(secret) <= 12 {
		return "…"
	}
	return secret[:4] + "…" + secret[len(secret)-4:]
}

func authorizationParts(value string) []views.Part {
	scheme, secret, ok := strings.Cut(value, " ")
	if !ok {
		return []views.Part{{Text: mask(value), Bytes: len(value)}}
	}
	return []views.Part{plain(scheme + " "), {Text: mask(secret), Credential: true, Bytes: len(secret)}}
}

// cookieParts splits a Cookie header. The mode's own credential is marked; every other cookie that may be a
// secret is masked too, since it opens another door.
func cookieParts(value string, shown *auth.Presented) []views.Part {
	parts := make([]views.Part, 0, 3*(strings.Count(value, ";")+1))
	for pair := range strings.SplitSeq(value, ";") {
		if len(parts) > 0 {
			parts = append(parts, plain(";"))
		}
		name, secret, ok := strings.Cut(pair, "=")
		if !ok {
			parts = append(parts, views.Part{Text: mask(pair), Bytes: len(pair)})
			continue
		}
		parts = append(parts, plain(name+"="))
		bare := strings.TrimSpace(name)
		own := shown != nil && shown.Carrier == auth.CarrierCookie && bare == shown.Name
		switch {
		case own:
			parts = append(parts, views.Part{Text: mask(secret), Credential: true, Bytes: len(secret)})
		case strings.HasSuffix(bare, "twodoors-carrier"), strings.HasSuffix(bare, flashCookie):
			parts = append(parts, plain(secret))
		default:
			parts = append(parts, views.Part{Text: mask(secret), Bytes: len(secret)})
		}
	}
	return parts
}

// describe decodes what anyone can read in a credential.
func describe(shown *auth.Presented, now time.Time) *views.Credential {
	v := &views.Credential{
		KindKey: "credential." + shown.Kind, Carrier: string(shown.Carrier), Name: shown.Name, Masked: mask(shown.Value),
		Bytes: shown.Bytes(), Readable: shown.Payload != nil, Issued: shown.IssuedAt, Expires: shown.ExpiresAt,
	}
	if !shown.ExpiresAt.IsZero() {
		v.Left = max(0, shown.ExpiresAt.Sub(now))
	}
	switch {
	case shown.Payload != nil && shown.Header == nil: // of a cookie that is the session itself
		v.Parts = []views.TokenPart{{NameKey: "token.content", Bytes: shown.BodyBytes, Claims: claimsOf(shown.Payload)}}
	case shown.Payload != nil:
		v.Parts = []views.TokenPart{
			{NameKey: "token.header", Bytes: shown.HeaderBytes, Claims: claimsOf(shown.Header)},
			{NameKey: "token.payload", Bytes: shown.BodyBytes, Claims: claimsOf(shown.Payload)},
		}
	}
	return v
}

// claimMeanings are the messages that explain the claims we issue; a token may carry others.
var claimMeanings = map[string]string{
	"iss": "claim.iss", "aud": "claim.aud", "db": "claim.db", "sub": "claim.sub", "jti": "claim.jti", "sid": "claim.sid", "exp": "claim.exp", "iat": "claim.iat",
	"auth_time": "claim.auth_time", "since": "claim.since", "expires": "claim.expires", "name": "claim.name", "role": "claim.role", "ver": "claim.ver",
	"typ": "claim.typ", "alg": "claim.alg", "kid": "claim.kid", "scope": "claim.scope", "user": "claim.user", "device": "claim.device", "remember": "claim.remember",
}

// claimsOf lists the members of a token's part in the order in which they stand there.
func claimsOf(members []auth.Member) []views.Claim {
	list := make([]views.Claim, len(members))
	for i, m := range members {
		list[i] = views.Claim{Name: m.Name, Value: m.Raw, Meaning: claimMeanings[m.Name]}
		switch m.Name {
		case "exp", "iat", "auth_time", "since", "expires":
			if at, ok := m.Unix(); ok {
				list[i].Time = at.UTC()
			}
		}
	}
	return list
}

// curl is the command that sends the same request from a shell. The credential stands as a variable.
func (d *door) curl(r *http.Request, shown *auth.Presented) string {
	command := "curl --include " + shellQuote(d.issuer()+r.RequestURI)
	if shown == nil {
		return command
	}
	if shown.Carrier == auth.CarrierHeader {
		return command + ` --header "Authorization: ` + shown.Scheme + ` $CREDENTIAL"`
	}
	return command + ` --header "Cookie: ` + shown.Name + `=$CREDENTIAL"`
}

// shellQuote makes one word of text for a POSIX shell, whatever is in it.
func shellQuote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
