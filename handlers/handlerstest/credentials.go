package handlerstest

import (
	"strings"
)

// ShownPart is a piece of twelve characters of the secret that stands in the text, "" where there is none.
func ShownPart(text, secret string) string {
	const piece = 12
	for i := 0; i+piece <= len(secret); i++ {
		if strings.Contains(text, secret[i:i+piece]) {
			return secret[i : i+piece]
		}
	}
	return ""
}

// CredentialCookie is the name of the cookie that carries a way's credential.
func CredentialCookie(w Way) string {
	switch w.Mode {
	case "jwt":
		return "twodoors-access"
	case "cookie":
		return "twodoors-content"
	}
	return "twodoors-" + w.Mode
}

// Credential is what the client presents.
func Credential(c *Client, w Way) string {
	if w.Carrier == "header" {
		return c.Bearer
	}
	return c.Cookie("/", CredentialCookie(w))
}

// Flip changes one character for another one that may stand there.
func Flip(s string, at int) string {
	with := byte('A')
	if s[at] == 'A' {
		with = 'B'
	}
	return s[:at] + string(with) + s[at+1:]
}

// Garbage makes values that look a little like the genuine one.
func Garbage(genuine string) map[string]string {
	list := map[string]string{
		"empty": "", "one character": "x", "5 KB": strings.Repeat("A", 5000), "NUL": genuine[:5] + "\x00" + genuine[6:],
		"genuine and NUL": genuine + "\x00", "not ASCII": "쿠키\xff\xfe", "dots": "...", "two dots": "..", "bars": "|||", "quotes": `"` + genuine,
		"twice in one": genuine + genuine, "white space": genuine[:8] + " " + genuine[8:], "null": "null", "percent": "%00%ff",
		"base64 of nothing": "====", "upper case": strings.ToUpper(genuine),
	}
	for name, at := range map[string]int{"first": 0, "second": 1, "quarter": len(genuine) / 4, "half": len(genuine) / 2, "late": len(genuine) - 6} {
		list["flipped "+name] = Flip(genuine, at)
		list["cut "+name] = genuine[:at]
	}
	list["cut by one"] = genuine[:len(genuine)-1]
	return list
}
