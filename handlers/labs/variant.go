package labs

import "twodoors/handlers/auth"

// variant is a mode with settings that a statement is tried under, and whether it is expected to hold there.
type variant struct {
	id       string // of what is measured
	what     Words
	mode     Mode
	settings []Setting
	want     bool
}

// atLevels are JWT's variants, one a level.
func atLevels(want func(auth.Level) bool) (list []variant) {
	for _, level := range auth.Levels() {
		list = append(list, variant{"jwt-" + string(level), levelWords(level), JWT, []Setting{Level(level)}, want(level)})
	}
	return list
}

// levelName is what a level of JWT is called.
func levelName(l auth.Level) Words {
	return Words{string(l), map[auth.Level]string{
		auth.LevelSignature: "‘서명’", auth.LevelUser: "‘사용자’", auth.LevelDenylist: "‘차단 목록’", auth.LevelVersion: "‘버전’",
	}[l]}
}

// levelWords names JWT at a level.
func levelWords(l auth.Level) Words {
	return Words{"JWT, level " + levelName(l).EN, "JWT, " + levelName(l).KO + " 수준"}
}
