package labs

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"sync"
	"time"
)

// Options are what an engine works with.
type Options struct {
	// Factory makes the nodes. It is required.
	Factory Factory
	// Sessions opens what is not the database; without it, statements about other stores are not run.
	Sessions OpenSessions
	// Database is where the environments' databases are: "" for memory, or the URL of a PostgreSQL database, in which
	// each environment makes a schema of its own and removes it.
	Database string
	// Settings are the server's own, which environments have where a scenario does not set its own; nil: the app's defaults.
	Settings Setting
	// SessionStore is where sessions are kept where a scenario does not say; "" for the database.
	SessionStore string

	// Handler and Around, where not nil, make the app faulty: around each node, and between the app and its
	// database. A statement that still comes to its verdict then has measured nothing.
	Handler func(http.Handler) http.Handler
	Around  func(driver.Connector) driver.Connector
}

// Engine runs statements. It is safe for concurrent use: runs share nothing.
type Engine struct {
	options    Options
	statements []Statement
}

// New makes an engine.
func New(o Options) *Engine { return &Engine{options: o, statements: all()} }

// Statements lists the statements, group by group, in the order of the lesson.
func (e *Engine) Statements() []Statement { return e.statements }

// Statement finds a statement by its id.
func (e *Engine) Statement(id string) (Statement, bool) {
	for _, c := range e.statements {
		if c.ID == id {
			return c, true
		}
	}
	return Statement{}, false
}

// Result is what a run came to.
type Result struct {
	Statement Statement
	Verdict   Verdict
	Cases     []Case
	Measured  []Measurement
	Steps     []Step
	Exhibits  []Exhibit // of a lab
	Took      time.Duration
	// Problem is why the run did not come to its end; nil where it did. It wraps ErrNotBuilt where the program
	// lacks what the statement needs, and the context's error where the run was cancelled.
	Problem error
}

// AsExpected reports whether the run came to the expected verdict, in every case under the expected condition.
// What needs a browser is as expected: nothing was claimed about it. Nothing is expected of cases that were not tried.
func (r Result) AsExpected() bool {
	if r.Verdict != r.expected() && r.Verdict != NeedsBrowser {
		return false
	}
	for _, c := range r.Cases {
		if c.Tried() && c.Holds != c.Want {
			return false
		}
	}
	return true
}

// expected is the verdict that is expected of the cases that were tried: the statement's own where all were.
func (r Result) expected() Verdict {
	if len(r.NotTried()) == 0 {
		return r.Statement.Expected
	}
	var cases []Case
	for _, c := range r.Cases {
		cases = append(cases, Case{Holds: c.Want, NotTried: c.NotTried})
	}
	return Judge(cases)
}

// NotTried lists the cases that this run could not try.
func (r Result) NotTried() (list []Case) {
	for _, c := range r.Cases {
		if !c.Tried() {
			list = append(list, c)
		}
	}
	return list
}

// Condition says under what the statement was true, and under what not, as measured, and what was not tried.
func (r Result) Condition() Words {
	w := r.measuredCondition()
	for _, c := range r.NotTried() {
		if w.EN != "" {
			w = Words{w.EN + "; ", w.KO + " / "}
		}
		w.EN += "not tried here: " + c.When.EN + " (" + c.NotTried.EN + ")"
		w.KO += "여기서 시험하지 않음: " + c.When.KO + " (" + c.NotTried.KO + ")"
	}
	return w
}

func (r Result) measuredCondition() Words {
	var yes, no []Words
	for _, c := range r.Cases {
		switch {
		case !c.Tried():
		case c.Holds:
			yes = append(yes, c.When)
		default:
			no = append(no, c.When)
		}
	}
	w := Words{}
	switch {
	case len(yes) > 0 && len(no) > 0:
		y, n := join(yes), join(no)
		w = Words{"true: " + y.EN + "; not: " + n.EN, "참: " + y.KO + " / 거짓: " + n.KO}
	case len(yes) > 1:
		w = join(yes)
	case len(no) > 1:
		w = join(no)
	}
	if r.Statement.Note.EN == "" || r.Verdict == NotRun || r.Verdict == NeedsBrowser {
		return w
	}
	if w.EN == "" {
		return r.Statement.Note
	}
	return Words{w.EN + " (" + r.Statement.Note.EN + ")", w.KO + " (" + r.Statement.Note.KO + ")"}
}

