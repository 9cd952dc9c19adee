// Package static holds the style sheet, the JavaScript modules and the icon, embedded in the program and
// served under addresses that change with their content, so that a browser may keep them for good.
package static
