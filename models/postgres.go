package models

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
)

const (
	postgresPool    = 16
	connectTimeout  = 3 * time.Second
	statementLimit  = "5000" // milliseconds, kept by the server
	postgresLimit   = 6 * time.Second
	migrationsLimit = time.Minute
)

func openPostgres(ctx context.Context, o Options) (*DB, error) {
	config, err := postgresConfig(o.URL)
	if err != nil {
		return nil, err
	}
	limited, pooled, err := reach(ctx, config)
	if err != nil {
		return nil, oneLine(err, config.Password)
	}
	if pooled {
		o.Log.Info("a connection pooler stands before PostgreSQL: statements are not prepared by name, and limits of time are kept by this program")
	}
	id, err := migratePostgres(ctx, o, config)
	if err != nil {
		return nil, oneLine(err, config.Password)
	}
	config = limited
	p := postgresOpen(o, config, postgresPool)
	g, err := handle(postgres.New(postgres.Config{Conn: p}))
	if err != nil {
		return nil, oneLine(errors.Join(err, p.Close()), config.Password)
	}
	db := &DB{
		dialect: dialectPostgres, id: id, newID: newID, read: g, write: g, pooled: pooled,
		readLimit: postgresLimit, writeLimit: postgresLimit, // for a server that no longer answers at all
		closers: []func() error{p.Close},
	}
	if err := db.Ping(ctx); err != nil { // as requests will ask
		return nil, oneLine(errors.Join(err, db.Close()), config.Password)
	}
	return db, nil
}

// reach connects once to find out what is at the other end, and returns the configuration of connections that serve
// requests: with limits of time for the server to keep, if it takes them. pooled is a pooler such as PgBouncer, behind
// which each transaction may meet another connection of the server: whoever answers is not the process that the
// connection was told to name when it wants something cancelled. config is adapted to it, too.
func reach(ctx context.Context, config *pgx.ConnConfig) (limited *pgx.ConnConfig, pooled bool, err error) {
	limited = config.Copy()
	setParameter(limited, "statement_timeout", statementLimit)
	setParameter(limited, "idle_in_transaction_session_timeout", statementLimit)
	conn, err := pgx.ConnectConfig(ctx, limited)
	var answer *pgconn.PgError
	if errors.As(err, &answer) { // it may be the limits that are refused: poolers know few settings
		limited = config.Copy()
		conn, err = pgx.ConnectConfig(ctx, limited)
	}
	if err != nil {
		return nil, false, err
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	var process uint32
	if err := conn.QueryRow(ctx, `SELECT pg_backend_pid()`, pgx.QueryExecModeSimpleProtocol).Scan(&process); err != nil {
		return nil, false, err
	}
	if pooled = process != conn.PgConn().PID(); pooled {
		for _, c := range []*pgx.ConnConfig{config, limited} {
			if c.DefaultQueryExecMode == pgx.QueryExecModeCacheStatement { // unless the URL says something else
				c.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe
			}
		}
	}
	return limited, pooled, nil
}

// migratePostgres uses a connection of its own, which may wait for the servers that
// migrate before this one longer than a lookup may. It returns the database's id.
func migratePostgres(ctx context.Context, o Options, config *pgx.ConnConfig) (id string, err error) {
	ctx, cancel := context.WithTimeout(ctx, migrationsLimit)
	defer cancel()
	p := postgresOpen(o, config, 1)
	defer func() { _ = p.Close() }()
	g, err := handle(postgres.New(postgres.Config{Conn: p}))
	if err != nil {
		return "", err
	}
	if err := migrate(ctx, g, dialectPostgres); err != nil {
		return "", err
	}
	return readID(ctx, g)
}

// postgresConfig reads the URL. What the driver says about one it cannot read may
// quote it, password included, so only the reason is passed on.
func postgresConfig(text string) (*pgx.ConnConfig, error) {
	u, err := url.Parse(text)
	if err != nil {
		return nil, errors.New("database: the URL cannot be read; it is postgres://user:password@host:port/name, with special characters of the password percent-encoded")
	}
	config, err := pgx.ParseConfig(text)
	if err != nil {
		password, _ := u.User.Password()
		if cause := errors.Unwrap(err); cause != nil {
			err = cause
		}
		return nil, oneLine(err, password)
	}
	// All texts are UTF-8. A database of another encoding does not say so by itself.
	setParameter(config, "client_encoding", "UTF8")
	if !u.Query().Has("connect_timeout") {
		config.ConnectTimeout = connectTimeout
	}
	return config, nil
}

// setParameter sets a setting of the server for our connections, unless the URL has set it.
func setParameter(config *pgx.ConnConfig, name, value string) {
	if _, ok := config.RuntimeParams[name]; !ok {
		config.RuntimeParams[name] = value
	}
}

func postgresOpen(o Options, config *pgx.ConnConfig, size int) *sql.DB {
	c := stdlib.GetConnector(*config.Copy(),
		// The pool looks at the connection instead of pinging: a ping is a round trip,
		// and a line in the server's log that no request made.
		stdlib.OptionShouldPing(func(context.Context, stdlib.ShouldPingParams) bool { return false }),
		stdlib.OptionResetSession(func(_ context.Context, c *pgx.Conn) error {
			if !alive(c.PgConn().Conn()) {
				return driver.ErrBadConn
			}
			return nil
		}))
	return pool(sql.OpenDB(o.connector(c)), size)
}

// oneLine makes an error fit for one line of a terminal, without the password. The driver tries each address with
// TLS and without and tells of each try: what is said twice, and that a server has no TLS, tell nothing.
func oneLine(err error, password string) error {
	var told []string
	for line := range strings.Lines(err.Error()) {
		line = strings.Join(strings.Fields(line), " ")
		if line != "" && !slices.Contains(told, line) && !strings.HasSuffix(line, "tls error: server refused TLS connection") {
			told = append(told, line)
		}
	}
	text := strings.Join(told, " ")
	if password != "" {
		text = strings.ReplaceAll(text, password, "…")
		text = strings.ReplaceAll(text, url.QueryEscape(password), "…")
	}
	return errors.New("database: " + strings.TrimPrefix(text, "database: "))
}
