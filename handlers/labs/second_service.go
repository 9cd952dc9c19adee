package labs

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"

	"twodoors/handlers/labs/reports"
)

// reportsAt is the address of the second service.
const reportsAt = "https://reports.example"

// secondService is Reports beside an environment's app. It is given the address of the app's keys, and no part of the environment.
type secondService struct {
	*reports.Service
	environment *Environment
	lookups     int // at the app, caused by the service's own requests there
}

// SecondService starts Reports.
func (w *Environment) SecondService() *secondService {
	s := &secondService{environment: w}
	s.Service = reports.New(reports.Config{
		Issuer: w.settings.BaseURL, Keys: w.settings.BaseURL + "/.well-known/jwks.json", Audience: reportsAt,
		Client: &http.Client{Transport: s}, Now: w.Clock.Now,
	})
	return s
}

// RoundTrip is the service's way to the app: its requests are those of a client without any credential.
func (s *secondService) RoundTrip(r *http.Request) (*http.Response, error) {
	a := s.environment.Client(Reports).Send(r.Method, r.URL.RequestURI(), "", "")
	s.lookups += a.Auth() + a.Data()
	return &http.Response{
		StatusCode: a.Status, Status: fmt.Sprintf("%d %s", a.Status, http.StatusText(a.Status)), Header: a.Header, Body: io.NopCloser(bytes.NewReader(a.Body)), Request: r,
	}, nil
}

// Shown opens the service's page with one header line, and keeps the exchange.
func (s *secondService) Shown(name, value string) reports.Answer {
	raw := fmt.Appendf(nil, "GET / HTTP/1.1\r\nHost: reports.example\r\nUser-Agent: %s\r\n%s: %s\r\n\r\n", Owner.agent(), name, value)
	in, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(raw)))
	must(err)
	answer := s.Check(in.WithContext(s.environment.play.ctx))
	out := newWriter()
	answer.Write(out, "en")
	s.environment.play.current().add(Exchange{
		Actor: Owner, Environment: s.environment.number, At: s.environment.Clock.Now(), Method: http.MethodGet, Target: reportsAt + "/", Request: raw,
		Status: answer.Status, Response: out.bytes(in),
	})
	return answer
}

// ShownToken opens the page with a bearer token.
func (s *secondService) ShownToken(token string) reports.Answer {
	return s.Shown("Authorization", "Bearer "+token)
}

// TokenFor is an access token like one of the app's own that is made for another service. An authorization server
// issues it when a client names the service (RFC 8707); the app has no route for that, so it is signed here.
func (w *Environment) TokenFor(audience, access string) string {
	payload := Payload(access)
	payload["aud"] = audience
	return w.SignClaims(payload)
}
