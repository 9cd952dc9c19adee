package browsertest

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"

	"twodoors/models/modelstest"
)

// sweep waits until its standard input ends, which is when the test process has ended in whatever way, then
// until the browser is gone (it ends with its connection to the test process), and removes the profile.
//
// Arguments: the process id of the browser, the folder of the profile.
const sweep = `
trap '' INT TERM HUP
cat >/dev/null
while kill -0 "$1"; do sleep 0.1; done 2>/dev/null
rm -rf "$2"
sleep 0.5
rm -rf "$2"
`

var errNoChromium = errors.New("Chromium is not installed: skipped (Debian: apt-get install chromium)")

// chromium is the one browser process of this test process.
type chromium struct {
	ctx  context.Context // a chromedp context with a running browser
	hold io.Closer       // the end of the sweeper's input; held so that it stays open
}

// running is package state because every test of the process shares it while Open is called from any of them.
var running = sync.OnceValues(start)

// process returns the running Chromium, or skips the test where there is none.
func process(t testing.TB) *chromium {
	t.Helper()
	if testing.Short() {
		t.Skip("a browser takes its time: skipped with -short")
	}
	c, err := running()
	if errors.Is(err, errNoChromium) {
		modelstest.Missing(t, err.Error())
	}
	if err != nil {
		t.Fatalf("Chromium did not start: %v", err)
	}
	return c
}

func start() (*chromium, error) {
	path, err := find()
	if err != nil {
		return nil, err
	}
	profile, err := os.MkdirTemp("", "twodoors-chromium-")
	if err != nil {
		return nil, err
	}
	// Third-party cookies are let through, as most browsers do and some builds of Chromium do not by themselves.
	if err := writePreferences(profile, `{"profile":{"cookie_controls_mode":0}}`); err != nil {
		os.RemoveAll(profile)
		return nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.UserDataDir(profile),
		chromedp.Flag("disable-gpu", true),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("no-proxy-server", true),
		chromedp.Flag("lang", "en-US"),
		// Plain http beyond localhost must stay plain http, as in a class on a LAN.
		chromedp.Flag("disable-features", "Translate,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,MediaRouter,OptimizationHints"),
		// Names under .test lead to this machine, without being the trusted origin that localhost is.
		chromedp.Flag("host-resolver-rules", "MAP *.test 127.0.0.1"),
	)
	allocator, _ := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	if err := chromedp.Do(ctx); err != nil { // chromedp adds no-sandbox for root
		cancel()
		os.RemoveAll(profile)
		return nil, err
	}
	cmd := exec.Command("sh", "-c", sweep, "sweep", strconv.Itoa(chromedp.FromContext(ctx).Browser.Process().Pid), profile)
	hold, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		cancel()
		os.RemoveAll(profile)
		return nil, err
	}
	return &chromium{ctx: ctx, hold: hold}, nil
}

// find looks for the names under which systems install it.
func find() (string, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errNoChromium
}
