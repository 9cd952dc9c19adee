package handlers

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"twodoors/handlers/labs"
)

// scriptCommands bounds a script: who has sent a dozen requests by hand has seen how it goes on.
const scriptCommands = 14

// script writes the requests of a run as commands for a shell, against this server. Credentials are variables and
// jars, filled by the answers of the commands before; a jar is copied where another client copied what is in it.
type script struct {
	lang    string
	b       strings.Builder
	held    map[string]string   // the variable, with its $, that holds a token
	jars    map[string]bool     // values of cookies that lie in some jar
	jarOf   map[string]string   // by a cookie's name: the jar that got one last
	senders map[string][]string // by a cookie's value: who sends it in this run
	lie     map[string]string   // the credential's cookie that lies in a jar, by jar
	named   map[string]int      // how many variables of a name there are
	world   int
	signup  bool
	spoil   string // how a credential was spoiled last
	last    string
	count   int
	repeats int
}

// credentialCookies are those that open a door.
var credentialCookies = []string{"twodoors-session", "twodoors-content", "twodoors-token", "twodoors-access"}

func (s *script) say(w labs.Words) {
	s.b.WriteString("# " + strings.ReplaceAll(w.In(s.lang), "\n", " ") + "\n")
}

// shellScript is the script of a run, "" where there is nothing to send.
func shellScript(steps []labs.Step, lang string, signup bool, base string) string {
	s := &script{
		lang: lang, signup: signup, held: map[string]string{}, jars: map[string]bool{}, jarOf: map[string]string{},
		senders: sendersOf(steps), lie: map[string]string{}, named: map[string]int{},
	}
	s.b.WriteString("BASE=" + base + "\n")
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
			if s.count < scriptCommands && x.Node > 0 { // another service is not there to be asked
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

// anew begins where a world did: with another account, and nobody signed in.
func (s *script) anew(world int) {
	if s.world == world {
		return
	}
	s.flush()
	if s.world > 0 && len(s.lie) > 0 {
		s.b.WriteString("rm -f " + strings.Join(slices.Sorted(maps.Keys(s.lie)), " ") + "\n")
	}
	switch {
	case s.signup:
		s.say(labs.Say("an account to try it with", "시험해 볼 계정"))
		s.b.WriteString(fmt.Sprintf("NAME=me-%d-$(date +%%s)-$$\n", world) +
			`curl -s "$BASE/api/signup" -H 'Content-Type: application/json' -d '{"username":"'"$NAME"'","password":"correct horse battery"}'` + "\n")
	case s.world == 0:
		s.say(labs.Say("an account to try it with, whose password stands below", "시험해 볼 계정. 비밀번호는 아래에 적힌 것"))
		s.b.WriteString("NAME=" + labs.OwnerName + "\n")
	}
	s.world, s.spoil = world, ""
	clear(s.lie)
}

// forgotten takes a credential out of a jar, where its client no longer sends it.
func (s *script) forgotten(r *http.Request, actor string) {
	jar := actor + ".jar"
	name := s.lie[jar]
	if name == "" {
		return
	}
	if _, err := r.Cookie(name); err == nil {
		return
	}
	s.flush()
	s.b.WriteString("grep -v " + name + " " + jar + " > rest.jar; mv rest.jar " + jar + "\n")
	s.lie[jar] = ""
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
	actor := scriptName(x.Actor)
	s.anew(x.Environment)
	s.forgotten(r, actor)
	s.spoiled(r, actor)
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
	tokens, copies := s.learn(x, actor)
	if line == s.last && len(tokens)+len(copies) == 0 {
		s.repeats++
		return
	}
	s.flush()
	s.last = line
	s.count++
	defer func() {
		for _, to := range copies {
			s.b.WriteString("cp " + actor + ".jar " + to + ".jar\n")
		}
	}()
	if len(tokens) == 0 {
		s.b.WriteString(line + "\n")
		return
	}
	s.b.WriteString(`ANSWER=$(` + line + `); echo "$ANSWER"` + "\n")
	for _, t := range tokens {
		s.b.WriteString(t.variable + `=$(echo "$ANSWER" | sed -n 's/.*"` + t.member + `":"\([^"]*\)".*/\1/p')` + "\n")
	}
}

// scriptName is a client as a file and a variable are named.
func scriptName(a labs.Actor) string { return strings.ReplaceAll(string(a), "-", "_") }

// sendersOf finds who sends which cookie in a run.
func sendersOf(steps []labs.Step) map[string][]string {
	senders := map[string][]string{}
	for _, step := range steps {
		for _, x := range step.Exchanges {
			r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(x.Request)))
			if err != nil {
				continue
			}
			for _, c := range r.Cookies() {
				if name := scriptName(x.Actor); len(c.Value) > 8 && !slices.Contains(senders[c.Value], name) {
					senders[c.Value] = append(senders[c.Value], name)
				}
			}
		}
	}
	return senders
}

