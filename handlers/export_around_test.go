package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"twodoors/handlers/trace"
)

// Around has begin called before every request and what it returns, if anything, with the request's record
// after it was answered.
func (n *Node) Around(begin func(r *http.Request) func(x *trace.Exchange)) {
	n.echo.Pre(func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			end := begin(c.Request())
			err := next(c)
			if x := trace.From(c.Request().Context()); x != nil && end != nil {
				end(x)
			}
			return err
		}
	})
}
