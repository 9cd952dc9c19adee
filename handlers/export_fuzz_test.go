package handlers

// LocalPath, ShellQuote and BrowserName are the readers of outside input that no request reaches alone.

// LocalPath is localPath.
func LocalPath(path, fallback string) string { return localPath(path, fallback) }

// ShellQuote is shellQuote.
func ShellQuote(text string) string { return shellQuote(text) }

// BrowserName is browserName.
func BrowserName(header string) string { return browserName(header) }
