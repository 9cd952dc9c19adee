package auth_test

import (
	"strings"
	"testing"
	"time"

	"twodoors/handlers/auth"
)

// claimNames are all that a token of ours has.
var claimNames = []string{"iss", "aud", "sub", "jti", "sid", "name", "role", "ver", "auth_time", "iat", "exp"}

func TestEachClaimIsRequired(t *testing.T) {
	f := newForge(t, "EdDSA")
	for _, name := range claimNames {
		for what, value := range map[string]string{"missing": "", "null": "null", "an object": "{}", "a list": "[]", "true": "true"} {
			if got := f.accepts(f.token(f.header(), f.payload(name, value))); got != auth.ReasonMalformed {
				t.Errorf("%s %s: reason %q, want %q", name, what, got, auth.ReasonMalformed)
			}
		}
	}
}

// TestClaimNames: two readers of one token must not read different things out of it.
func TestClaimNames(t *testing.T) {
	f := newForge(t, "EdDSA")
	for _, name := range claimNames {
		folded := strings.ToUpper(name[:1]) + name[1:]
		genuine := f.payload()
		_, rest, _ := strings.Cut(genuine, quote(name)+":")
		value := rest[:strings.IndexAny(rest, ",}")]
		for what, payload := range map[string]string{
			"twice":                  strings.Replace(genuine, "{", "{"+quote(name)+":"+value+",", 1),
			"twice, the other last":  strings.TrimSuffix(genuine, "}") + "," + quote(name) + `:"x"}`,
			"in capitals":            strings.Replace(genuine, quote(name), quote(strings.ToUpper(name)), 1),
			"folded beside it":       strings.TrimSuffix(genuine, "}") + "," + quote(folded) + ":" + value + "}",
			"escaped, a second time": strings.TrimSuffix(genuine, "}") + `,"\u00` + twoDigits(name[0]) + name[1:] + `":` + value + "}",
		} {
			if got := f.accepts(f.token(f.header(), payload)); got != auth.ReasonMalformed {
				t.Errorf("%s %s: reason %q, want %q", name, what, got, auth.ReasonMalformed)
			}
		}
	}
}

func twoDigits(b byte) string {
	const digits = "0123456789abcdef"
	return string([]byte{digits[b>>4], digits[b&15]})
}

func TestClaimValues(t *testing.T) {
	f := newForge(t, "EdDSA")
	at := func(d time.Duration) string { return number(start.Add(d)) }
	for name, c := range map[string]struct {
		changes []string
		want    auth.Reason
	}{
		"exp a string":             {[]string{"exp", `"` + at(time.Hour) + `"`}, auth.ReasonMalformed},
		"exp a fraction":           {[]string{"exp", at(time.Hour) + ".5"}, auth.ReasonMalformed},
		"exp with an exponent":     {[]string{"exp", "1e300"}, auth.ReasonMalformed},
		"exp out of range":         {[]string{"exp", "99999999999999999999"}, auth.ReasonMalformed},
		"exp zero":                 {[]string{"exp", "0"}, auth.ReasonExpired},
		"exp negative":             {[]string{"exp", "-1"}, auth.ReasonExpired},
		"iat a string":             {[]string{"iat", `"` + at(0) + `"`}, auth.ReasonMalformed},
		"iat to come":              {[]string{"iat", at(time.Minute), "exp", at(time.Hour)}, auth.ReasonNotYet},
		"iat within the leeway":    {[]string{"iat", at(auth.Leeway)}, ""},
		"iat past the leeway":      {[]string{"iat", at(auth.Leeway + time.Second)}, auth.ReasonNotYet},
		"iss of another":           {[]string{"iss", `"http://localhost:8081"`}, auth.ReasonWrongIssuer},
		"iss with a slash":         {[]string{"iss", quote(issuer + "/")}, auth.ReasonWrongIssuer},
		"iss empty":                {[]string{"iss", `""`}, auth.ReasonMalformed},
		"aud of another":           {[]string{"aud", `"http://localhost:8081"`}, auth.ReasonWrongIssuer},
		"aud a list":               {[]string{"aud", "[" + quote(issuer) + "]"}, auth.ReasonMalformed},
		"aud empty":                {[]string{"aud", `""`}, auth.ReasonMalformed},
		"of another and expired":   {[]string{"iss", `"x"`, "exp", at(-time.Hour)}, auth.ReasonWrongIssuer},
		"iss empty and expired":    {[]string{"iss", `""`, "exp", at(-time.Hour)}, auth.ReasonMalformed},
		"sub a number":             {[]string{"sub", "7"}, auth.ReasonMalformed},
		"sub zero":                 {[]string{"sub", `"0"`}, auth.ReasonMalformed},
		"sub negative":             {[]string{"sub", `"-7"`}, auth.ReasonMalformed},
		"sub with a sign":          {[]string{"sub", `"+7"`}, auth.ReasonMalformed},
		"sub with a zero":          {[]string{"sub", `"07"`}, auth.ReasonMalformed},
		"sub with a space":         {[]string{"sub", `" 7"`}, auth.ReasonMalformed},
		"sub of other digits":      {[]string{"sub", `"７"`}, auth.ReasonMalformed},
		"sub out of range":         {[]string{"sub", `"9223372036854775808"`}, auth.ReasonMalformed},
		"sid empty":                {[]string{"sid", `""`}, auth.ReasonMalformed},
		"jti empty":                {[]string{"jti", `""`}, auth.ReasonMalformed},
		"role empty":               {[]string{"role", `""`}, auth.ReasonMalformed},
		"ver a fraction":           {[]string{"ver", "1.5"}, auth.ReasonMalformed},
		"auth_time a string":       {[]string{"auth_time", `"` + at(0) + `"`}, auth.ReasonMalformed},
		"a second object in extra": {[]string{"extra", `{"sub":"8","sub":"9"}`}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := f.accepts(f.token(f.header(), f.payload(c.changes...))); got != c.want {
				t.Errorf("reason %q, want %q", got, c.want)
			}
		})
	}
}

// TestLife: a token works until exp and the leeway, and not a second longer.
func TestLife(t *testing.T) {
	f := newForge(t, "EdDSA")
	token := f.token(f.header(), f.payload())
	for _, c := range []struct {
		after time.Duration
		want  auth.Reason
	}{
		{-auth.Leeway - time.Second, auth.ReasonNotYet},
		{-auth.Leeway, ""},
		{0, ""},
		{15 * time.Minute, ""},
		{15*time.Minute + auth.Leeway - time.Nanosecond, ""},
		{15*time.Minute + auth.Leeway, auth.ReasonExpired},
		{15*time.Minute + auth.Leeway + time.Second, auth.ReasonExpired},
		{1000 * 24 * time.Hour, auth.ReasonExpired},
	} {
		f.clock = start.Add(c.after)
		if got := f.accepts(token); got != c.want {
			t.Errorf("after %v: reason %q, want %q", c.after, got, c.want)
		}
	}
	if auth.Leeway > 30*time.Second {
		t.Errorf("a leeway of %v", auth.Leeway)
	}
}
