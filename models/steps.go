package models

// steps bring the tables from one version to the next, the first of them from 1 to 2.
// A new database gets schema and then every step, so that old and new ones are alike.
// A step that has been released never changes.
func steps() []string {
	return []string{userTokens, signIns, tokenEvents, limitedTokens, installation, accessEnds, levelChoices, pendingEnds, tokenIssuers}
}

// schemaVersion is the version that this program knows, kept in the database beside
// the tables.
func schemaVersion() int { return 1 + len(steps()) }

// userTokens keeps one opaque token for each user. A version without a hash has been
// revoked, and nothing signs in by it; it stays, since the token is made of it: a row
// that began anew would bring the revoked token back.
const userTokens = `
CREATE TABLE user_tokens (
	user_id    BIGINT NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
	version    BIGINT NOT NULL,
	token_hash {bytes} UNIQUE,
	created_at BIGINT NOT NULL
) {keyed};
`

// signIns keeps each user's last sign-ins, a bounded number of places for each user.
const signIns = `
CREATE TABLE sign_ins (
	user_id    BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	place      BIGINT NOT NULL,
	number     BIGINT NOT NULL,
	at         BIGINT NOT NULL,
	mode       TEXT   NOT NULL,
	address    TEXT   NOT NULL,
	user_agent TEXT   NOT NULL,
	PRIMARY KEY (user_id, place)
) {keyed};
CREATE INDEX sign_ins_at ON sign_ins (at);
`
