package redisstore

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"twodoors/models/sqltrace"
)

// start gives a command a context of its own: it keeps the request's values, the recorder among them, and not
// its cancellation, or a browser that leaves would cost the connection. What bounds it is the limit.
func start(ctx context.Context, label string, limit time.Duration) (context.Context, context.CancelFunc, error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, fault(err) // gone before it began: nothing is sent
	}
	ctx, cancel := context.WithTimeout(sqltrace.Label(context.WithoutCancel(ctx), label), limit)
	return ctx, cancel, nil
}

// run runs a script: by its hash, and with its text where Redis has lost it (it was started anew), which is a
// second command.
func (s *Store) run(ctx context.Context, label string, script named, keys []string, args []any) *redis.Cmd {
	return s.runWithin(ctx, limit, label, script, keys, args)
}

func (s *Store) runWithin(ctx context.Context, limit time.Duration, label string, script named, keys []string, args []any) *redis.Cmd {
	ctx, cancel, err := start(ctx, label, limit)
	if err == nil {
		defer cancel()
		cmd := script.Run(ctx, s.client, keys, args...)
		if err = fault(cmd.Err()); err == nil {
			return cmd
		}
	}
	failed := redis.NewCmd(context.Background())
	failed.SetErr(err)
	return failed
}

// recorder is the hook through which every command passes on its way to Redis.
type recorder struct {
	orphan  func(context.Context, string)
	off     *sqltrace.Switch
	scripts map[string]string // names by hash
}

var _ redis.Hook = (*recorder)(nil)

func newRecorder(o Options) *recorder {
	r := &recorder{orphan: o.Orphan, off: o.Switch, scripts: map[string]string{}}
	if r.orphan == nil {
		r.orphan = func(context.Context, string) {}
	}
	for _, each := range scripts() {
		r.scripts[each.Hash()] = each.name
	}
	return r
}

// DialHook passes dialling through: it is no command.
func (r *recorder) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) { return next(ctx, network, addr) }
}

// ProcessHook records a command with its purpose, its text without values, and how many entries it was about.
func (r *recorder) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if greeting(cmd) {
			return next(ctx, cmd)
		}
		if err := r.off.Err(); err != nil {
			cmd.SetErr(err)
			return err
		}
		began := time.Now()
		err := next(ctx, cmd)
		if rec := sqltrace.From(ctx); rec != nil {
			said := err
			if errors.Is(err, redis.Nil) {
				said = nil
			}
			rec.Command(ctx, r.text(cmd), began, time.Since(began), entries(cmd), said)
		} else if !sqltrace.IsBackground(ctx) {
			r.orphan(ctx, r.text(cmd))
		}
		return err
	}
}

// ProcessPipelineHook lets pipelines through: the store sends none, and the client only the greeting of a new
// connection.
func (r *recorder) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

// greeting reports whether a command only opens a connection.
func greeting(cmd redis.Cmder) bool {
	switch cmd.Name() {
	case "hello", "auth", "select", "client", "readonly":
		return true
	}
	return false
}

// text is a command without values: "EVALSHA touch-session 1 twodoors:session:? ?".
func (r *recorder) text(cmd redis.Cmder) string {
	args := cmd.Args()
	words := make([]string, 0, len(args))
	scripted := false
	for i, arg := range args {
		text, isText := arg.(string)
		switch {
		case i == 0:
			text = strings.ToUpper(text)
			scripted = strings.HasPrefix(text, "EVAL")
			words = append(words, text)
		case i == 1 && scripted:
			words = append(words, r.scriptName(text))
		case i == 2 && scripted: // how many keys follow
			words = append(words, fmt.Sprint(arg))
		case isText && strings.HasPrefix(text, sessionPrefix):
			words = append(words, sessionPrefix+"?")
		case isText && strings.HasPrefix(text, userPrefix):
			words = append(words, userPrefix+"?")
		default:
			words = append(words, "?")
		}
	}
	// A session's many fields say no more than that there are some.
	const most = 8
	if len(words) > most {
		words = append(words[:most], "…")
	}
	return strings.Join(words, " ")
}

// scriptName is a script's name, by its hash or its text.
func (r *recorder) scriptName(given string) string {
	if name, ok := r.scripts[given]; ok {
		return name
	}
	if name, ok := r.scripts[redis.NewScript(given).Hash()]; ok {
		return name
	}
	return "?"
}

// entries is how many sessions a command found or changed.
func entries(cmd redis.Cmder) int64 {
	switch c := cmd.(type) {
	case *redis.MapStringStringCmd:
		return min(1, int64(len(c.Val())))
	case *redis.Cmd:
		switch v := c.Val().(type) {
		case int64:
			return v
		case []any:
			if len(v) == 0 {
				return 0
			}
			if _, list := v[0].([]any); list {
				return int64(len(v))
			}
			return 1
		}
	}
	return 0
}
