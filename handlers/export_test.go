package handlers

import (
	"context"

	"github.com/labstack/echo/v4"

	"twodoors/handlers/trace"
)

// Watch has fn called with the record of every request after it was answered: tests ask it what the headers
// and the page cannot say, such as what was looked up after the figures had been fixed.
func (n *Node) Watch(fn func(path string, x *trace.Exchange)) {
	n.echo.Pre(func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			err := next(c)
			if x := trace.From(c.Request().Context()); x != nil {
				fn(c.Request().URL.Path, x)
			}
			return err
		}
	})
}

// Clear removes what has expired, as the background work does from time to time.
func (n *Node) Clear(ctx context.Context) { n.clear(ctx) }

// ReadLevels reads the levels that demo teams have chosen, as the background work does every second.
func (n *Node) ReadLevels(ctx context.Context) { n.readLevels(ctx, 0) }

// EchoRoutes lists the mounted routes as "METHOD /path".
func (n *Node) EchoRoutes() []string {
	var list []string
	for _, r := range n.echo.Routes() {
		list = append(list, r.Method+" "+r.Path)
	}
	return list
}
