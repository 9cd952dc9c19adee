package labs

import "unicode/utf8"

// Words are a sentence in the languages of the app.
type Words struct{ EN, KO string }

// In returns the words in a language, "en" or "ko"; English stands in for any other.
func (w Words) In(language string) string {
	if language == "ko" && w.KO != "" {
		return w.KO
	}
	return w.EN
}

// Say makes Words.
func Say(en, ko string) Words { return Words{en, ko} }

// subject is a Korean noun as the subject of its sentence: what comes after it depends on how it ends.
func subject(noun string) string {
	const first, finals = '가', 28 // of the syllables, which stand in the order of their endings
	if last, _ := utf8.DecodeLastRuneInString(noun); (last-first)%finals == 0 {
		return noun + "가"
	}
	return noun + "이"
}

func join(words []Words) Words {
	var all Words
	for i, w := range words {
		if i > 0 {
			all.EN += " · "
			all.KO += " · "
		}
		all.EN += w.EN
		all.KO += w.KO
	}
	return all
}
