package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"twodoors/handlers/auth"
	"twodoors/models"
	"twodoors/models/sqltrace"
)

type userCommands struct {
	Add           addUserCommand       `cmd:"" help:"Add a user; the password is the first line of standard input."`
	ResetPassword resetPasswordCommand `cmd:"" help:"Set a user's password (the first line of standard input) and end every sign-in of theirs."`
	List          listUsersCommand     `cmd:"" help:"List the installation's own users."`
}

type addUserCommand struct {
	Name  string `arg:"" help:"3 to 32 of a-z 0-9 . _ -"`
	Admin bool   `help:"Give the user the role admin."`
}

// Run adds a user who belongs to the installation and to no demo team.
func (c addUserCommand) Run(ctx context.Context, p *program) error {
	if err := auth.CheckUsername(c.Name); err != nil {
		return err
	}
	role := models.RoleMember
	if c.Admin {
		role = models.RoleAdmin
	}
	return p.withDatabase(ctx, func(ctx context.Context, db *models.DB) error {
		hash, err := p.readPassword(ctx)
		if err != nil {
			return err
		}
		_, err = db.CreateUser(ctx, models.NewUser{Name: c.Name, PasswordHash: hash, Role: role, Now: p.now()})
		if errors.Is(err, models.ErrTaken) {
			return fmt.Errorf("the user name %s is taken", c.Name)
		}
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.out, "added %s (%s)\n", c.Name, role)
		return err
	})
}

type resetPasswordCommand struct {
	Name string `arg:"" help:"The user's name."`
}

// Run sets the password and ends what was signed in with the old one, in every mode: whoever forgot it may have
// lost it to somebody (OWASP ASVS 5.0, 7.4.3).
func (c resetPasswordCommand) Run(ctx context.Context, p *program) error {
	if err := errors.Join(p.checkTimes(), p.checkSessionStore()); err != nil {
		return err
	}
	return p.withDatabase(ctx, func(ctx context.Context, db *models.DB) error {
		now := p.now()
		user, err := db.UserByName(ctx, c.Name, now)
		if errors.Is(err, models.ErrNotFound) {
			return fmt.Errorf("there is no user %s", c.Name)
		}
		if err != nil {
			return err
		}
		hash, err := p.readPassword(ctx)
		if err != nil {
			return err
		}
		if _, err := db.SetPassword(ctx, user.ID, hash); err != nil {
			return err
		}
		sessions, err := p.endSessions(ctx, db, user.ID)
		if err != nil {
			return err
		}
		families, err := db.EndOtherFamilies(ctx, user.ID, 0, "password-reset", now, auth.Leeway)
		if err != nil {
			return err
		}
		tokens, err := db.RevokeToken(ctx, user.ID)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.out, "new password for %s; sign-ins ended: %d session, %d JWT, %d opaque token\n"+
			"What no server takes back: a JWT that is out works for up to %v where the level does not ask, a signed cookie for up to %v.\n",
			c.Name, sessions, families, tokens, p.AccessTTL+auth.Leeway, max(p.SessionMax, p.Remember))
		return err
	})
}

type listUsersCommand struct{}

// listPage is how many users are read at a time.
const listPage = 500

// Run prints one user a line, by name.
func (listUsersCommand) Run(ctx context.Context, p *program) error {
	return p.withDatabase(ctx, func(ctx context.Context, db *models.DB) error {
		table := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "NAME\tROLE\tACTIVE\tSINCE")
		for offset := 0; ; offset += listPage {
			users, err := db.UsersOfTeam(ctx, 0, listPage, offset)
			if err != nil {
				return err
			}
			for _, u := range users {
				active := "yes"
				if !u.Active {
					active = "no"
				}
				fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", u.Name, u.Role, active, u.CreatedAt.UTC().Format(time.DateOnly))
			}
			if len(users) < listPage {
				return table.Flush()
			}
		}
	})
}

// withDatabase opens the database for a command. Its statements belong to no request.
func (p *program) withDatabase(ctx context.Context, do func(context.Context, *models.DB) error) error {
	if err := p.checkDatabase(); err != nil {
		return err
	}
	ctx = sqltrace.Background(ctx)
	db, err := models.Open(ctx, models.Options{URL: p.Database, Log: newLog(p.LogFormat, p.err)})
	if err != nil {
		return err
	}
	return errors.Join(do(ctx, db), db.Close())
}

// readPassword reads the first line of standard input and returns the password's hash.
func (p *program) readPassword(ctx context.Context) (string, error) {
	if file, ok := p.in.(*os.File); ok {
		if info, err := file.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			fmt.Fprint(p.err, "Password (it will be seen on the screen): ")
		}
	}
	// A file from a Windows editor may begin with a byte order mark, which is no part of what was typed.
	const mark = "\ufeff"
	line, err := bufio.NewReader(io.LimitReader(p.in, int64(len(mark)+auth.MaxPassword+len("\r\n")))).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	password := strings.TrimSuffix(strings.TrimSuffix(strings.TrimPrefix(line, mark), "\n"), "\r")
	if password == "" {
		return "", errors.New("the password is the first line of standard input, and there was none")
	}
	if err := auth.CheckPassword(password); err != nil {
		return "", err
	}
	return newHasher().Hash(ctx, password)
}
