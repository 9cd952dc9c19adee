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

// greet prints the address to open and, where only this machine can reach it, the commands for a class on a LAN
// that this machine has the address lan on. Browsers warn of a certificate of our own; what to compare is said here,
// where nobody on the network can have a hand in it.
func greet(out io.Writer, config handlers.Config, listener net.Listener, lan string) {
	fmt.Fprintf(out, "Two Doors: %s\n", config.BaseURL)
	if config.SelfSigned != nil {
		fmt.Fprintf(out, "The certificate is self-signed, so browsers warn. Go on only if the one they show has this SHA-256 fingerprint:\n"+
			"서버가 스스로 만든 인증서라서 브라우저가 경고해요. 브라우저가 보여 주는 SHA-256 지문이 아래와 같을 때만 계속하세요:\n  %s\n", config.SelfSigned())
	}
	addr, ok := listener.Addr().(*net.TCPAddr)
	if !ok || !addr.IP.IsLoopback() || lan == "" {
		return
	}
	if config.BaseURL.Scheme == "http" {
		fmt.Fprintf(out, "For a class on this LAN: %s --insecure-lan --addr 0.0.0.0:%d --base-url http://%s:%d\n", invocation(), addr.Port, lan, addr.Port)
		fmt.Fprint(out, "The same encrypted, with a warning in each browser:")
	} else {
		fmt.Fprint(out, "For a class on this LAN:")
	}
	fmt.Fprintf(out, " %s --tls-self-signed --addr 0.0.0.0:%d --base-url https://%s:%d\n", invocation(), addr.Port, lan, addr.Port)
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
	if all := lanAddresses(); len(all) > 0 {
		return all[0].String()
	}
	return ""
}

// lanAddresses returns this machine's private IPv4 addresses on networks that other machines share.
func lanAddresses() []net.IP {
	interfaces, err := net.Interfaces()
	if err != nil {
		return nil
	}
	var found []net.IP
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
				found = append(found, n.IP)
			}
		}
	}
	return found
}

func isVirtual(name string) bool {
	for _, prefix := range virtualNetworks {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}
