// Package bench measures servers over loopback sockets: so many requests a second at full load, how long each
// took, and what the server's own process spent on it. It knows nothing of what it measures: whoever uses it
// says where each server listens, which requests to send, and how to ask for its process's usage.
package bench
