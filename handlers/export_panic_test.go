package handlers

import "github.com/labstack/echo/v4"

// PanicAt mounts a page that panics, since the app has none.
func (n *Node) PanicAt(path string) {
	n.echo.GET(path, func(echo.Context) error { panic("a fault of the program") })
	n.echo.GET("/api"+path, func(echo.Context) error { panic("a fault of the program") })
}
