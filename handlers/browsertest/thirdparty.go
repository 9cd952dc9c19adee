package browsertest

import (
	"os"
	"path/filepath"

	"github.com/chromedp/cdproto/network"
)

// BlockThirdPartyCookies has the tab keep cookies from requests to other sites than the page's own, as browsers do
// that guard against tracking.
func (tab *Tab) BlockThirdPartyCookies() {
	tab.t.Helper()
	call(tab, network.SetCookieControls, network.SetCookieControlsParams{EnableThirdPartyCookieRestriction: true})
}

// writePreferences gives a profile that has not been used its settings, as JSON.
func writePreferences(profile, settings string) error {
	folder := filepath.Join(profile, "Default")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "Preferences"), []byte(settings), 0o600)
}
