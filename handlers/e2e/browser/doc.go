// Package browser drives whole pages of a served node in Chromium: as a person would, with a keyboard, a phone, without scripts, in both
// languages.
package browser
