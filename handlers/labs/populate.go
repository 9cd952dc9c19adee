package labs

import (
	"crypto/rand"
	"crypto/sha256"
	"time"

	"twodoors/models"
)

// populateBatch bounds what is made at once, so that a run can be cancelled in between and stays small.
const populateBatch = 5000

// fillBatch bounds what the database makes with one statement: a busy machine must not reach its time limit.
const fillBatch = 10_000

// Populate has n sign-ins of the owner stored at once, below the password check, and returns the hash of one of
// the sessions.
func (w *Environment) Populate(n int, sessions, families bool) [32]byte {
	w.play.event(Words{"Sign-ins are stored below the password check.", "비밀번호 확인을 거치지 않고 로그인을 저장해요."})
	owner, now := w.Owner(), w.Clock.Now()
	var last [32]byte
	for n > 0 {
		must(w.play.ctx.Err())
		var p models.Population
		for range min(n, populateBatch) {
			id := w.nextDevice()
			last = sha256.Sum256([]byte(rand.Text()))
			if sessions {
				p.Sessions = append(p.Sessions, models.Session{
					IDHash: last, DeviceID: id, UserID: owner.ID, CreatedAt: models.At(now), LastSeen: models.At(now),
					Idle: w.settings.SessionIdle, ExpiresAt: models.At(now.Add(w.settings.SessionMax)), UserAgent: Owner.agent(), Address: Owner.address(),
				})
			}
			if families {
				p.Families = append(p.Families, models.Family{
					ID: id + 1, UserID: owner.ID, CreatedAt: models.At(now), LastSeen: models.At(now),
					ExpiresAt: models.At(now.Add(w.settings.SessionMax)), Carrier: "header", UserAgent: Owner.agent(), Address: Owner.address(),
				})
				p.Refresh = append(p.Refresh, last)
			}
		}
		must(w.Database.db.Populate(w.background(), p))
		n -= populateBatch
	}
	return last
}

// nextDevice is an id that no sign-in of the app has: theirs are random and large.
func (w *Environment) nextDevice() int64 {
	w.devices += 8
	return w.devices
}

// FillSessions has n sessions of the owner made by the database itself, and returns the hash of one of them. The
// browser's name is left out: rows are what is counted, and they lie in memory.
func (w *Environment) FillSessions(n int) [32]byte {
	w.play.event(Words{"The database fills its table of sessions.", "데이터베이스가 세션 테이블을 채워요."})
	owner, now := w.Owner(), models.At(w.Clock.Now())
	var hash [32]byte
	for n > 0 {
		must(w.play.ctx.Err())
		some := min(n, fillBatch)
		var err error
		hash, err = w.Database.db.FillSessions(w.background(), models.Session{
			DeviceID: w.nextDevice(), UserID: owner.ID, CreatedAt: now, LastSeen: now, Idle: w.settings.SessionIdle,
			ExpiresAt: models.At(now.Add(w.settings.SessionMax)), Address: Owner.address(),
		}, some)
		must(err)
		w.devices += int64(some) * 8
		n -= some
	}
	return hash
}

// RevokeToken takes the owner's opaque token away.
func (w *Environment) RevokeToken() {
	_, err := w.Database.db.RevokeToken(w.background(), w.Owner().ID)
	must(err)
	w.play.event(Words{"The token's row is made void.", "토큰의 행을 무효로 만들어요."})
}

// second is what just before and just after mean.
const second = time.Second
