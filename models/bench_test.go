package models_test

import (
	"context"
	"testing"
	"time"

	"twodoors/models"
	"twodoors/models/sqltrace"
)

// BenchmarkFindSession is the lookup of nearly every request in session mode, with
// its recorder.
func BenchmarkFindSession(b *testing.B) {
	for _, kind := range []string{"sqlite", "memory", "postgres"} {
		b.Run(kind, func(b *testing.B) {
			db := MustOpen(b, URL(b, kind))
			u := MustUser(b, db, "ada", models.RoleMember)
			s := MustSession(b, db, u.ID, 1, "id")
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					req := sqltrace.For(sqltrace.With(ctx, sqltrace.NewRecorder(time.Now())), sqltrace.Auth)
					if _, _, err := db.FindSession(req, s.IDHash, now); err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}
