package bench

import (
	"context"
	"slices"
	"time"
)

// Plan says how much is measured.
type Plan struct {
	Connections int
	Rounds      int
	Length      time.Duration // of one stretch of load on one target
	WarmUp      time.Duration // on each target, before the first round
	// Progress, where not nil, is told what is measured next.
	Progress func(round int, of Rung)
}

// Rung is one step of the ladder: a target with its description.
type Rung struct {
	Name string
	What
	Target Target
}

// Run measures every rung once a round, in turn, so that whatever slows the machine for a while slows all of them
// alike. The first rung is the limit that the others are compared with, each with that of its own round. Odd
// rounds go through the ladder from the other end.
func Run(ctx context.Context, plan Plan, rungs []Rung) ([]Row, error) {
	crowds := make([]*crowd, len(rungs))
	connections := map[string][]*connection{} // by server: what it holds under load is held for so many, not for every row's
	for i, r := range rungs {
		if connections[r.Target.Addr] == nil {
			connections[r.Target.Addr] = newConnections(r.Target.Addr, plan.Connections)
		}
		crowds[i] = newCrowd(r.Target, connections[r.Target.Addr])
		defer crowds[i].close()
	}
	samples := make([][]Sample, len(rungs))
	order := make([]int, len(rungs))
	for i := range order {
		order[i] = i
	}
	measure := func(round int, length time.Duration, keep bool) error {
		for _, i := range order {
			if plan.Progress != nil {
				plan.Progress(round, rungs[i])
			}
			s, err := crowds[i].load(ctx, length)
			if err != nil {
				return err
			}
			if keep {
				samples[i] = append(samples[i], s)
			}
		}
		slices.Reverse(order)
		return nil
	}
	if err := measure(0, plan.WarmUp, false); err != nil {
		return nil, err
	}
	for round := range plan.Rounds {
		if err := measure(round+1, plan.Length, true); err != nil {
			return nil, err
		}
	}
	rows := make([]Row, len(rungs))
	for i, r := range rungs {
		rows[i] = newRow(r, samples[i], samples[0])
	}
	return rows, nil
}
