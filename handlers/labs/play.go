package labs

import (
	"context"
	"errors"
	"fmt"
)

// Play is one run of a scenario. A scenario is told in its methods and those of its environments and clients; what
// cannot be done ends the run, so that a scenario reads like its story. It belongs to one goroutine.
type Play struct {
	ctx          context.Context
	engine       *Engine
	watch        func(Event)
	environments []*Environment
	steps        []Step
	measured     []Measurement
	orphans      []string // statements that no request made
	exhibits     []Exhibit
}

// stopped ends a run from within: it is thrown by a scenario's methods and caught by Engine.Run alone.
type stopped struct{ err error }

func stop(format string, args ...any) { panic(stopped{fmt.Errorf(format, args...)}) }

// must ends the run if there is an error.
func must(err error) {
	if err != nil {
		panic(stopped{err})
	}
}

// Event is the progress of a run.
type Event struct {
	Statement string // "" for a play without a statement
	Step      *Step  // the step that begins; nil in the event of a measurement
	Measured  *Measurement
}

// Step begins a step of the story.
func (p *Play) Step(en, ko string) {
	must(p.ctx.Err())
	p.steps = append(p.steps, Step{Says: Words{en, ko}})
	p.watch(Event{Step: &Step{Says: Words{en, ko}}})
}

// current is the step under way.
func (p *Play) current() *Step {
	if len(p.steps) == 0 {
		p.steps = append(p.steps, Step{Says: Words{"The world is made.", "세계를 만들어요."}})
	}
	return &p.steps[len(p.steps)-1]
}

func (p *Play) event(w Words) { s := p.current(); s.Events = append(s.Events, w) }

// Measure keeps a figure: a whole number, a fraction or a truth. Each id is measured once.
func (p *Play) Measure(id, en, ko string, value any, unit Unit) {
	switch v := value.(type) {
	case int:
		value = int64(v)
	case int64, float64, bool:
	default:
		stop("%s: a %T is not a figure", id, value)
	}
	for _, m := range p.measured {
		if m.ID == id {
			stop("%s was measured twice", id)
		}
	}
	m := Measurement{ID: id, What: Words{en, ko}, Value: value, Unit: unit}
	p.measured = append(p.measured, m)
	p.watch(Event{Measured: &m})
}

// Status keeps an answer's status.
func (p *Play) Status(id, en, ko string, a *Answer) { p.Measure(id, en, ko, a.Status, Status) }

// Context is the run's; it ends when the run is cancelled.
func (p *Play) Context() context.Context { return p.ctx }

// end closes the environments.
func (p *Play) end() error {
	var errs []error
	for _, w := range p.environments {
		errs = append(errs, w.close())
	}
	return errors.Join(errs...)
}
