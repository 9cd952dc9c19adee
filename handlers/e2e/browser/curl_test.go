package browser_test

import (
	"os/exec"
	"strings"
	"testing"

	"twodoors/handlers/browsertest"
	"twodoors/handlers/handlerstest"
	"twodoors/models/modelstest"
)

// TestBrowserCurl: "Copy as curl" is pasted into a shell, once for each door and carrier, and brings the page that the
// browser shows, with its figures; after signing out it shows what a copy is worth. Until someone asks, the page's source
// holds the credential in its masked form alone, and one switch hides even that.
func TestBrowserCurl(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("curl"); err != nil {
		modelstest.Missing(t, "curl is not installed: skipped (Debian: apt-get install curl)")
	}
	app := handlerstest.Serve(t, handlerstest.Started())
	app.SignUp(t, "minji", password)
	for _, c := range []struct{ door, carrier, after string }{
		{"session", "", "303"}, {"jwt", "header", "200"}, {"jwt", "cookie", "200"}, {"token", "", "200"}, {"cookie", "", "200"},
	} {
		t.Run(c.door+c.carrier, func(t *testing.T) {
			browser := browsertest.Open(t, app.Base)
			browser.AllowClipboard()
			tab := browser.Tab()
			tab.Goto("/" + c.door + "/login?next=/" + c.door + "/member/notes")
			tab.Fill("[name=username]", "minji")
			tab.Fill("[name=password]", password)
			if c.carrier != "" {
				tab.Click("[name=carrier][value=" + c.carrier + "]")
			}
			tab.ClickThrough(`form[action="/` + c.door + `/login"] button.go`)
			tab.WaitFor("body[data-page=notes] [data-panel]")
			source := browsertest.Eval[string](tab, `document.documentElement.outerHTML`)
			masked := tab.Text("[data-credential]")

			tab.Click("[data-copy-curl]")
			tab.WaitText("[data-copy-curl]", "Copied")
			command := browsertest.Eval[string](tab, `navigator.clipboard.readText()`)
			answer := paste(t, command)
			want := "auth=" + tab.Attr("[data-panel]", "data-auth") + ", data=" + tab.Attr("[data-panel]", "data-data")
			if !strings.HasPrefix(answer, "HTTP/1.1 200") || !strings.Contains(answer, "Db-Lookups: "+want) || !strings.Contains(answer, "<b>minji</b>") {
				t.Errorf("%s\nwants 200, %s: %.600s", command, want, answer)
			}

			tab.Click("[data-reveal]")
			tab.WaitFor("[data-reveal][aria-pressed=true]")
			whole := tab.Text("[data-credential]")
			if len(whole) < 40 || !strings.Contains(command, whole) {
				t.Errorf("shown whole: %q, in the command: %s", whole, command)
			}
			if strings.Contains(source, whole) || masked != whole[:4]+"…"+whole[len(whole)-4:] {
				t.Errorf("the page's source holds the credential, or the mask is another's: %s", masked)
			}
			tab.Click("[data-hide-credentials]")
			tab.Reload()
			tab.WaitFor("[data-hide-credentials][aria-pressed=true]")
			if size := browsertest.Eval[string](tab, `getComputedStyle(document.querySelector("[data-credential]")).fontSize`); size != "0px" {
				t.Errorf("hidden, and after a reload shown again in %s", size)
			}

			tab.ClickThrough(`form[action="/` + c.door + `/logout"] button`)
			tab.WaitURL("/" + c.door + "/login")
			if answer := paste(t, command); !strings.HasPrefix(answer, "HTTP/1.1 "+c.after) {
				t.Errorf("after signing out, a copy should get %s: %.300s", c.after, answer)
			}
		})
	}
}

// paste runs a command as a person does who pastes it into a shell.
func paste(t *testing.T, command string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "sh")
	cmd.Stdin = strings.NewReader(command + "\n")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v", command, err)
	}
	return string(out)
}
