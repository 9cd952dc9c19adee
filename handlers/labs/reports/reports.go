package reports

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// Config is all that the service knows.
type Config struct {
	Issuer   string       // whose tokens are accepted: the app's address
	Keys     string       // where the issuer publishes its keys
	Audience string       // the service's own address: tokens for anyone else are refused
	Client   *http.Client // with a time limit: one request for keys is made at a time
	Now      func() time.Time
}

// Service is the second service. It is safe for concurrent use.
type Service struct {
	config Config
	keys   keyCache
}

// New makes the service. It asks for no keys before it needs one.
func New(c Config) *Service { return &Service{config: c, keys: keyCache{config: c}} }

// Check is one thing that is checked of a request.
type Check string

// The checks, in their order (RFC 8725, sections 3.1, 3.8, 3.9 and 3.11; RFC 9068, section 4). The first that fails
// ends them.
const (
	BearerToken Check = "token"     // a bearer token came (RFC 6750, section 2.1), and is a JWT
	Algorithm   Check = "algorithm" // one of those allowed, and typ says access token
	PublicKey   Check = "key"       // the issuer publishes a key of that id for that algorithm
	Signature   Check = "signature"
	Issuer      Check = "issuer"
	Audience    Check = "audience"
	Dates       Check = "dates" // exp is there and has not come; nbf has
)

// Checks lists the checks in order.
func Checks() []Check {
	return []Check{BearerToken, Algorithm, PublicKey, Signature, Issuer, Audience, Dates}
}

// algorithms are those with a public key. HMAC is not among them: the key that checks would also sign, and the public
// key must not be taken for a secret (RFC 8725, section 2.1).
var algorithms = []jose.SignatureAlgorithm{jose.EdDSA, jose.ES256, jose.RS256}

// Answer is what came of a request. What was not reached is empty.
type Answer struct {
	Status  int    // 200, 401, or 503 where the issuer's keys could not be had
	Failed  Check  // the check that the request did not pass; "" for none
	Asked   int    // requests to the issuer, made for this answer
	Cookie  string // the name of a cookie that came along, which means nothing here
	Service string // the service's own address
	Now     time.Time

	Algorithm, KeyID       string
	Issuer                 string
	Audience               []string
	Expires                time.Time
	UserID, UserName, Role string // only where nothing failed
}

// claims are what the service reads of a token beside the registered claims.
type claims struct {
	Name string `json:"name"`
	Role string `json:"role"`
}

// Check decides about a request by its bearer token and the issuer's keys alone.
func (s *Service) Check(r *http.Request) Answer {
	a := Answer{Status: http.StatusUnauthorized, Service: s.config.Audience, Now: s.config.Now()}
	if cookies := r.Cookies(); len(cookies) > 0 {
		a.Cookie = cookies[0].Name
	}
	scheme, text, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || strings.Count(text, ".") != 2 {
		return a.failed(BearerToken)
	}
	token, err := jwt.ParseSigned(text, algorithms)
	if err != nil {
		a.Algorithm = namedAlgorithm(text)
		return a.failed(Algorithm)
	}
	var registered jwt.Claims
	var own claims
	if token.UnsafeClaimsWithoutVerification(&registered, &own) != nil { // not believed before the signature is checked
		return a.failed(BearerToken)
	}
	head := token.Headers[0]
	a.Algorithm, a.KeyID = head.Algorithm, head.KeyID
	if kind, _ := head.ExtraHeaders[jose.HeaderType].(string); !strings.EqualFold(kind, "at+jwt") {
		return a.failed(Algorithm)
	}
	key, asked, err := s.keys.find(r.Context(), head.KeyID)
	a.Asked = asked
	if err != nil {
		a.Status = http.StatusServiceUnavailable
		return a.failed(PublicKey)
	}
	if key == nil || key.Algorithm != head.Algorithm {
		return a.failed(PublicKey)
	}
	if token.Claims(key.Key) != nil {
		return a.failed(Signature)
	}
	if a.Issuer = registered.Issuer; a.Issuer != s.config.Issuer {
		return a.failed(Issuer)
	}
	if a.Audience = registered.Audience; !registered.Audience.Contains(s.config.Audience) {
		return a.failed(Audience)
	}
	if registered.Expiry == nil {
		return a.failed(Dates)
	}
	a.Expires = registered.Expiry.Time().UTC()
	if !a.Now.Before(a.Expires) || registered.NotBefore != nil && a.Now.Before(registered.NotBefore.Time()) {
		return a.failed(Dates)
	}
	a.Status, a.UserID, a.UserName, a.Role = http.StatusOK, registered.Subject, own.Name, own.Role
	return a
}

func (a Answer) failed(c Check) Answer { a.Failed = c; return a }

// namedAlgorithm is what a token that is not read any further says that it is signed with; "" where it says nothing.
func namedAlgorithm(text string) string {
	var head struct {
		Algorithm string `json:"alg"`
	}
	first, _, _ := strings.Cut(text, ".")
	decoded, err := base64.RawURLEncoding.DecodeString(first)
	if err != nil || json.Unmarshal(decoded, &head) != nil {
		return ""
	}
	return head.Algorithm
}

// ServeHTTP answers every request with the service's page, in the language that the browser asks for.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	lang := "en"
	if strings.HasPrefix(r.Header.Get("Accept-Language"), "ko") {
		lang = "ko"
	}
	s.Check(r).Write(w, lang)
}
