package browsertest

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/network"
)

// Exchange is one request of a tab and its answer, as they went over the wire: cookies and every Set-Cookie
// included. Each step of a redirection is an exchange of its own.
type Exchange struct {
	Method   string
	URL      string
	Type     string      // Document, Fetch, Script, Stylesheet, Image, …
	Request  http.Header // canonical names
	Status   int         // 0: no answer yet, or none at all
	Response http.Header
	Cached   bool   // answered from the browser's own cache
	Failed   string // why there was no answer, such as net::ERR_ABORTED
}

// Path returns the path of the address, without the query.
func (e Exchange) Path() string {
	u, err := url.Parse(e.URL)
	if err != nil {
		return e.URL
	}
	return u.Path
}

// Exchanges returns what the tab has sent since it was opened (or since ForgetExchanges), in order.
func (tab *Tab) Exchanges() []Exchange {
	return tab.net.all()
}

// Exchange waits until the newest request with that method and path has been answered and returns it.
func (tab *Tab) Exchange(method, path string) Exchange {
	tab.t.Helper()
	var found Exchange
	tab.until(fmt.Sprintf("the answer to %s %s", method, path), func() bool {
		for _, e := range slices.Backward(tab.net.all()) {
			if e.Method == method && e.Path() == path {
				found = e
				return e.Status != 0 || e.Failed != ""
			}
		}
		return false
	})
	return found
}

// ForgetExchanges empties the record.
func (tab *Tab) ForgetExchanges() {
	tab.net.mu.Lock()
	defer tab.net.mu.Unlock()
	tab.net.hops, tab.net.extra = nil, nil
}

// traffic collects network events. A request has one id through all its redirections, and what really went over
// the wire comes in events of its own, in the order of the steps but at any time: they are joined when read.
type traffic struct {
	mu    sync.Mutex
	hops  []*hop
	extra map[network.RequestID]*wire
}

type hop struct {
	id       network.RequestID
	exchange Exchange
	answered bool
	wired    bool // wire events belong to this step
}

type wire struct {
	requests, responses []http.Header
	statuses            []int
}

func (n *traffic) event(ev any) {
	n.mu.Lock()
	defer n.mu.Unlock()
	switch ev := ev.(type) {
	case *network.EventRequestWillBeSent:
		if last := n.last(ev.RequestID); last != nil && ev.RedirectResponse != nil {
			last.answer(ev.RedirectResponse, ev.RedirectHasExtraInfo)
		}
		n.hops = append(n.hops, &hop{id: ev.RequestID, exchange: Exchange{Method: ev.Request.Method,
			URL: ev.Request.URL, Type: string(ev.Type), Request: header(ev.Request.Headers)}})
	case *network.EventRequestWillBeSentExtraInfo:
		w := n.wire(ev.RequestID)
		w.requests = append(w.requests, header(ev.Headers))
	case *network.EventResponseReceived:
		if last := n.last(ev.RequestID); last != nil {
			last.answer(ev.Response, ev.HasExtraInfo)
		}
	case *network.EventResponseReceivedExtraInfo:
		w := n.wire(ev.RequestID)
		w.responses = append(w.responses, header(ev.Headers))
		w.statuses = append(w.statuses, int(ev.StatusCode))
	case *network.EventLoadingFailed:
		if last := n.last(ev.RequestID); last != nil && !last.answered {
			last.exchange.Failed = ev.ErrorText
		}
	}
}

// last returns the newest step of a request.
func (n *traffic) last(id network.RequestID) *hop {
	for _, h := range slices.Backward(n.hops) {
		if h.id == id {
			return h
		}
	}
	return nil
}

// resource returns the type of a request, "" when it is unknown.
func (n *traffic) resource(id network.RequestID) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	if h := n.last(id); h != nil {
		return h.exchange.Type
	}
	return ""
}

func (n *traffic) wire(id network.RequestID) *wire {
	if n.extra == nil {
		n.extra = map[network.RequestID]*wire{}
	}
	if n.extra[id] == nil {
		n.extra[id] = &wire{}
	}
	return n.extra[id]
}

func (h *hop) answer(r *network.Response, wired bool) {
	h.answered, h.wired = true, wired
	h.exchange.Status = int(r.Status)
	h.exchange.Response = header(r.Headers)
	h.exchange.Cached = r.FromDiskCache
}

// all joins the steps with what went over the wire. A step whose wire events are still to come has no status.
func (n *traffic) all() []Exchange {
	n.mu.Lock()
	defer n.mu.Unlock()
	used := map[network.RequestID]int{}
	exchanges := make([]Exchange, 0, len(n.hops))
	for _, h := range n.hops {
		e := h.exchange
		w := n.extra[h.id]
		if w == nil {
			w = &wire{}
		}
		if k := used[h.id]; h.wired || !h.answered {
			used[h.id]++
			if k < len(w.requests) {
				e.Request = w.requests[k]
			}
			if k < len(w.responses) {
				e.Response, e.Status = w.responses[k], w.statuses[k]
			} else {
				e.Response, e.Status = nil, 0
			}
		}
		exchanges = append(exchanges, e)
	}
	return exchanges
}

// header takes the protocol's form, where several values of one name are lines of one text.
func header(h network.Headers) http.Header {
	all := make(http.Header, len(h))
	for name, value := range h {
		text, _ := value.(string)
		for _, line := range strings.Split(text, "\n") {
			all.Add(name, line)
		}
	}
	return all
}

// Block keeps the tab from addresses of a pattern, such as *://*.example:*/*, as where a name is not found.
func (tab *Tab) Block(pattern string) {
	tab.t.Helper()
	call(tab, network.SetBlockedURLs, network.SetBlockedURLsParams{URLPatterns: []*network.BlockPattern{{URLPattern: pattern, Block: true}}})
}
