package main

import (
	"bytes"
	"context"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// outcome is what a run left.
type outcome struct {
	code        int
	out, errors string
}

// invoke runs the program to its end, in a folder of its own.
func invoke(t *testing.T, stdin string, args ...string) outcome {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(t.Context(), args, strings.NewReader(stdin), &out, &errs)
	return outcome{code, out.String(), errs.String()}
}

func TestBadValuesStopTheStartWithOneLine(t *testing.T) {
	t.Chdir(t.TempDir())
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"address without port":          {[]string{"--addr", "localhost"}, "--addr"},
		"port too large":                {[]string{"--addr", "127.0.0.1:70000"}, "the port is a number"},
		"port by name":                  {[]string{"--addr", "127.0.0.1:http"}, "the port is a number"},
		"port in use":                   {[]string{"--addr", taken.Addr().String()}, "address already in use"},
		"address of another machine":    {[]string{"--addr", "192.0.2.1:0"}, "--addr 192.0.2.1:0"},
		"a cookie for 401 days":         {[]string{"--remember", "9624h"}, "400 days"},
		"a refresh token for 401 days":  {[]string{"--refresh-ttl", "9624h"}, "400 days"},
		"a life beyond all numbers":     {[]string{"--session-max", "9999999999h"}, "--session-max"},
		"a grace longer than the token": {[]string{"--refresh-grace", "337h"}, "--refresh-grace"},
		"base URL without scheme":       {[]string{"--base-url", "localhost:8080"}, "--base-url"},
		"base URL of another scheme":    {[]string{"--base-url", "ftp://localhost"}, "--base-url"},
		"base URL without host":         {[]string{"--base-url", "http://"}, "--base-url"},
		"base URL with a path":          {[]string{"--base-url", "https://example.org/doors"}, "only scheme, host and port"},
		"base URL with a query":         {[]string{"--base-url", "https://example.org/?a=b"}, "only scheme, host and port"},
		"base URL with a password":      {[]string{"--base-url", "https://u:secret-word@example.org"}, "only scheme, host and port"},
		"base URL with a port too high": {[]string{"--base-url", "https://example.org:65536"}, "--base-url"},
		"base URL with a zone":          {[]string{"--base-url", "http://[fe80::1%25eth0]:8080"}, "--base-url"},
		"base URL with a space":         {[]string{"--base-url", "http://my host"}, "--base-url"},
		"base URL with a fragment":      {[]string{"--base-url", "https://example.org/#a"}, "only scheme, host and port"},
		"base URL that is no address":   {[]string{"--base-url", "http://256.0.0.1"}, "--base-url"},
		"base URL with a bad port":      {[]string{"--base-url", "https://example.org:0"}, "the port is a number"},
		"plain http on a LAN":           {[]string{"--base-url", "http://192.168.1.20:8080"}, "--insecure-lan"},
		"plain http beyond the LAN":     {[]string{"--base-url", "http://localhost.example.org"}, "--insecure-lan"},
		"database without a scheme":     {[]string{"--database", "twodoors.db"}, "--database"},
		"database of another kind":      {[]string{"--database", "mysql://u:secret-word@h/d"}, `unknown scheme "mysql"`},
		"database without a file":       {[]string{"--database", "sqlite:"}, "--database"},
		"no node":                       {[]string{"--nodes", "0"}, "--nodes 0"},
		"too many nodes":                {[]string{"--nodes", "10"}, "from 1 to 9"},
		"node of a bad name":            {[]string{"--node-name", "a b"}, "--node-name"},
		"drain without end":             {[]string{"--drain", "6s"}, "--drain 6s"},
		"database that is a folder":     {[]string{"--database", "sqlite:" + t.TempDir()}, "database"},
		"database that is away":         {[]string{"--database", "postgres://u:secret-word@127.0.0.1:1/d?sslmode=disable"}, "database"},
		"unknown session store":         {[]string{"--session-store", "memcached://:secret-word@h"}, "known: database"},
		"Redis without a host":          {[]string{"--session-store", "redis://:secret-word@/0"}, "--session-store: redis: the URL cannot be read"},
		"Redis that is away":            {[]string{"--session-store", "redis://:secret-word@127.0.0.1:1/0"}, "--session-store: redis: dial tcp 127.0.0.1:1"},
		"keys folder that is a file":    {[]string{"--keys", file}, file},
		"certificate without key":       {[]string{"--tls-cert", file}, "one needs the other"},
		"key without certificate":       {[]string{"--tls-key", file}, "one needs the other"},
		"two certificates":              {[]string{"--tls-cert", file, "--tls-key", file, "--tls-self-signed"}, "there is a certificate already"},
		"certificate that is away":      {[]string{"--tls-cert", file + "-gone", "--tls-key", file}, "--tls-cert " + file + "-gone: no such file"},
		"certificate that is none":      {[]string{"--tls-cert", file, "--tls-key", file}, "--tls-cert " + file},
		"plain base URL with TLS":       {[]string{"--tls-self-signed", "--base-url", "http://localhost:8080"}, "has to begin with https://"},
		"plain LAN with TLS":            {[]string{"--tls-self-signed", "--insecure-lan"}, "--insecure-lan"},
		"rotating without keys":         {[]string{"keys", "rotate"}, "no such file"},
		"listing without keys":          {[]string{"keys", "list"}, "no such file"},
		"settling backwards":            {[]string{"keys", "rotate", "--settle=-1s"}, "--settle"},
		"unknown level":                 {[]string{"--jwt-level", "paranoid"}, `--jwt-level: unknown level "paranoid"`},
		"unknown algorithm":             {[]string{"--jwt-alg", "none"}, `--jwt-alg: unknown algorithm "none"`},
		"not a time":                    {[]string{"--session-idle", "soon"}, "--session-idle"},
		"negative idle":                 {[]string{"--session-idle=-1m"}, "--session-idle -1m0s: must be 1s or more"},
		"zero max":                      {[]string{"--session-max", "0s"}, "--session-max 0s: must be 1s or more"},
		"zero remember":                 {[]string{"--remember", "0s"}, "--remember 0s: must be 1s or more"},
		"zero access":                   {[]string{"--access-ttl", "0s"}, "--access-ttl 0s: must be 1s or more"},
		"zero refresh":                  {[]string{"--refresh-ttl", "0s"}, "--refresh-ttl 0s: must be 1s or more"},
		"negative grace":                {[]string{"--refresh-grace=-1s"}, "--refresh-grace -1s: must be 0s or more"},
		"idle longer than max":          {[]string{"--session-idle", "9h"}, "must not be longer than --session-max"},
		"access longer than refresh":    {[]string{"--access-ttl", "400h"}, "must not be longer than --refresh-ttl"},
		"proxy that is no network":      {[]string{"--trust-proxy", "10.0.0.0/8,proxy"}, `--trust-proxy "proxy"`},
		"demo neither on nor off":       {[]string{"--demo", "maybe"}, "--demo"},
		"sign-up neither on nor off":    {[]string{"--signup", "maybe"}, "--signup"},
		"unknown form of the log":       {[]string{"--log-format", "xml"}, "--log-format"},
		"unknown flag":                  {[]string{"--adr", "x"}, "--adr"},
		"unknown command":               {[]string{"server"}, "server"},
		"user without a name":           {[]string{"user", "add"}, "<name>"},
		"health check without a port":   {[]string{"healthcheck", "--addr", "127.0.0.1:0"}, "--addr"},
		"health check of nobody":        {[]string{"healthcheck", "--addr", "127.0.0.1:1"}, "unhealthy"},
	} {
		t.Run(name, func(t *testing.T) {
			// What a case does not set cannot do harm: a port that is free, a database in memory, keys of its own.
			args := append([]string{"--addr=127.0.0.1:0", "--database=sqlite::memory:", "--keys=" + filepath.Join(t.TempDir(), "keys")}, test.args...)
			got := invoke(t, "", args...)
			if got.code != 1 || got.out != "" {
				t.Fatalf("code %d, stdout %q: want 1 and nothing", got.code, got.out)
			}
			if !strings.HasPrefix(got.errors, "twodoors: ") || strings.Count(got.errors, "\n") != 1 {
				t.Errorf("stderr is not one line: %q", got.errors)
			}
			if !strings.Contains(got.errors, test.want) {
				t.Errorf("stderr %q does not say %q", got.errors, test.want)
			}
			if strings.Contains(got.errors, "secret-word") {
				t.Errorf("stderr shows a password: %q", got.errors)
			}
		})
	}
}

