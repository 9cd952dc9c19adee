package labs

import (
	"maps"
	"strings"
	"time"

	"twodoors/handlers/auth"
)

// everyDoor lists the ways of being signed in that labs set side by side: JWT at each level, sessions in the
// database and in a process's memory.
func everyDoor(settings ...Setting) []door {
	with := func(s ...Setting) []Setting { return append(append([]Setting(nil), settings...), s...) }
	doors := []door{
		{"session", Words{"session, in the database", "세션, 데이터베이스"}, Session, with(SessionsIn("database"))},
		{"session-memory", Words{"session, in memory with the user copied", "세션, 메모리에 사용자 사본"}, Session, with(SessionsIn("memory"))},
	}
	for _, level := range auth.Levels() {
		doors = append(doors, door{"jwt-" + string(level), levelWords(level), JWT, with(Level(level))})
	}
	return append(doors,
		door{"token", Words{"opaque token", "불투명 토큰"}, Token, settings},
		door{"cookie", Words{"signed cookie", "서명된 쿠키"}, Cookie, settings},
	)
}

// accessLife is the control of how long access tokens are good.
func accessLife() Control {
	return Control{
		Name: "access", Kind: Number, Default: "15", Min: 1, Max: 120,
		Label: Words{"Life of an access token", "액세스 토큰의 수명"}, Unit: Words{"min", "분"},
	}
}

// after is a column of moments.
func after(d time.Duration) Words {
	if d == 0 {
		return Words{"at once", "바로"}
	}
	w := span(d)
	together := strings.NewReplacer(" d", "\u00a0d", " h", "\u00a0h", " min", "\u00a0min", " s", "\u00a0s") // in a narrow column
	return Words{"after " + together.Replace(w.EN), w.KO + "\u00a0뒤"}
}

// replayAt has a client send its copy at each of some moments from now on, and puts the clock back.
func (w *Environment) replayAt(c *Client, m Mode, moments []time.Duration) (cells []Cell) {
	began := w.Clock.Now()
	defer w.jump(began)
	for _, d := range moments {
		w.jump(began.Add(d))
		cells = append(cells, Came(c.Replay(m)))
	}
	return cells
}

func columns(moments []time.Duration) (list []Words) {
	for _, d := range moments {
		list = append(list, after(d))
	}
	return list
}

// inUse is how often something is used while it is watched: often enough that no idle limit ends it.
const inUse = 10 * time.Minute

// holdsFor moves the clock to find, to the second, for how long from now on something in use goes on being true.
// most is where the search ends; the clock is put back.
func (w *Environment) holdsFor(most time.Duration, still func() bool) time.Duration {
	w.play.event(Words{"The clock is moved to find when it ends.", "언제 끝나는지 시계를 옮겨 가며 찾아요."})
	began := w.Clock.Now()
	defer w.jump(began)
	at := func(d time.Duration) bool { w.jump(began.Add(d)); return still() }
	if !at(0) {
		return 0
	}
	low, high := time.Duration(0), inUse
	for at(high) {
		if high >= most {
			return most
		}
		low = high
		if high += inUse; high > w.settings.SessionMax+inUse { // nothing idle is left
			high = min(2*low, most)
		}
	}
	return Narrow(low, high, at)
}

// observer is a client that holds what another does and loses nothing by looking: whatever it is told to forget.
func (w *Environment) observer(of *Client) *Client {
	c := w.Client(of.actor)
	c.jar.copyOf(of.jar)
	c.access, c.refreshToken = maps.Clone(of.access), of.refreshToken
	return c
}
