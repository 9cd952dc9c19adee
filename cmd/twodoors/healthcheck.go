package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"time"
)

// healthLimit is how long the server may take to say that it is well.
const healthLimit = 3 * time.Second

type healthcheckCommand struct{}

// Run asks the server at --addr. It is a command of the app because the container it runs in has no other program.
func (healthcheckCommand) Run(ctx context.Context, p *program) error {
	if err := p.checkAddr(); err != nil {
		return err
	}
	host, port, err := net.SplitHostPort(p.Addr)
	if err != nil {
		return err
	}
	if port == "0" {
		return fmt.Errorf("--addr %s: the health check needs the port that the server listens on", p.Addr)
	}
	if ip := net.ParseIP(host); host == "" || (ip != nil && ip.IsUnspecified()) {
		host = "localhost"
	}
	scheme := "http://"
	if p.hasTLS() {
		scheme = "https://"
	}
	ctx, cancel := context.WithTimeout(ctx, healthLimit)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, scheme+net.JoinHostPort(host, port)+"/healthz", nil)
	if err != nil {
		return err
	}
	client := http.Client{Transport: &http.Transport{ // no proxy of the environment
		DisableKeepAlives: true,
		// The certificate is for the base URL's host, and this asks at --addr. Nothing secret is sent.
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
	}}
	response, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("unhealthy: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("unhealthy: %s", response.Status)
	}
	return nil
}