func TestEnvironmentTwins(t *testing.T) {
	for variable, test := range map[string]struct{ value, want string }{
		"TWODOORS_ADDR":            {"here", `--addr "here"`},
		"TWODOORS_BASE_URL":        {"here", `--base-url "here"`},
		"TWODOORS_INSECURE_LAN":    {"perhaps", "--insecure-lan"},
		"TWODOORS_DATABASE":        {"oracle:x", "--database"},
		"TWODOORS_SESSION_STORE":   {"x", "--session-store"},
		"TWODOORS_KEYS":            {"/dev/null", "/dev/null"},
		"TWODOORS_DEMO":            {"x", "--demo"},
		"TWODOORS_SIGNUP":          {"x", "--signup"},
		"TWODOORS_SESSION_IDLE":    {"0s", "--session-idle"},
		"TWODOORS_SESSION_MAX":     {"0s", "--session-max"},
		"TWODOORS_REMEMBER":        {"0s", "--remember"},
		"TWODOORS_ACCESS_TTL":      {"0s", "--access-ttl"},
		"TWODOORS_REFRESH_TTL":     {"0s", "--refresh-ttl"},
		"TWODOORS_REFRESH_GRACE":   {"-1s", "--refresh-grace"},
		"TWODOORS_TLS_CERT":        {"x", "--tls-cert and --tls-key"},
		"TWODOORS_TLS_KEY":         {"x", "--tls-cert and --tls-key"},
		"TWODOORS_TLS_SELF_SIGNED": {"x", "--tls-self-signed"},
		"TWODOORS_JWT_LEVEL":       {"x", "--jwt-level"},
		"TWODOORS_JWT_ALG":         {"x", "--jwt-alg"},
		"TWODOORS_TRUST_PROXY":     {"x", "--trust-proxy"},
		"TWODOORS_METRICS_ADDR":    {"9100", "--metrics-addr"},
		"TWODOORS_LOG_FORMAT":      {"x", "--log-format"},
	} {
		t.Run(variable, func(t *testing.T) {
			t.Chdir(t.TempDir())
			t.Setenv("TWODOORS_ADDR", "127.0.0.1:0")
			t.Setenv(variable, test.value)
			got := invoke(t, "")
			if got.code != 1 || !strings.Contains(got.errors, test.want) {
				t.Errorf("code %d, stderr %q: want 1 and %q", got.code, got.errors, test.want)
			}
		})
	}
}

