package browsertest

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// Browser is one visitor's browser: cookies, storage and cache of its own, shared by its tabs.
type Browser struct {
	t       testing.TB
	process *chromium
	base    string
	id      cdp.BrowserContextID
}

// Open returns a new browser without any cookie, closed when the test ends. Addresses that start with a slash
// are taken on base, such as http://localhost:8080. Without Chromium on the machine the test is skipped.
func Open(t testing.TB, base string) *Browser {
	t.Helper()
	p := process(t)
	created, err := chromedp.CallBrowser(p.ctx, target.CreateBrowserContext, target.CreateBrowserContextParams{})
	if err != nil {
		t.Fatalf("new browser: %v", err)
	}
	b := &Browser{t: t, process: p, base: base, id: created.BrowserContextID}
	t.Cleanup(func() {
		_, err := chromedp.CallBrowser(p.ctx, target.DisposeBrowserContext, target.DisposeBrowserContextParams{BrowserContextID: b.id})
		if err != nil {
			t.Errorf("closing the browser: %v", err)
		}
	})
	return b
}

// Tab opens another tab, 1280 by 720, light and without animations until told otherwise.
func (b *Browser) Tab() *Tab {
	b.t.Helper()
	ctx, _ := chromedp.NewContext(b.process.ctx, chromedp.WithExistingBrowserContext(b.id))
	tab := &Tab{t: b.t, base: b.base, ctx: ctx}
	if err := tab.open(); err != nil {
		b.t.Fatalf("new tab: %v", err)
	}
	b.t.Cleanup(func() { tab.Close(); tab.report() })
	return tab
}

// Cookies returns every cookie of the browser, HttpOnly ones included. Expires is zero and MaxAge 0 for a
// cookie that ends with the browser.
func (b *Browser) Cookies() []*http.Cookie {
	b.t.Helper()
	got, err := chromedp.CallBrowser(b.process.ctx, storage.GetCookies, storage.GetCookiesParams{BrowserContextID: b.id})
	if err != nil {
		b.t.Fatalf("cookies: %v", err)
	}
	var cookies []*http.Cookie
	for _, c := range got.Cookies {
		cookie := &http.Cookie{Name: c.Name, Value: c.Value, Domain: c.Domain, Path: c.Path,
			Secure: c.Secure, HttpOnly: c.HTTPOnly, SameSite: sameSite(c.SameSite)}
		if !c.Session {
			cookie.Expires = time.UnixMilli(int64(c.Expires * 1000)).UTC()
		}
		cookies = append(cookies, cookie)
	}
	return cookies
}

// Cookie returns the cookie of that name, or nil. An app that is not at its usual port has that behind the name.
func (b *Browser) Cookie(name string) *http.Cookie {
	b.t.Helper()
	port := b.base[strings.LastIndexByte(b.base, ':')+1:]
	for _, cookie := range b.Cookies() {
		if cookie.Name == name || cookie.Name == name+"-"+port {
			return cookie
		}
	}
	return nil
}

// SetCookie stores a cookie for the base address, in place of one with the same name and path.
func (b *Browser) SetCookie(c *http.Cookie) {
	b.t.Helper()
	param := &network.CookieParam{URL: b.base, Name: c.Name, Value: c.Value, Path: c.Path, Secure: c.Secure, HTTPOnly: c.HttpOnly}
	if !c.Expires.IsZero() {
		param.Expires = cdp.TimeSinceEpoch(float64(c.Expires.UnixMilli()) / 1000)
	}
	switch c.SameSite {
	case http.SameSiteLaxMode:
		param.SameSite = network.CookieSameSiteLax
	case http.SameSiteStrictMode:
		param.SameSite = network.CookieSameSiteStrict
	case http.SameSiteNoneMode:
		param.SameSite = network.CookieSameSiteNone
	}
	_, err := chromedp.CallBrowser(b.process.ctx, storage.SetCookies,
		storage.SetCookiesParams{Cookies: []*network.CookieParam{param}, BrowserContextID: b.id})
	if err != nil {
		b.t.Fatalf("set cookie %s: %v", c.Name, err)
	}
}

// ClearCookies removes every cookie.
func (b *Browser) ClearCookies() {
	b.t.Helper()
	_, err := chromedp.CallBrowser(b.process.ctx, storage.ClearCookies, storage.ClearCookiesParams{BrowserContextID: b.id})
	if err != nil {
		b.t.Fatalf("clear cookies: %v", err)
	}
}

// AllowClipboard grants pages at the base address reading and writing the clipboard, so that a test can paste.
func (b *Browser) AllowClipboard() {
	b.t.Helper()
	for _, name := range []string{"clipboard-read", "clipboard-write"} {
		_, err := chromedp.CallBrowser(b.process.ctx, browser.SetPermission, browser.SetPermissionParams{
			Permission: &browser.PermissionDescriptor{Name: name, AllowWithoutSanitization: name == "clipboard-read"},
			Setting:    browser.PermissionSettingGranted, Origin: b.base, BrowserContextID: b.id})
		if err != nil {
			b.t.Fatalf("allow %s: %v", name, err)
		}
	}
}

func sameSite(s network.CookieSameSite) http.SameSite {
	switch s {
	case network.CookieSameSiteLax:
		return http.SameSiteLaxMode
	case network.CookieSameSiteStrict:
		return http.SameSiteStrictMode
	case network.CookieSameSiteNone:
		return http.SameSiteNoneMode
	}
	return http.SameSiteDefaultMode
}