// changedCookie is the name of a credential that came in a cookie and that nobody was given; "" for none.
func (s *script) changedCookie(r *http.Request) string {
	for _, c := range r.Cookies() {
		if slices.Contains(credentialCookies, c.Name) && !s.jars[c.Value] && s.jarOf[c.Name] != "" {
			return c.Name
		}
	}
	return ""
}

// spoiled writes how to spoil a credential, before a command that sends one that was changed: the run may have changed
// it in another way, and as little of it is left.
func (s *script) spoiled(r *http.Request, actor string) {
	line := ""
	if name := s.changedCookie(r); name != "" {
		line = `CHANGED=$(awk '/` + name + `/ { sub(/....$/, "AAAA", $7); print $6 "=" $7 }' ` + s.jarOf[name] + `)`
	} else if _, token, found := strings.Cut(r.Header.Get("Authorization"), " "); found && s.held[token] == "" {
		variable := s.jarOf["Authorization"]
		if variable == "" {
			variable = strings.ToUpper(actor) + "_ACCESS"
		}
		line = "CHANGED=${" + variable + "%????}AAAA"
	}
	if line != "" && line != s.spoil {
		s.flush()
		s.spoil = line
		s.say(labs.Say("changed, as one may: its last four characters", "바꾼 것. 여기서는 마지막 네 글자"))
		s.b.WriteString(line + "\n")
	}
}

// credentials are the options that send what the request carried.
func (s *script) credentials(r *http.Request, actor string) (options []string) {
	own := actor + ".jar"
	switch {
	case s.changedCookie(r) != "":
		options = append(options, `-H "Cookie: $CHANGED"`)
	case len(r.Cookies()) > 0 || r.Method != http.MethodGet:
		options = append(options, "-b "+own+" -c "+own)
	}
	if kind, token, found := strings.Cut(r.Header.Get("Authorization"), " "); found {
		variable, known := s.held[token]
		if !known {
			variable = "$CHANGED"
		}
		options = append(options, `-H "Authorization: `+kind+` `+variable+`"`)
	}
	return options
}

// withVariables puts variables in the place of tokens inside a body that stands in single quotes.
func (s *script) withVariables(body string) string {
	body = strings.ReplaceAll(strings.ReplaceAll(body, "'", `'\''`), labs.OwnerName, `'"$NAME"'`)
	for value, where := range s.held {
		if strings.Contains(body, value) {
			body = strings.ReplaceAll(body, value, `'"`+where+`"'`)
		}
	}
	return body
}

// learned is a member of an answer that becomes a variable.
type learned struct{ member, variable string }

// learn remembers who got which credential, and tells whose jars are to be copies of this one.
func (s *script) learn(x labs.Exchange, actor string) (tokens []learned, copies []string) {
	response, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(x.Response)), nil)
	if err != nil {
		return nil, nil
	}
	defer response.Body.Close()
	for _, c := range response.Cookies() {
		known := slices.Contains(credentialCookies, c.Name)
		if len(c.Value) <= 8 {
			if known && s.lie[actor+".jar"] == c.Name {
				s.lie[actor+".jar"] = ""
			}
			continue
		}
		s.jars[c.Value], s.jarOf[c.Name], s.spoil = true, actor+".jar", ""
		if known {
			s.lie[actor+".jar"] = c.Name
		}
		for _, to := range s.senders[c.Value] {
			if to != actor && !slices.Contains(copies, to) {
				copies = append(copies, to)
				if known {
					s.lie[to+".jar"] = c.Name
				}
			}
		}
	}
	var members map[string]any
	if json.NewDecoder(response.Body).Decode(&members) != nil {
		return nil, copies
	}
	for member, suffix := range map[string]string{"access_token": "_ACCESS", "token": "_TOKEN", "refresh_token": "_REFRESH"} {
		if value, ok := members[member].(string); ok && value != "" {
			variable := strings.ToUpper(actor) + suffix
			if s.named[variable]++; s.named[variable] > 1 {
				variable += "_" + strconv.Itoa(s.named[variable])
			}
			if suffix != "_REFRESH" {
				s.jarOf["Authorization"], s.spoil = variable, ""
			}
			s.held[value] = "$" + variable
			tokens = append(tokens, learned{member, variable})
		}
	}
	slices.SortFunc(tokens, func(a, b learned) int { return strings.Compare(a.member, b.member) })
	return tokens, copies
}
