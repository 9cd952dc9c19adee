package labs

import "slices"

// turns are the runs that wait: each visitor's in the order of asking, and the visitors in turn. A queue's lock
// guards them.
type turns struct {
	order   []string // visitors with runs that wait; the first one is next
	waiting map[string][]*job
}

// find returns the run of a key that has not begun.
func (t *turns) find(key string) *job {
	for _, list := range t.waiting {
		for _, j := range list {
			if j.key == key {
				return j
			}
		}
	}
	return nil
}

// put has a run wait as its visitor's last.
func (t *turns) put(j *job, visitor string) {
	j.visitor = visitor
	if len(t.waiting[visitor]) == 0 {
		t.order = append(t.order, visitor)
	}
	t.waiting[visitor] = append(t.waiting[visitor], j)
}

// take removes a run, if it waits.
func (t *turns) take(j *job) {
	list := t.waiting[j.visitor]
	at := slices.Index(list, j)
	if at < 0 {
		return
	}
	if list = slices.Delete(list, at, at+1); len(list) > 0 {
		t.waiting[j.visitor] = list
		return
	}
	delete(t.waiting, j.visitor)
	t.leave(j.visitor)
}

// move makes a run another visitor's.
func (t *turns) move(j *job, visitor string) {
	t.take(j)
	t.put(j, visitor)
}

// sooner reports whether a run comes sooner as this visitor's: their turn comes before the other's third wish.
func (t *turns) sooner(j *job, visitor string) bool {
	return len(t.waiting[visitor]) == 0 && t.waiting[j.visitor][0] != j
}

// first is the run whose turn it is, nil for none. One that stands behind all others is only where there is no other.
func (t *turns) first() *job {
	var last *job
	for _, visitor := range t.order {
		j := t.waiting[visitor][0]
		if !j.behind {
			return j
		}
		last = j
	}
	return last
}

// begin takes a run out; the next of the same visitor comes after everybody else's.
func (t *turns) begin(j *job) {
	visitor := j.visitor
	t.take(j)
	if len(t.waiting[visitor]) > 0 {
		t.leave(visitor)
		t.order = append(t.order, visitor)
	}
}

// leave takes a visitor out of the order.
func (t *turns) leave(visitor string) {
	t.order = slices.DeleteFunc(t.order, func(v string) bool { return v == visitor })
}

// length is how many runs wait.
func (t *turns) length() int {
	n := 0
	for _, list := range t.waiting {
		n += len(list)
	}
	return n
}

// tell says to everybody who waits how many runs come before theirs.
func (t *turns) tell() {
	ahead := 0
	for round, told := 0, 0; told < t.length(); round++ {
		for _, visitor := range t.order {
			if list := t.waiting[visitor]; round < len(list) {
				list[round].tell(Progress{Ahead: ahead, Waiting: true})
				told++
				if !list[round].behind {
					ahead++
				}
			}
		}
	}
}
