package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
)

// commandLine is the whole command line: settings, which may stand before or after a command, and commands.
type commandLine struct {
	Settings

	Serve       serveCommand       `cmd:"" default:"1" help:"Serve the app (what happens without a command)."`
	User        userCommands       `cmd:"" help:"Manage the installation's own users."`
	Verify      verifyCommand      `cmd:"" help:"Run the claims about sessions and tokens against this very program, and print what was measured."`
	Keys        keysCommands       `cmd:"" help:"Rotate or list the keys that tokens and cookies are signed with."`
	Healthcheck healthcheckCommand `cmd:"" help:"Ask the server at --addr whether it is well; the exit code says."`
	Version     versionCommand     `cmd:"" help:"Print the version."`
	Bench       benchCommand       `cmd:"" help:"Measure this build on this machine: what a request costs through each door, beside what a bare server costs."`
	BenchServer benchServerCommand `cmd:"" name:"bench-server" hidden:""`
	Secrets     secretsCommand     `cmd:"" name:"compose-secrets" help:"Make the database password for Docker Compose, unless it is there."`
}

// program is what every command works with.
type program struct {
	Settings
	in       io.Reader
	out, err io.Writer
	now      func() time.Time
}

// run is the program without the process around it: it returns the exit code, 0 or 1. A failure is one line on
// stderr. It ends when ctx ends.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	if err := command(ctx, args, stdin, stdout, stderr); err != nil {
		fmt.Fprintln(stderr, "twodoors: "+strings.ReplaceAll(err.Error(), "\n", "; "))
		return 1
	}
	return 0
}

func command(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	var line commandLine
	helped := false
	parser, err := kong.New(&line,
		kong.Name("twodoors"),
		kong.Description("One member area behind two doors: a cookie session and a JWT. Every page shows what the request cost."),
		kong.Writers(stdout, stderr),
		kong.Exit(func(int) { helped = true }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 110}),
	)
	if err != nil {
		return err
	}
	parsed, err := parser.Parse(args)
	if helped { // kong goes on after printing the help, and its complaints are of no interest then
		return nil
	}
	if err != nil {
		return err
	}
	return parsed.Run(&program{Settings: line.Settings, in: stdin, out: stdout, err: stderr, now: time.Now})
}

// untilSignal returns a context that ends at the first SIGINT or SIGTERM. From then on the signals have their
// usual effect again, so that a second one ends the program at once.
func untilSignal() (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}
