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
	if orphan == nil {
		orphan = func(context.Context, string) {}
	}
	return &connector{Connector: c, orphan: orphan}
}

type connector struct {
	driver.Connector
	orphan func(ctx context.Context, sql string)
}

// Connect opens a connection of the wrapped connector.
func (c *connector) Connect(ctx context.Context) (driver.Conn, error) {
	inner, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return wrapConn(inner, c.orphan), nil
}

// Close closes the wrapped connector where it can be closed.
func (c *connector) Close() error {
	if closer, ok := c.Connector.(io.Closer); ok {
		return closer.Close()
	}
	return nil
}

// unsent reports that the statement was not sent: the driver asks for another way
// (ErrSkip), or the connection was found dead before anything went out and
// database/sql takes another (ErrBadConn). The statement that follows is the one
// to record.
func unsent(err error) bool {
	return errors.Is(err, driver.ErrSkip) || errors.Is(err, driver.ErrBadConn)
}
