package redisstore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"twodoors/models/sqltrace"
)

// Limits of time: an answer that takes longer is none, and whoever waits for it is told so (503).
const (
	dialLimit = time.Second
	ioLimit   = 500 * time.Millisecond
	limit     = 1500 * time.Millisecond // of a command in all, connecting included
	openLimit = 5 * time.Second
	poolSize  = 32
	buffers   = 8 << 10 // bytes; of a connection, each way
)

// Options say which Redis to use, and how.
type Options struct {
	// URL is "redis://user:password@host:port/database" or the same with rediss for TLS; "?passfile=/path" names a file
	// that has the password.
	URL string
	// Database is the id of the database that has the users (models.DB.ID). Redis may outlive it: sessions of users
	// of another one are not found.
	Database string
	// Orphan is told of commands sent without a request.
	Orphan func(ctx context.Context, text string)
	// DemoSessions is how many sessions of demo accounts are kept; 0: DemoSessions of this package.
	DemoSessions int
	// Switch, where not nil, can take Redis away and give it back.
	Switch *sqltrace.Switch
}

// Check reports whether a URL can be used. Its error never contains what stands in the URL: that may be a
// password.
func Check(text string) error {
	_, _, err := parse(text)
	return err
}

// parse reads a URL. passfile is the file that has the password, "" where the URL has it or there is none.
func parse(text string) (o *redis.Options, passfile string, err error) {
	bad := errors.New("redis: the URL cannot be read; it is redis://user:password@host:port/number (rediss:// for TLS), with special characters of the password percent-encoded; ?passfile=/path reads the password from a file")
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "redis" && u.Scheme != "rediss" || u.Hostname() == "" {
		return nil, "", bad
	}
	query := u.Query()
	passfile = query.Get("passfile")
	query.Del("passfile") // the library refuses what it does not know
	u.RawQuery = query.Encode()
	if o, err = redis.ParseURL(u.String()); err != nil {
		return nil, "", bad
	}
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.PoolTimeout = dialLimit, ioLimit, ioLimit, ioLimit
	o.ContextTimeoutEnabled = true
	// A second try is the client's to make: it would double the wait, and a write could happen twice.
	o.MaxRetries, o.DialerRetries = -1, 1
	o.PoolSize, o.MaxActiveConns, o.PipelinePoolSize = poolSize, poolSize, -1
	o.ReadBufferSize, o.WriteBufferSize = buffers, buffers
	o.DisableIdentity = true
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return o, passfile, nil
}

// Open connects to Redis and leaves the scripts there. Its errors are one line each and never contain the
// password of the URL.
func Open(ctx context.Context, o Options) (*Store, error) {
	options, passfile, err := parse(o.URL)
	if err != nil {
		return nil, err
	}
	if passfile != "" {
		password, err := os.ReadFile(passfile)
		if err != nil {
			return nil, fmt.Errorf("redis: the password: %w", err)
		}
		options.Password = strings.TrimRight(string(password), "\r\n")
	}
	if o.Database == "" {
		return nil, errors.New("redis: nobody said whose sessions are kept: the database's id is missing")
	}
	redis.SetLogger(silent{}) // all that it has to say comes as an error, too
	s := &Store{client: redis.NewClient(options), database: o.Database, demos: cmp.Or(o.DemoSessions, DemoSessions)}
	s.client.AddHook(newRecorder(o))
	ctx, cancel := context.WithTimeout(sqltrace.Background(ctx), openLimit)
	defer cancel()
	for _, each := range scripts() {
		if err := each.Load(ctx, s.client).Err(); err != nil {
			line := strings.Join(strings.Fields(err.Error()), " ")
			if options.Password != "" {
				line = strings.ReplaceAll(line, options.Password, "…")
			}
			return nil, errors.Join(fmt.Errorf("redis: %s", strings.TrimPrefix(line, "redis: ")), s.client.Close())
		}
	}
	return s, nil
}

// silent is a logger that says nothing.
type silent struct{}

// Printf does nothing.
func (silent) Printf(context.Context, string, ...any) {}
