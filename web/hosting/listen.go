package hosting

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// loopback holds the addresses of localhost and of the names below it (RFC 6761): browsers know them without asking the system,
// whose hosts file may name but one.
var loopback = []string{"127.0.0.1", "::1"}

// portTries bounds the search for a port that is free on every address. One port in some thousands is in use, so the second try
// hardly ever fails.
const portTries = 20

// A listenFunc is net.Listen, or stands in for it.
type listenFunc = func(network, address string) (net.Listener, error)

// Listen listens on every address of addr, which is HOST:PORT. A browser tries the addresses of a name in turn and shows what
// answers first, so where another program holds one of them, none is listened on. Port 0 becomes one free port for all addresses.
func Listen(ctx context.Context, addr string, on listenFunc) ([]net.Listener, error) {
	host, port, err := splitAddr(addr)
	var hosts []string
	if err == nil {
		hosts, err = addresses(ctx, host)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %q, which --addr gives as HOST:PORT: %w", addr, err)
	}
	var listeners []net.Listener
	if port != 0 && isWildcard(hosts) {
		// Linux refuses to listen on all addresses while another program listens on one of them; macOS and Windows do not, and
		// let that program have the connections to its address.
		listeners, err = listenOn(loopback, port, on)
		closeAll(listeners)
	}
	if !isTaken(err) {
		listeners, err = listenOn(hosts, port, on)
	}
	if isTaken(err) {
		return nil, takenError(addr, host, port, err)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %q, which --addr gives as HOST:PORT: %w", addr, err)
	}
	return listeners, nil
}

func splitAddr(addr string) (host string, port int, err error) {
	host, service, err := net.SplitHostPort(addr)
	if err != nil {
		return "", 0, err
	}
	port, err = net.LookupPort("tcp", service)
	return host, port, err
}

// addresses lists the IP addresses of a host, each once. Those of an empty one are "", for all of this machine.
func addresses(ctx context.Context, host string) ([]string, error) {
	if host == "" {
		return []string{""}, nil
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		return []string{ip.Unmap().String()}, nil
	}
	if name := "." + strings.ToLower(strings.TrimSuffix(host, ".")); strings.HasSuffix(name, ".localhost") {
		return loopback, nil
	}
	ips, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil, err
	}
	var hosts []string
	for _, ip := range ips {
		if h := ip.Unmap().String(); !slices.Contains(hosts, h) {
			hosts = append(hosts, h)
		}
	}
	return hosts, nil
}

// isWildcard reports whether one address stands for all of this machine.
func isWildcard(hosts []string) bool {
	ip, err := netip.ParseAddr(hosts[0])
	return err != nil || ip.IsUnspecified()
}

// listenOn listens on all of the hosts, or on none. Those that are not this machine's are left out, if others are: without IPv6
// there is no ::1.
func listenOn(hosts []string, port int, on listenFunc) ([]net.Listener, error) {
	for try := 1; ; try++ {
		listeners, err := listenOnce(hosts, port, on)
		if port != 0 || !isTaken(err) || try == portTries {
			return listeners, err
		}
	}
}

// listenOnce takes a free port on the first host and asks the others for the same.
func listenOnce(hosts []string, port int, on listenFunc) ([]net.Listener, error) {
	var listeners []net.Listener
	var absent error
	for _, host := range hosts {
		l, err := on("tcp", net.JoinHostPort(host, strconv.Itoa(port)))
		if isAbsent(err) {
			absent = err
			continue
		}
		if err != nil {
			closeAll(listeners)
			return nil, err
		}
		port = l.Addr().(*net.TCPAddr).Port
		listeners = append(listeners, l)
	}
	if len(listeners) == 0 {
		return nil, absent
	}
	return listeners, nil
}

func closeAll(listeners []net.Listener) {
	for _, l := range listeners {
		l.Close()
	}
}

// Windows has numbers of its own, WSAEADDRINUSE and so on, which package syscall does not translate.
func isTaken(err error) bool {
	return errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, syscall.Errno(10048))
}

func isAbsent(err error) bool {
	return errors.Is(err, syscall.EADDRNOTAVAIL) || errors.Is(err, syscall.Errno(10049)) ||
		errors.Is(err, syscall.EAFNOSUPPORT) || errors.Is(err, syscall.Errno(10047))
}

// takenError says which address is taken, and what to try instead.
func takenError(addr, host string, port int, err error) error {
	address := addr
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Addr != nil && op.Addr.String() != addr {
		address = fmt.Sprintf("%s, an address of %s,", op.Addr, addr)
	}
	other := net.JoinHostPort(host, strconv.Itoa(port%65535+1))
	return fmt.Errorf("%s is taken by another program: choose another port with --addr, such as --addr %s (make serve ADDR=%s)",
		address, other, other)
}
