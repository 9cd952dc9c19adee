package main

import (
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"

	"twodoors/handlers"
)

// defaultBaseURL is the address for this machine alone.
func defaultBaseURL(listener net.Listener) *url.URL {
	return &url.URL{Scheme: "http", Host: "localhost:" + strconv.Itoa(portOf(listener))}
}

func portOf(listener net.Listener) int {
	if addr, ok := listener.Addr().(*net.TCPAddr); ok {
		return addr.Port
	}
	return 0
}

// greet prints the address to open and, where only this machine can reach it, the command for a class on a LAN
// that this machine has the address lan on.
func greet(out io.Writer, config handlers.Config, listener net.Listener, lan string) {
	fmt.Fprintf(out, "Two Doors: %s\n", config.BaseURL)
	addr, ok := listener.Addr().(*net.TCPAddr)
	if !ok || !addr.IP.IsLoopback() || lan == "" {
		return
	}
	fmt.Fprintf(out, "For a class on this LAN: %s --insecure-lan --addr 0.0.0.0:%d --base-url http://%s:%d\n", invocation(), addr.Port, lan, addr.Port)
}

// invocation is how this program was started, as far as it can know.
func invocation() string {
	path, err := os.Executable()
	if err == nil && strings.Contains(path, "go-build") { // the cache that go run builds in
		return "go run ./cmd/twodoors"
	}
	return "twodoors"
}

// virtualNetworks begin the names of interfaces that lead to containers and virtual machines, not to a LAN.
var virtualNetworks = []string{"docker", "br-", "veth", "virbr", "vmnet", "vboxnet", "vEthernet", "utun", "tun", "tap", "wg", "tailscale", "cni", "podman"}

// lanAddress returns this machine's private IPv4 address on a network that other machines share, "" without one.
func lanAddress() string {
	interfaces, err := net.Interfaces()
	if err != nil {
		return ""
	}
	for _, i := range interfaces {
		if i.Flags&net.FlagUp == 0 || i.Flags&net.FlagLoopback != 0 || isVirtual(i.Name) {
			continue
		}
		addresses, err := i.Addrs()
		if err != nil {
			continue
		}
		for _, a := range addresses {
			if n, ok := a.(*net.IPNet); ok && n.IP.To4() != nil && n.IP.IsPrivate() {
				return n.IP.String()
			}
		}
	}
	return ""
}

func isVirtual(name string) bool {
	for _, prefix := range virtualNetworks {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}
