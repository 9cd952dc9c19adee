package main

import "time"

// Settings are the flags and their environment twins, as they were given. A bad value stops the start with
// one line.
type Settings struct {
	Addr        string `env:"TWODOORS_ADDR" default:"127.0.0.1:8080" help:"Where to listen, HOST:PORT; port 0 takes any free one."`
	BaseURL     string `name:"base-url" env:"TWODOORS_BASE_URL" placeholder:"URL" help:"The one address people open (default: http://localhost:<port>). Cookie names, Secure and the host check follow it."`
	InsecureLAN toggle `name:"insecure-lan" env:"TWODOORS_INSECURE_LAN" help:"Allow a plain-http base URL beyond localhost, with a warning on every page."`

	TLSCert       string `name:"tls-cert" env:"TWODOORS_TLS_CERT" placeholder:"FILE" help:"Serve https with this certificate (PEM, its chain after it); read again when it changes."`
	TLSKey        string `name:"tls-key" env:"TWODOORS_TLS_KEY" placeholder:"FILE" help:"The certificate's private key (PEM)."`
	TLSSelfSigned toggle `name:"tls-self-signed" env:"TWODOORS_TLS_SELF_SIGNED" help:"Serve https with a certificate of this program's own, kept in the keys folder, for a class: browsers warn once."`

	Database     string `env:"TWODOORS_DATABASE" default:"sqlite:twodoors.db" help:"sqlite:FILE, sqlite::memory: or postgres://…"`
	SessionStore string `env:"TWODOORS_SESSION_STORE" default:"database" help:"Where server-side sessions are kept: database, memory (of this process, and gone with it), redis://… or rediss://…"`
	Keys         string `env:"TWODOORS_KEYS" default:"twodoors-keys" help:"Folder of the signing and cookie keys, made at the first start."`

	SharedKeys toggle `name:"shared-keys" env:"TWODOORS_SHARED_KEYS" help:"Take the keys as they are where others can read them: a folder for a group, or files that a platform mounts with modes of its own."`

	Demo   string `env:"TWODOORS_DEMO" enum:"on,off" default:"on" help:"on or off: accounts of a visitor's own with one click, gone after a day."`
	Signup string `env:"TWODOORS_SIGNUP" enum:"on,off" default:"on" help:"on or off: whether visitors may make an account."`

	SessionIdle time.Duration `env:"TWODOORS_SESSION_IDLE" default:"30m" help:"A session ends after this long without a request, or a little later: by a thirtieth of it, 1m at most."`
	SessionMax  time.Duration `env:"TWODOORS_SESSION_MAX" default:"8h" help:"A sign-in that is not remembered ends after this long."`
	Remember    time.Duration `env:"TWODOORS_REMEMBER" default:"336h" help:"A remembered session ends after this long."`

	AccessTTL    time.Duration `name:"access-ttl" env:"TWODOORS_ACCESS_TTL" default:"15m" help:"Life of an access token."`
	RefreshTTL   time.Duration `name:"refresh-ttl" env:"TWODOORS_REFRESH_TTL" default:"336h" help:"Life of a remembered family of refresh tokens."`
	RefreshGrace time.Duration `env:"TWODOORS_REFRESH_GRACE" default:"10s" help:"How long a used refresh token may be repeated; 0s: every second use counts as theft."`

	JWTLevel string `name:"jwt-level" env:"TWODOORS_JWT_LEVEL" default:"signature" help:"What is checked at each request: signature, user, denylist or version."`
	JWTAlg   string `name:"jwt-alg" env:"TWODOORS_JWT_ALG" default:"EdDSA" help:"What tokens are signed with: EdDSA, HS256, RS256 or ES256."`

	TokenCache toggle `name:"token-cache" env:"TWODOORS_TOKEN_CACHE" help:"Remember access tokens whose signature was checked, until they end: the level is checked all the same."`

	CookieEncrypt toggle `name:"cookie-encrypt" env:"TWODOORS_COOKIE_ENCRYPT" help:"Encrypt the signed cookie's content, so that its holder cannot read it."`

	Nodes    int           `env:"TWODOORS_NODES" default:"1" help:"How many whole nodes this process runs, each answering the next request in turn."`
	NodeName string        `env:"TWODOORS_NODE_NAME" placeholder:"NAME" help:"What answers and panels call this node (default: the host's name on PostgreSQL, where other nodes may answer too; node-1, node-2 … with --nodes)."`
	Drain    time.Duration `env:"TWODOORS_DRAIN" default:"0s" help:"At a stop signal, how long to answer on and not be ready, so that a balancer sends its requests elsewhere."`

	TrustProxy []string `env:"TWODOORS_TRUST_PROXY" placeholder:"CIDR" help:"Networks of proxies whose forwarded headers are believed, with commas between."`

	MetricsAddr string `name:"metrics-addr" env:"TWODOORS_METRICS_ADDR" placeholder:"HOST:PORT" help:"Show metrics for Prometheus there, at /metrics (default: nowhere). For the operator alone: nobody is asked to sign in."`

	LogFormat string `env:"TWODOORS_LOG_FORMAT" enum:"text,json" default:"text" help:"Form of the log on stderr: text or json."`
}
