package views

import "time"

// SignIn is one of the user's last sign-ins.
type SignIn struct {
	At      time.Time
	Door    Door
	Browser string // e.g. "Chromium 156 · Linux"
	Address string
}

// Confirm asks for the password again before a change that is sensitive.
type Confirm struct {
	Member
	Form
	Within time.Duration // how long a password is enough for
	// Action is where the change was posted to, Kept what was posted: the change is carried out once the
	// password is right.
	Action string
	Kept   []Field
}

// Field is one field of a form as it was sent.
type Field struct {
	Name, Value string
}