func TestInsecureLANByFlagAndEnvironment(t *testing.T) {
	for _, test := range []struct {
		environment string
		args        []string
		allowed     bool
	}{
		{"", []string{"--insecure-lan"}, true},
		{"", []string{"--insecure-lan=on"}, true},
		{"", []string{"--insecure-lan=off"}, false},
		{"on", nil, true},
		{"true", nil, true},
		{"off", nil, false},
		{"on", []string{"--insecure-lan=off"}, false},
	} {
		if test.environment != "" {
			t.Setenv("TWODOORS_INSECURE_LAN", test.environment)
		}
		// The level stops the start in any case, after the base URL has been looked at.
		got := invoke(t, "", append(test.args, "--addr=127.0.0.1:0", "--base-url=http://192.168.1.20", "--jwt-level=none")...)
		if allowed := strings.Contains(got.errors, "--jwt-level"); allowed != test.allowed {
			t.Errorf("%q %q: %s", test.environment, test.args, got.errors)
		}
	}
}

func TestHelpNamesEverySetting(t *testing.T) {
	help := invoke(t, "", "--help")
	if help.code != 0 || help.errors != "" {
		t.Fatalf("code %d, stderr %q", help.code, help.errors)
	}
	for _, flag := range []string{"addr", "base-url", "insecure-lan", "database", "session-store", "keys", "demo", "signup",
		"session-idle", "session-max", "remember", "access-ttl", "refresh-ttl", "refresh-grace", "jwt-level", "jwt-alg", "tls-cert", "tls-key", "tls-self-signed", "trust-proxy", "metrics-addr", "log-format"} {
		variable := "$TWODOORS_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
		if !strings.Contains(help.out, "--"+flag) || !strings.Contains(help.out, variable) {
			t.Errorf("the help does not name --%s and %s", flag, variable)
		}
	}
	for _, command := range []string{"serve", "user add", "user reset-password", "user list", "keys rotate", "keys list", "healthcheck", "version"} {
		if !strings.Contains(help.out, command) {
			t.Errorf("the help does not name %s", command)
		}
	}
	t.Log("\n" + help.out)
}

