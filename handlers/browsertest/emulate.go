package browsertest

import (
	"os"
	"path/filepath"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// SetViewport sets the size of the window in CSS pixels; mobile also makes it a phone with a touch screen and
// two device pixels to one.
func (tab *Tab) SetViewport(width, height int, mobile bool) {
	tab.t.Helper()
	scale := 1.0
	if mobile {
		scale = 2
	}
	call(tab, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: int64(width), Height: int64(height), DeviceScaleFactor: scale, Mobile: mobile})
	call(tab, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: mobile})
}

// EmulateColorScheme sets what the visitor prefers: "light" or "dark". Animations stay off.
func (tab *Tab) EmulateColorScheme(scheme string) {
	tab.t.Helper()
	tab.EmulateMedia(map[string]string{"prefers-color-scheme": scheme, "prefers-reduced-motion": "reduce"})
}

// EmulateMedia sets media features by name, such as prefers-contrast or forced-colors, in place of all that
// were set before.
func (tab *Tab) EmulateMedia(features map[string]string) {
	tab.t.Helper()
	var params emulation.SetEmulatedMediaParams
	for name, value := range features {
		params.Features = append(params.Features, &emulation.MediaFeature{Name: name, Value: value})
	}
	call(tab, emulation.SetEmulatedMedia, params)
}

// SetLanguage sets the languages the browser asks for, as in Accept-Language: "ko" or "ko,en;q=0.5".
func (tab *Tab) SetLanguage(accept string) {
	tab.t.Helper()
	call(tab, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{
		UserAgent: Eval[string](tab, `navigator.userAgent`), AcceptLanguage: accept})
}

// SetTimezone sets the zone that the browser's local times are in, such as Asia/Seoul.
func (tab *Tab) SetTimezone(name string) {
	tab.t.Helper()
	call(tab, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: name})
}

// DisableJavaScript keeps pages opened from now on from running scripts. The methods of Tab go on working.
func (tab *Tab) DisableJavaScript() {
	tab.t.Helper()
	call(tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
}

// Screenshot writes what the window shows as a PNG file, and makes its folder.
func (tab *Tab) Screenshot(file string) {
	tab.t.Helper()
	tab.picture(file, false)
}

// picturesVariable names the environment variable that names a folder for pictures.
const picturesVariable = "TWODOORS_PICTURES"

// Picture keeps what the window shows as NAME.png, and FullPicture the whole page, where TWODOORS_PICTURES names a folder.
func (tab *Tab) Picture(name string) {
	tab.t.Helper()
	if dir := os.Getenv(picturesVariable); dir != "" {
		tab.Screenshot(filepath.Join(dir, name+".png"))
	}
}

// FullPicture keeps a picture of the whole page: see Picture.
func (tab *Tab) FullPicture(name string) {
	tab.t.Helper()
	if dir := os.Getenv(picturesVariable); dir != "" {
		tab.FullScreenshot(filepath.Join(dir, name+".png"))
	}
}

// FullScreenshot writes the whole page as a PNG file, also what lies below the window's edge.
func (tab *Tab) FullScreenshot(file string) {
	tab.t.Helper()
	tab.picture(file, true)
}

func (tab *Tab) picture(file string, whole bool) {
	tab.t.Helper()
	data, err := tab.capture(whole)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(file), 0o755)
	}
	if err == nil {
		err = os.WriteFile(file, data, 0o644)
	}
	if err != nil {
		tab.fatalf("picture %s: %v", file, err)
	}
}

func (tab *Tab) capture(whole bool) ([]byte, error) {
	ctx, cancel := limited(tab.ctx)
	defer cancel()
	if !whole {
		return chromedp.Run(ctx, chromedp.CaptureScreenshot())
	}
	metrics, err := chromedp.Call(ctx, page.GetLayoutMetrics, cdp.Empty{})
	if err != nil {
		return nil, err
	}
	shot, err := chromedp.Call(ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{
		Format: page.CaptureScreenshotFormatPng, CaptureBeyondViewport: &whole,
		Clip: &page.Viewport{Width: metrics.CSSContentSize.Width, Height: metrics.CSSContentSize.Height, Scale: 1}})
	return shot.Data, err
}

// call sends one command to the tab.
func call[P, R any](tab *Tab, command cdp.Command[P, R], params P) R {
	tab.t.Helper()
	ctx, cancel := limited(tab.ctx)
	defer cancel()
	result, err := chromedp.Call(ctx, command, params)
	if err != nil {
		tab.t.Fatalf("%s: %v", command.Method, err)
	}
	return result
}
