package bench

// Carried is what a place of sign-ins carries, with the app's own statements beside it on the same machine.
type Carried struct {
	Place string `json:"place"` // "sqlite", "postgres", "redis", "memory"
	// What it does in a second, sixteen at once: finding a session with its user, writing when a session was last
	// seen, exchanging a refresh token for the next. 0: it does not do that.
	Finds    float64 `json:"finds_per_second"`
	Touches  float64 `json:"touches_per_second"`
	Renewals float64 `json:"renewals_per_second,omitempty"`
	// What one more takes, indexes included, in bytes: a session; a family with its first refresh token; each refresh
	// token after it; an opaque token. 0: it does not keep that.
	Session float64 `json:"session_bytes"`
	Family  float64 `json:"family_bytes,omitempty"`
	Renewal float64 `json:"renewal_bytes,omitempty"`
	Token   float64 `json:"token_bytes,omitempty"`
}