func TestVersion(t *testing.T) {
	got := invoke(t, "", "version")
	if got.code != 0 || !regexp.MustCompile(`^twodoors \S+ go1\.\d+\S* \w+/\w+\n$`).MatchString(got.out) {
		t.Errorf("code %d, %q", got.code, got.out)
	}
}

func TestBaseURL(t *testing.T) {
	for text, want := range map[string]string{
		"http://localhost:8080":    "http://localhost:8080",
		"http://LOCALHOST":         "http://localhost",
		"http://127.0.0.2:1":       "http://127.0.0.2:1",
		"http://[::1]:8080/":       "http://[::1]:8080",
		"http://doors.localhost":   "http://doors.localhost",
		"https://doors.example.kr": "https://doors.example.kr",
		// What browsers make of an address before they send it.
		"https://münchen.example":       "https://xn--mnchen-3ya.example",
		"https://두문.example:8443":       "https://xn--hu1b04k.example:8443",
		"https://faß.example":           "https://xn--fa-hia.example",
		"http://localhost:018141":       "http://localhost:18141",
		"http://[0:0:0:0:0:0:0:1]:8080": "http://[::1]:8080",
		"https://[2001:DB8:0:0::7]":     "https://[2001:db8::7]",
		"http://127.1:8080":             "http://127.0.0.1:8080",
		"http://2130706433":             "http://127.0.0.1",
		"http://localhost:80":           "http://localhost",
		"HTTPS://Doors.Example:443/":    "https://doors.example",
		"https://doors.example.":        "https://doors.example",
		"http://localhost.:8080":        "http://localhost:8080",
		"http://LocalHost:08080/":       "http://localhost:8080",
		" http://localhost:8080\n":      "http://localhost:8080",
	} {
		u, err := parseBaseURL(text, false)
		if err != nil || u.String() != want {
			t.Errorf("%s: %v, %v; want %s", text, u, err, want)
		}
	}
	if u, err := parseBaseURL("http://192.168.1.20:8080", true); err != nil || u.String() != "http://192.168.1.20:8080" {
		t.Errorf("with --insecure-lan: %v, %v", u, err)
	}
}

func TestEndedContextEndsTheStart(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, errs bytes.Buffer
	args := []string{"--addr=127.0.0.1:0", "--database=sqlite:" + filepath.Join(t.TempDir(), "d"), "--keys=" + filepath.Join(t.TempDir(), "k")}
	run(ctx, args, strings.NewReader(""), &out, &errs) // returns, whichever way
}
