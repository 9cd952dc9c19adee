package main

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"twodoors/models"
)

// benchBed is what a run stands on: a folder of its own, perhaps a schema of its own, and the servers.
type benchBed struct {
	*benchCommand
	err      io.Writer
	folder   string
	schemas  []string
	children []*benchChild
	of       map[string]*benchChild // by the name of a row
}

func newBenchBed(b *benchCommand, progress io.Writer) (*benchBed, error) {
	folder, err := os.MkdirTemp("", "twodoors-bench-")
	if err != nil {
		return nil, err
	}
	return &benchBed{benchCommand: b, err: progress, folder: folder, of: map[string]*benchChild{}}, nil
}

// close ends the servers and leaves nothing behind.
func (bed *benchBed) close() error {
	var errs []error
	for _, c := range bed.children {
		_ = c.stop() // its fault, if any, has been met before
	}
	for _, name := range bed.schemas {
		errs = append(errs, models.DropSchema(context.Background(), bed.Postgres, name))
	}
	return errors.Join(append(errs, os.RemoveAll(bed.folder))...)
}

// newSchema makes a schema for one server and returns the URL of a database that consists of it.
func (bed *benchBed) newSchema(ctx context.Context) (string, error) {
	u, err := url.Parse(bed.Postgres)
	if err != nil || !strings.HasPrefix(u.Scheme, "postgres") {
		return "", errors.New("--postgres: want postgres://user:password@host:port/name")
	}
	name := "bench_" + strings.ToLower(rand.Text()[:8])
	if err := models.CreateSchema(ctx, bed.Postgres, name); err != nil {
		return "", err
	}
	bed.schemas = append(bed.schemas, name)
	q := u.Query()
	q.Set("search_path", name)
	u.RawQuery = q.Encode()
	return u.String(), nil
}

// start starts a server; the app itself with the keys and times that suit all.
func (bed *benchBed) start(ctx context.Context, name, kind string, setup *benchSetup, flags ...string) (*benchChild, error) {
	if kind == "node" {
		flags = append([]string{"--keys=" + bed.folder + "/keys-" + name, "--access-ttl=4h", "--session-idle=4h"}, flags...)
	}
	if bed.Profile != "" {
		flags = append(flags, "--profile="+filepath.Join(bed.Profile, name+".pprof"))
	}
	c, err := startChild(ctx, name, kind, setup, flags...)
	if err != nil {
		return nil, err
	}
	bed.children = append(bed.children, c)
	return c, nil
}

// startNode starts the app twice: the first time makes its database and keys, the second is the one measured.
func (bed *benchBed) startNode(ctx context.Context, name string, flags ...string) (*benchChild, error) {
	first, err := bed.start(ctx, name, "node", nil, flags...)
	if err != nil {
		return nil, err
	}
	bed.children = bed.children[:len(bed.children)-1]
	if err := errors.Join(first.firstAnswer(ctx), first.stop()); err != nil {
		return nil, err
	}
	c, err := bed.start(ctx, name, "node", nil, flags...)
	if err != nil {
		return nil, err
	}
	if err := c.firstAnswer(ctx); err != nil {
		return nil, err
	}
	return c, nil
}
