// Package labs runs in Chromium the labs, and the statements that only a browser can show.
package labs
