package models

import (
	"context"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5"
)

// CreateSchema makes an empty schema in a PostgreSQL database: a place for the tables of one world, beside
// everything else that is there.
func CreateSchema(ctx context.Context, url, name string) error {
	return onPostgres(ctx, url, "CREATE SCHEMA "+pgx.Identifier{name}.Sanitize())
}

// DropSchema removes a schema with all that is in it.
func DropSchema(ctx context.Context, url, name string) error {
	return onPostgres(ctx, url, "DROP SCHEMA IF EXISTS "+pgx.Identifier{name}.Sanitize()+" CASCADE")
}

// onPostgres runs one statement on a connection of its own.
func onPostgres(ctx context.Context, url, statement string) error {
	if !strings.HasPrefix(url, "postgres") {
		return errors.New("database: only PostgreSQL has schemas")
	}
	config, err := postgresConfig(url)
	if err != nil {
		return err
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return oneLine(err, config.Password)
	}
	_, err = conn.Exec(ctx, statement)
	if err = errors.Join(err, conn.Close(ctx)); err != nil {
		return oneLine(err, config.Password)
	}
	return nil
}
