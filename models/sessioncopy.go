package models

import (
	"fmt"
	"strconv"
	"time"
)

// SessionCopy is a session as it is kept outside of the database, where no statement can join it with its
// user: it carries a copy of the user as it was when signing in. What such a copy cannot know is what
// happened to the user since, unless whoever changes the user changes the copies too.
type SessionCopy struct {
	Session
	User User
}

// Alive holds as long as the session may be used: until its absolute end, until it was idle for too long,
// and until a demo account is over. It is the rule that FindSession has in SQL.
func (c SessionCopy) Alive(now time.Time) bool { return c.Ends().After(now) }

// Ends is when the session is over if nobody uses it any more.
func (c SessionCopy) Ends() time.Time {
	end := c.LastPossible()
	if idle := c.LastSeen.Add(c.Idle); c.Idle > 0 && idle.Before(end) {
		return idle
	}
	return end
}

// LastPossible is when the session is over however often it is used.
func (c SessionCopy) LastPossible() time.Time {
	if end := c.User.ExpiresAt; !end.IsZero() && end.Before(c.ExpiresAt.Time) {
		return end.Time
	}
	return c.ExpiresAt.Time
}

// Field is one value of a copy under its name.
type Field struct {
	Name  string
	Value any // int64, bool, string or []byte
}

// Column is the field as it is shown.
func (f Field) Column() Column { return column(f.Name, f.Value) }

// Text is the field as a store of texts keeps it.
func (f Field) Text() string {
	switch v := f.Value.(type) {
	case int64:
		return strconv.FormatInt(v, 10)
	case bool:
		return strconv.FormatBool(v)
	case []byte:
		return string(v)
	}
	return fmt.Sprint(f.Value)
}

// Fields are all that is kept of a session but its id, named as the database's columns are.
func (c SessionCopy) Fields() []Field {
	return append([]Field{
		{"device_id", c.DeviceID}, {"user_id", c.UserID},
		{"created_at", micros(c.CreatedAt.Time)}, {"last_seen", micros(c.LastSeen.Time)},
		{"idle_seconds", int64(c.Idle / time.Second)}, {"expires_at", micros(c.ExpiresAt.Time)},
		{"user_agent", c.UserAgent}, {"address", c.Address}, {"remember", c.Remember},
	}, UserFields(c.User)...)
}

// UserFields are the copy of the user: what a page needs to know of who is asking.
func UserFields(u User) []Field {
	return []Field{
		{"user_name", u.Name}, {"user_display_name", u.DisplayName}, {"user_role", u.Role}, {"user_team_id", u.TeamID},
		{"user_expires_at", micros(u.ExpiresAt.Time)},
	}
}

// ParseSessionCopy reads the fields back from their texts. It fails where one is missing or is no number.
func ParseSessionCopy(hash [32]byte, texts map[string]string) (SessionCopy, error) {
	r := reader{texts: texts}
	c := SessionCopy{
		Session: Session{
			IDHash: hash, DeviceID: r.number("device_id"), UserID: r.number("user_id"),
			CreatedAt: fromMicros(r.number("created_at")), LastSeen: fromMicros(r.number("last_seen")),
			Idle: time.Duration(r.number("idle_seconds")) * time.Second, ExpiresAt: fromMicros(r.number("expires_at")),
			UserAgent: r.text("user_agent"), Address: r.text("address"), Remember: r.text("remember") == "true",
		},
		User: User{
			Name: r.text("user_name"), DisplayName: r.text("user_display_name"), Role: r.text("user_role"),
			TeamID: r.number("user_team_id"), ExpiresAt: fromMicros(r.number("user_expires_at")), Active: true,
		},
	}
	c.User.ID = c.UserID
	return c, r.err
}

// reader reads fields and keeps the first fault.
type reader struct {
	texts map[string]string
	err   error
}

func (r *reader) text(name string) string {
	text, ok := r.texts[name]
	if !ok && r.err == nil {
		r.err = fmt.Errorf("a stored session lacks %s", name)
	}
	return text
}

func (r *reader) number(name string) int64 {
	n, err := strconv.ParseInt(r.text(name), 10, 64)
	if err != nil && r.err == nil {
		r.err = fmt.Errorf("a stored session's %s is no number", name)
	}
	return n
}
