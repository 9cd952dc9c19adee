package sqltrace

import "strings"

// control are the first words of statements that only steer a transaction.
var control = [...]string{"begin", "commit", "rollback", "savepoint", "release", "start transaction", "end", "abort"}

// kindOf tells transaction control from everything else by the first words of the
// text. A text of several statements is one that does something, even if it begins
// with BEGIN.
func kindOf(sql string) Kind {
	text := strings.TrimLeft(sql, " \t\r\n")
	if text == "" || strings.IndexByte("bcrseaBCRSEA", text[0]) < 0 {
		return KindStatement
	}
	for _, word := range control {
		if len(text) < len(word) || !strings.EqualFold(text[:len(word)], word) {
			continue
		}
		rest := text[len(word):]
		if rest != "" && !strings.ContainsRune(" \t\r\n;", rune(rest[0])) {
			continue
		}
		if i := strings.IndexByte(rest, ';'); i >= 0 && strings.Trim(rest[i:], "; \t\r\n") != "" {
			return KindStatement
		}
		return KindTransaction
	}
	return KindStatement
}
