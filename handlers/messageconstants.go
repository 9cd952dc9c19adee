package handlers

import (
	"time"

	"twodoors/handlers/auth"
	"twodoors/handlers/labs"
)

// messageConstants are the figures that sentences name and that stay what they are while a node runs: a rule's bound is written
// down once, where it is kept.
func messageConstants(cfg Config) map[string]any {
	return map[string]any{
		"NameLeast": auth.MinUsername, "NameMost": auth.MaxUsername, "PasswordLeast": auth.MinPassword, "PasswordMost": auth.MaxPassword,
		"NoteMost": maxNote, "DisplayNameMost": maxDisplayName, "TokenNameMost": maxTokenName, "TokenLifeLeast": minTokenLife,
		"CookieMost": auth.MaxCookie, "CookieLife": cfg.Remember, "LastSeenEvery": auth.SessionLimits{Idle: cfg.SessionIdle}.LastSeenEvery(),
		"DemoHours": int(teamLife / time.Hour), "TourCount": len(labs.Tour()), "SandboxLife": originsLife,
	}
}
