package labs

import (
	"fmt"
	"strings"
)

// Source is a document behind a statement: where it is taught, specified, or advised about.
type Source struct {
	Name    Words  // as it is cited, with the section or requirement
	Address string // https
}

// rfcTitles are short titles of the RFCs that are cited.
var rfcTitles = map[int]string{
	4648: "Base64", 6265: "Cookies", 6749: "OAuth 2.0", 6750: "Bearer tokens", 6819: "OAuth 2.0 threat model", 7009: "Token revocation",
	7515: "JWS", 7516: "JWE", 7517: "JWK", 7518: "JWA", 7519: "JWT", 7617: "Basic authentication", 7662: "Token introspection",
	8037: "EdDSA for JOSE", 8246: "Cache-Control: immutable", 8705: "OAuth 2.0 mutual TLS", 8725: "JWT best current practices",
	9068: "JWT access tokens", 9110: "HTTP semantics", 9449: "DPoP", 9700: "OAuth 2.0 security best current practice",
	10017: "OAuth 2.0 for browser-based applications",
}

// rfc cites a section of an RFC.
func rfc(number int, section string) Source {
	title, found := rfcTitles[number]
	if !found {
		panic(fmt.Sprintf("RFC %d has no title here", number))
	}
	return Source{
		Words{fmt.Sprintf("RFC %d (%s), section %s", number, title, section), fmt.Sprintf("RFC %d (%s) %s절", number, title, section)},
		fmt.Sprintf("https://www.rfc-editor.org/rfc/rfc%d.html#section-%s", number, section),
	}
}

// asvsChapters are the files of the chapters of ASVS 5.0 that are cited.
var asvsChapters = map[string]string{
	"3": "0x12-V3-Web-Frontend-Security", "7": "0x16-V7-Session-Management", "8": "0x17-V8-Authorization",
	"9": "0x18-V9-Self-contained-Tokens", "10": "0x19-V10-OAuth-and-OIDC", "11": "0x20-V11-Cryptography", "12": "0x21-V12-Secure-Communication", "14": "0x23-V14-Data-Protection",
}

// asvs cites a requirement of the OWASP Application Security Verification Standard 5.0.
func asvs(requirement string) Source {
	number, _, _ := strings.Cut(requirement, ".")
	chapter, found := asvsChapters[number]
	if !found {
		panic(fmt.Sprintf("ASVS %s is of no chapter here", requirement))
	}
	return manual("OWASP ASVS 5.0, "+requirement, "https://github.com/OWASP/ASVS/blob/v5.0.0_release/5.0/en/"+chapter+".md")
}

// cheatSheet cites a section of an OWASP cheat sheet, by its anchor; "" for the whole.
func cheatSheet(title, anchor string) Source {
	address := "https://cheatsheetseries.owasp.org/cheatsheets/" + strings.ReplaceAll(title, " ", "_") + "_Cheat_Sheet.html"
	if anchor != "" {
		address += "#" + anchor
	}
	return Source{Say("OWASP "+title+" Cheat Sheet", "OWASP "+title+" 치트 시트"), address}
}

// cookiesBis cites the draft that replaces RFC 6265.
func cookiesBis(section string) Source {
	return Source{
		Say("RFC 6265bis (Cookies, draft), section "+section, "RFC 6265bis (Cookies, 초안) "+section+"절"),
		"https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-" + section,
	}
}

// manual cites the documentation of a product: its name is the same in every language.
func manual(name, address string) Source { return Source{Say(name, name), address} }

// documentation that several statements cite.
func django(name, page string) Source {
	return manual("Django: "+name, "https://docs.djangoproject.com/en/stable/"+page)
}

func simpleJWT(name, page string) Source {
	return manual("Simple JWT: "+name, "https://django-rest-framework-simplejwt.readthedocs.io/en/latest/"+page)
}

func drfToken() Source {
	return manual("Django REST Framework: TokenAuthentication", "https://www.django-rest-framework.org/api-guide/authentication/#tokenauthentication")
}

func knox() Source {
	return manual("django-rest-knox", "https://jazzband.github.io/django-rest-knox/")
}

func twelveFactor(name, page string) Source {
	return manual("The Twelve-Factor App: "+name, "https://12factor.net/"+page)
}
