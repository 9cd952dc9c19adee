// Package models keeps everything that Two Doors stores: users, demo teams, notes,
// server-side sessions, refresh tokens and the denylist, in SQLite or PostgreSQL.
//
// It never asks for the time: the caller passes it in. It never sees a secret of a
// client either: ids of sessions and refresh tokens arrive as their SHA-256.
package models
