package sqltrace

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
)

// Wrap returns a connector whose connections record what is sent through them.
//
// orphan, where not nil, is called for a counted statement whose context has
// neither a recorder nor is marked Background: a statement without a request.
func Wrap(c driver.Connector, orphan func(ctx context.Context, sql string)) driver.Connector {
	return WrapSwitched(c, orphan, nil)
}

// WrapSwitched is Wrap for a database that can be switched off.
func WrapSwitched(c driver.Connector, orphan func(ctx context.Context, sql string), power *Switch) driver.Connector {
	if orphan == nil {
		orphan = func(context.Context, string) {}
	}
	return &connector{Connector: c, orphan: orphan, power: power}
}

type connector struct {
	driver.Connector
	orphan func(ctx context.Context, sql string)
	power  *Switch
}

// Connect opens a connection of the wrapped connector.
func (c *connector) Connect(ctx context.Context) (driver.Conn, error) {
	if err := c.power.err(); err != nil {
		return nil, err
	}
	inner, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return wrapConn(inner, c.orphan, c.power), nil
}

// Close closes the wrapped connector where it can be closed.
func (c *connector) Close() error {
	if closer, ok := c.Connector.(io.Closer); ok {
		return closer.Close()
	}
	return nil
}

// unsent reports that the statement was not sent: the database is switched off, the
// driver asks for another way (ErrSkip), or the connection was found dead before anything went out and
// database/sql takes another (ErrBadConn). The statement that follows is the one
// to record.
func unsent(err error) bool {
	return errors.Is(err, ErrOff) || errors.Is(err, driver.ErrSkip) || errors.Is(err, driver.ErrBadConn)
}
