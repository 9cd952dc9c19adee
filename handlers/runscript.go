package handlers

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"

	"twodoors/handlers/labs"
)

// scriptCommands bounds a script: who has sent a dozen requests by hand has seen how it goes on.
const scriptCommands = 14

// script writes the requests of a run as commands for a shell, against this server. Credentials are variables and
// jars, filled by the answers of the commands before.
type script struct {
	lang    string
	b       strings.Builder
	held    map[string]string // what holds a credential: a jar, or a variable with its $
	last    string
	count   int
	repeats int
}

func (s *script) say(w labs.Words) {
	s.b.WriteString("# " + strings.ReplaceAll(w.In(s.lang), "\n", " ") + "\n")
}

// shellScript is the script of a run, "" where there is nothing to send.
func shellScript(steps []labs.Step, lang string, signup bool, base string) string {
	s := &script{lang: lang, held: map[string]string{}}
	s.b.WriteString("BASE=" + base + "\n")
	if signup {
		s.say(labs.Say("An account to try it with, once:", "시험해 볼 계정, 한 번만:"))
		s.b.WriteString(`curl -s $BASE/api/signup -H 'Content-Type: application/json' -d '{"username":"` + labs.OwnerName + `","password":"correct horse battery"}'` + "\n")
	}
	for _, step := range steps {
		if s.count >= scriptCommands {
			break
		}
		if len(step.Exchanges) == 0 && len(step.Events) == 0 {
			continue
		}
		s.flush()
		s.b.WriteByte('\n')
		s.say(step.Says)
		for _, e := range step.Events {
			s.b.WriteString("#   ")
			s.say(e)
		}
		for _, x := range step.Exchanges {
			if s.count < scriptCommands {
				s.command(x)
			}
		}
	}
	s.flush()
	if s.count == 0 {
		return ""
	}
	return s.b.String()
}

// flush says how often the last command came again.
func (s *script) flush() {
	if s.repeats > 0 {
		s.say(labs.Say("the same again, and again", "같은 요청을 되풀이"))
	}
	s.repeats = 0
}

func (s *script) command(x labs.Exchange) {
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(x.Request)))
	if err != nil {
		return
	}
	body, _ := io.ReadAll(r.Body)
	actor := strings.ReplaceAll(string(x.Actor), "-", "_")
	parts := []string{"curl -si"}
	if x.Method != http.MethodGet && (x.Method != http.MethodPost || len(body) == 0) {
		parts = append(parts, "-X "+x.Method)
	}
	parts = append(parts, `"$BASE`+x.Target+`"`)
	for _, name := range []string{"Accept", "Content-Type", "Origin"} {
		value := r.Header.Get(name)
		if value == "" || name == "Origin" && x.Actor != labs.OtherSite {
			continue
		}
		parts = append(parts, "-H '"+name+": "+value+"'")
	}
	parts = append(parts, s.credentials(r, actor)...)
	if len(body) > 0 {
		parts = append(parts, "--data '"+s.withVariables(string(body))+"'")
	}
	line := strings.Join(parts, " ")
	tokens := s.learn(x, actor)
	if line == s.last && len(tokens) == 0 {
		s.repeats++
		return
	}
	s.flush()
	s.last = line
	s.count++
	if len(tokens) == 0 {
		s.b.WriteString(line + "\n")
		return
	}
	s.b.WriteString(`ANSWER=$(` + line + `); echo "$ANSWER"` + "\n")
	for _, t := range tokens {
		s.b.WriteString(t.variable + `=$(echo "$ANSWER" | sed -n 's/.*"` + t.member + `":"\([^"]*\)".*/\1/p')` + "\n")
	}
}

// credentials are the options that send what the request carried.
func (s *script) credentials(r *http.Request, actor string) (options []string) {
	own := actor + ".jar"
	from := own
	for _, c := range r.Cookies() {
		if jar, known := s.held[c.Value]; known && strings.HasSuffix(jar, ".jar") && jar != own {
			from = jar
		}
	}
	switch {
	case from != own:
		options = append(options, "-b "+from)
	case len(r.Cookies()) > 0 || r.Method != http.MethodGet:
		options = append(options, "-b "+own+" -c "+own)
	}
	if kind, token, found := strings.Cut(r.Header.Get("Authorization"), " "); found {
		variable, known := s.held[token]
		if !known {
			variable = "$CHANGED" // which the reader makes
		}
		options = append(options, `-H "Authorization: `+kind+` `+variable+`"`)
	}
	return options
}

// withVariables puts variables in the place of tokens inside a body that stands in single quotes.
func (s *script) withVariables(body string) string {
	body = strings.ReplaceAll(body, "'", `'\''`)
	for value, where := range s.held {
		if strings.HasPrefix(where, "$") && strings.Contains(body, value) {
			body = strings.ReplaceAll(body, value, `'"`+where+`"'`)
		}
	}
	return body
}

// learned is a member of an answer that becomes a variable.
type learned struct{ member, variable string }

// learn remembers who got which credential.
func (s *script) learn(x labs.Exchange, actor string) (tokens []learned) {
	response, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(x.Response)), nil)
	if err != nil {
		return nil
	}
	defer response.Body.Close()
	for _, c := range response.Cookies() {
		if len(c.Value) > 8 {
			s.held[c.Value] = actor + ".jar"
		}
	}
	var members map[string]any
	if json.NewDecoder(response.Body).Decode(&members) != nil {
		return nil
	}
	for member, suffix := range map[string]string{"access_token": "_ACCESS", "token": "_TOKEN", "refresh_token": "_REFRESH"} {
		if value, ok := members[member].(string); ok && value != "" {
			variable := strings.ToUpper(actor) + suffix
			s.held[value] = "$" + variable
			tokens = append(tokens, learned{member, variable})
		}
	}
	slices.SortFunc(tokens, func(a, b learned) int { return strings.Compare(a.member, b.member) })
	return tokens
}