// Figure is the measurement to show in a list; its ID is "" where nothing was measured.
func (r Result) Figure() Measurement {
	for _, m := range r.Measured {
		if r.Statement.Figure == "" || m.ID == r.Statement.Figure {
			return m
		}
	}
	return Measurement{}
}

// Run runs a statement. watch, where not nil, is told of each step and measurement while it runs. The run ends when
// ctx does. It fails only for an id that is unknown; whatever happens in a run is in its Result.
func (e *Engine) Run(ctx context.Context, id string, watch func(Event)) (Result, error) {
	statement, found := e.Statement(id)
	if !found {
		return Result{}, fmt.Errorf("there is no claim %q", id)
	}
	return e.RunStatement(ctx, statement, watch), nil
}

// RunStatement runs a statement that need not be one of the engine's own.
func (e *Engine) RunStatement(ctx context.Context, statement Statement, watch func(Event)) Result {
	if statement.Play == nil {
		return Result{Statement: statement, Verdict: NeedsBrowser}
	}
	told := watch
	if watch != nil {
		told = func(event Event) { event.Statement = statement.ID; watch(event) }
	}
	r := e.Stage(ctx, statement.Play, told)
	r.Statement = statement
	if r.Problem != nil {
		return r
	}
	r.Problem = guarded(func() error {
		m := Measured{}
		for _, figure := range r.Measured {
			m[figure.ID] = figure
		}
		r.Cases = statement.Rule(m)
		r.Verdict = Judge(r.Cases)
		return nil
	})
	return r
}

// Stage runs any scenario, without a statement and a verdict: a lab with controls makes its own.
func (e *Engine) Stage(ctx context.Context, play func(*Play), watch func(Event)) Result {
	if watch == nil {
		watch = func(Event) {}
	}
	p := &Play{ctx: ctx, engine: e, watch: watch}
	began := time.Now()
	problem := guarded(func() error { play(p); return nil })
	if err := p.end(); problem == nil {
		problem = err
	}
	if problem == nil && len(p.orphans) > 0 {
		problem = fmt.Errorf("a statement was made without a request: %s", p.orphans[0])
	}
	r := Result{Measured: p.measured, Steps: p.steps, Exhibits: p.exhibits, Took: time.Since(began), Problem: problem}
	if problem != nil {
		r.Verdict = NotRun
	}
	return r
}

// guarded turns what a scenario throws into an error.
func guarded(do func() error) (err error) {
	defer func() {
		switch thrown := recover().(type) {
		case nil:
		case stopped:
			err = thrown.err
		default:
			err = fmt.Errorf("the scenario failed: %v\n%s", thrown, debug.Stack())
		}
	}()
	return do()
}

// RunAll runs statements, so many at once, and returns their results in the order of ids. done, where not nil, is
// called after each, by one goroutine at a time. An unknown id is an error before anything is run.
func (e *Engine) RunAll(ctx context.Context, ids []string, atOnce int, done func(Result)) ([]Result, error) {
	for _, id := range ids {
		if _, found := e.Statement(id); !found {
			return nil, fmt.Errorf("there is no claim %q", id)
		}
	}
	results := make([]Result, len(ids))
	var (
		turn    = make(chan struct{}, max(1, atOnce))
		telling sync.Mutex
		running sync.WaitGroup
	)
	for i, id := range ids {
		turn <- struct{}{}
		running.Go(func() {
			defer func() { <-turn }()
			results[i], _ = e.Run(ctx, id, nil)
			if done != nil {
				telling.Lock()
				defer telling.Unlock()
				done(results[i])
			}
		})
	}
	running.Wait()
	if err := ctx.Err(); err != nil {
		return results, errors.Join(errors.New("the run was cancelled"), err)
	}
	return results, nil
}
