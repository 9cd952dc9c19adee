package labs

import "slices"

// who is a visitor at an address.
type who struct{ address, visitor string }

// turns are the runs that wait: each visitor's in the order of asking, the visitors of an address in turn, and the
// addresses in turn. A queue's lock guards them.
type turns struct {
	order     []string // addresses where runs wait; the first one is next
	addresses map[string]*visitors
}

// visitors are those of one address with runs that wait; the first one is next.
type visitors struct {
	order   []string
	waiting map[string][]*job
}

func newTurns() turns { return turns{addresses: map[string]*visitors{}} }

// of are the runs of a visitor that wait.
func (t *turns) of(w who) []*job {
	if at := t.addresses[w.address]; at != nil {
		return at.waiting[w.visitor]
	}
	return nil
}

// find returns the run of a key that has not begun.
func (t *turns) find(key string) *job {
	for _, at := range t.addresses {
		for _, list := range at.waiting {
			for _, j := range list {
				if j.key == key {
					return j
				}
			}
		}
	}
	return nil
}

// put has a run wait as its visitor's last.
func (t *turns) put(j *job, w who) {
	j.who = w
	at := t.addresses[w.address]
	if at == nil {
		at = &visitors{waiting: map[string][]*job{}}
		t.addresses[w.address] = at
		t.order = append(t.order, w.address)
	}
	if len(at.waiting[w.visitor]) == 0 {
		at.order = append(at.order, w.visitor)
	}
	at.waiting[w.visitor] = append(at.waiting[w.visitor], j)
}

// take removes a run, if it waits.
func (t *turns) take(j *job) {
	list := t.of(j.who)
	i := slices.Index(list, j)
	if i < 0 {
		return
	}
	at := t.addresses[j.who.address]
	if at.waiting[j.who.visitor] = slices.Delete(list, i, i+1); len(list) > 1 {
		return
	}
	delete(at.waiting, j.who.visitor)
	at.order = without(at.order, j.who.visitor)
	if len(at.order) == 0 {
		delete(t.addresses, j.who.address)
		t.order = without(t.order, j.who.address)
	}
}

// move makes a run another visitor's.
func (t *turns) move(j *job, w who) {
	t.take(j)
	t.put(j, w)
}

// sooner reports whether a run comes sooner as this visitor's, who has none that waits: it is not the first of those
// that its own visitor waits for, or another visitor of its address comes before it.
func (t *turns) sooner(j *job, w who) bool {
	if t.addresses[w.address] == nil && t.addresses[j.who.address].first() != j {
		return true
	}
	return len(t.of(w)) == 0 && t.of(j.who)[0] != j
}

// first is the run whose turn it is, nil for none. One that stands behind all others is only where there is no other.
func (t *turns) first() *job {
	var last *job
	for _, address := range t.order {
		j := t.addresses[address].first()
		if !j.behind {
			return j
		}
		last = j
	}
	return last
}

// first is the run whose turn it is at an address.
func (v *visitors) first() *job {
	j := v.waiting[v.order[0]][0]
	for _, visitor := range v.order {
		if !v.waiting[visitor][0].behind {
			return v.waiting[visitor][0]
		}
	}
	return j
}

// begin takes a run out; the next of the same visitor comes after those of the others there, and the next of the same
// address after all others.
func (t *turns) begin(j *job) {
	t.take(j)
	at := t.addresses[j.who.address]
	if at == nil {
		return
	}
	t.order = append(without(t.order, j.who.address), j.who.address)
	if len(at.waiting[j.who.visitor]) > 0 {
		at.order = append(without(at.order, j.who.visitor), j.who.visitor)
	}
}

func without(order []string, name string) []string {
	return slices.DeleteFunc(order, func(o string) bool { return o == name })
}

// length is how many runs wait.
func (t *turns) length() int {
	n := 0
	for _, at := range t.addresses {
		for _, list := range at.waiting {
			n += len(list)
		}
	}
	return n
}

// inTurn are the runs of an address in the order in which they come.
func (v *visitors) inTurn() (list []*job) {
	for round := 0; ; round++ {
		before := len(list)
		for _, visitor := range v.order {
			if jobs := v.waiting[visitor]; round < len(jobs) {
				list = append(list, jobs[round])
			}
		}
		if len(list) == before {
			return list
		}
	}
}

// tell says to everybody who waits how many runs come before theirs.
func (t *turns) tell() {
	lists := make([][]*job, len(t.order))
	for i, address := range t.order {
		lists[i] = t.addresses[address].inTurn()
	}
	ahead := 0
	for round, told := 0, true; told; round++ {
		told = false
		for _, list := range lists {
			if round < len(list) {
				list[round].tell(Progress{Ahead: ahead, Waiting: true})
				told = true
				if !list[round].behind {
					ahead++
				}
			}
		}
	}
}
