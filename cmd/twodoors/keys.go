package main

import (
	"fmt"
	"text/tabwriter"
	"time"

	"twodoors/handlers/auth"
)

type keysCommands struct {
	Rotate rotateCommand   `cmd:"" help:"Make a new signing key and a new cookie key. Servers that run take them up by themselves; the old keys stay good for one life of an access token and of a cookie (limited tokens of a longer life end with them)."`
	List   listKeysCommand `cmd:"" help:"List the keys: which one signs, and until when each is good."`
}

type rotateCommand struct {
	Settle time.Duration `default:"10s" help:"How long the new keys are shown before they are used, so that every server knows them by then."`
}

// Run rotates the keys. How long the old ones stay good follows the settings, which are to be the server's own.
func (c rotateCommand) Run(p *program) error {
	if err := p.checkTimes(); err != nil {
		return err
	}
	if c.Settle < 0 {
		return fmt.Errorf("--settle %v: must be 0s or more", c.Settle)
	}
	err := auth.RotateKeys(p.Keys, auth.Rotation{
		Now: p.now(), Settle: c.Settle, Access: p.AccessTTL, Cookie: max(p.SessionMax, p.Remember),
	}, p.keyAccess())
	if err != nil {
		return err
	}
	return p.printKeys()
}

type listKeysCommand struct{}

// Run prints one key a line, and nothing that is secret.
func (listKeysCommand) Run(p *program) error { return p.printKeys() }

func (p *program) printKeys() error {
	now := p.now()
	keys, err := auth.ListKeys(p.Keys, now, p.keyAccess())
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "FILE\tFOR\tSTATE\tSIGNS FROM\tGOOD UNTIL\tKID")
	for _, k := range keys {
		use, state := "cookies", "verifies"
		if k.Alg != "" {
			use = "tokens, " + k.Alg
		}
		switch {
		case k.Signs:
			state = "signs"
		case k.From.After(now):
			state = "next"
		}
		until := "its rotation"
		if !k.Retires.IsZero() {
			until = k.Retires.UTC().Format(time.RFC3339)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", k.File, use, state, k.From.UTC().Format(time.RFC3339), until, k.ID)
	}
	return table.Flush()
}

// keyAccess is who may be able to read the keys.
func (s Settings) keyAccess() auth.KeyAccess {
	if s.SharedKeys {
		return auth.SharedKeys
	}
	return auth.OwnerOnly
}
