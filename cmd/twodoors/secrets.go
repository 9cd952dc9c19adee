package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

type secretsCommand struct {
	Folder   string `arg:"" help:"Where the files are: a volume that the app and the database share."`
	Password string `env:"TWODOORS_DB_PASSWORD" placeholder:"PASSWORD" help:"The database password; without one, a random one is made."`

	Redis         string `placeholder:"FOLDER" help:"Where the file with the Redis password is: a volume that the app and Redis share."`
	RedisPassword string `env:"TWODOORS_REDIS_PASSWORD" placeholder:"PASSWORD" help:"The Redis password; without one, a random one is made once."`
}

// Names of the files. The database's own first process reads its file as another user than the app's, so it can
// be read by everyone who has the volume; the app's file is in the form that PostgreSQL clients take.
const (
	databasePasswordFile = "db-password"
	passwordFile         = "pgpass"
	redisPasswordFile    = "redis-password"
)

// Run makes the passwords that are missing.
func (c secretsCommand) Run(p *program) error {
	if err := c.forDatabase(p); err != nil || c.Redis == "" {
		return err
	}
	return c.forRedis(p)
}

// forRedis makes the password once; one that is given takes its place, as Redis has whichever it is started with.
func (c secretsCommand) forRedis(p *program) error {
	if strings.ContainsAny(c.RedisPassword, "\r\n\x00") {
		return errors.New("TWODOORS_REDIS_PASSWORD: must be one line")
	}
	if err := os.MkdirAll(c.Redis, 0o755); err != nil {
		return err
	}
	file := filepath.Join(c.Redis, redisPasswordFile)
	kept, err := os.ReadFile(file)
	switch {
	case err == nil && (c.RedisPassword == "" || c.RedisPassword == string(kept)):
		return nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	case c.RedisPassword == "":
		c.RedisPassword = rand.Text()
	}
	if err := replaceFile(file, c.RedisPassword, 0o444); err != nil {
		return err
	}
	_, err = fmt.Fprintln(p.out, "made a password for Redis")
	return err
}

// forDatabase makes the password once: the database keeps the one that it was first started with.
func (c secretsCommand) forDatabase(p *program) error {
	if strings.ContainsAny(c.Password, "\r\n\x00") {
		return errors.New("TWODOORS_DB_PASSWORD: must be one line")
	}
	if err := os.MkdirAll(c.Folder, 0o755); err != nil {
		return err
	}
	file := filepath.Join(c.Folder, databasePasswordFile)
	kept, err := os.ReadFile(file)
	switch {
	case err == nil && c.Password != "" && c.Password != string(kept):
		return errors.New("TWODOORS_DB_PASSWORD: the database was made with another password; leave it unset, or start afresh without the old volumes")
	case err == nil:
		c.Password = string(kept)
	case !errors.Is(err, fs.ErrNotExist):
		return err
	case c.Password == "":
		c.Password = rand.Text()
	}
	escaped := strings.NewReplacer(`\`, `\\`, `:`, `\:`).Replace(c.Password)
	if err := replaceFile(filepath.Join(c.Folder, passwordFile), "*:*:*:*:"+escaped+"\n", 0o600); err != nil {
		return err
	}
	if kept != nil {
		return nil
	}
	if err := replaceFile(file, c.Password, 0o444); err != nil {
		return err
	}
	_, err = fmt.Fprintln(p.out, "made a password for the database")
	return err
}

// replaceFile writes a file whole or not at all.
func replaceFile(path, content string, mode fs.FileMode) error {
	temporary, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name())
	_, err = temporary.WriteString(content)
	err = errors.Join(err, temporary.Chmod(mode), temporary.Sync(), temporary.Close())
	if err != nil {
		return err
	}
	return os.Rename(temporary.Name(), path)
}
