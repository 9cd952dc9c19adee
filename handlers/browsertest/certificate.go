package browsertest

import (
	"github.com/chromedp/cdproto/security"
)

// AcceptCertificates goes past the browser's warnings about certificates, as a visitor does who has compared the
// fingerprint and clicked on.
func (tab *Tab) AcceptCertificates() {
	tab.t.Helper()
	call(tab, security.SetIgnoreCertificateErrors, security.SetIgnoreCertificateErrorsParams{Ignore: true})
}
