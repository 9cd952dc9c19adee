package views

// TwoOrigins is the lab of what browsers alone can show.
type TwoOrigins struct {
	Chrome
	Here    bool   // the visitor's browser is on this machine
	Address string // where the browser begins; "" without a sandbox that waits
	Gone    bool   // the sandbox that was asked for is not there any more
	Results []OriginsResult
}

// OriginsResult is what a claim came to in the visitor's browser.
type OriginsResult struct {
	Line     StatementLine
	Why      string
	Measured []RunFigure
}
