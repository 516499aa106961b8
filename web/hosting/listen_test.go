package hosting

import (
	"context"
	"errors"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// A fakeNetwork listens at free ports of this machine in place of the addresses that it is asked for.
type fakeNetwork struct {
	errs   map[string]syscall.Errno // by host, or by host and port
	ports  []int                    // what port 0 becomes, in turn
	asked  []string
	opened []*fakeListener
}

type fakeListener struct {
	net.Listener
	addr net.TCPAddr
}

func (l *fakeListener) Addr() net.Addr { return &l.addr }

func (n *fakeNetwork) listen(network, address string) (net.Listener, error) {
	n.asked = append(n.asked, address)
	host, service, _ := net.SplitHostPort(address)
	port, _ := strconv.Atoi(service)
	tcp := net.TCPAddr{IP: net.ParseIP(host), Port: port}
	refuse := func(key string) error {
		if errno, ok := n.errs[key]; ok {
			return &net.OpError{Op: "listen", Net: network, Addr: &tcp, Err: os.NewSyscallError("bind", errno)}
		}
		return nil
	}
	if err := refuse(host); err != nil {
		return nil, err
	}
	if port == 0 {
		tcp.Port, n.ports = n.ports[0], n.ports[1:]
	}
	if err := refuse(net.JoinHostPort(host, strconv.Itoa(tcp.Port))); err != nil {
		return nil, err
	}
	real, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	l := &fakeListener{real, tcp}
	n.opened = append(n.opened, l)
	return l, nil
}

// open lists the addresses that are still listened on.
func (n *fakeNetwork) open() []string {
	var list []string
	for _, l := range n.opened {
		if l.Close() == nil { // closing twice is an error
			list = append(list, l.addr.String())
		}
	}
	return list
}

func TestListen(t *testing.T) {
	const taken, absent, noIPv6 = syscall.EADDRINUSE, syscall.EADDRNOTAVAIL, syscall.EAFNOSUPPORT
	type errs = map[string]syscall.Errno
	both := []string{"127.0.0.1:8080", "[::1]:8080"}
	for _, tt := range []struct {
		addr  string
		errs  errs
		ports []int
		want  []string
		err   string
	}{
		{addr: "localhost:8080", want: both},
		{addr: "LocalHost.:8080", want: both},
		{addr: "depthwise.localhost:8080", want: both},
		{addr: "127.0.0.1:8080", want: both[:1]},
		{addr: "[::1]:8080", want: both[1:]},
		{addr: "[::ffff:127.0.0.1]:8080", want: both[:1]},
		{addr: "localhost:http", want: []string{"127.0.0.1:80", "[::1]:80"}},
		{addr: ":8080", want: []string{":8080"}},
		{addr: "0.0.0.0:8080", want: []string{"0.0.0.0:8080"}},
		{addr: "[::]:8080", want: []string{"[::]:8080"}},

		{addr: "localhost:8080", errs: errs{"::1": absent}, want: both[:1]},
		{addr: "localhost:8080", errs: errs{"::1": noIPv6}, want: both[:1]},
		{addr: "localhost:8080", errs: errs{"127.0.0.1": absent}, want: both[1:]},
		{addr: ":8080", errs: errs{"::1": absent}, want: []string{":8080"}},
		{addr: "localhost:8080", errs: errs{"127.0.0.1": absent, "::1": noIPv6}, err: "--addr gives as HOST:PORT"},
		{addr: "localhost:80", errs: errs{"::1": syscall.EACCES}, err: "--addr gives as HOST:PORT"},

		{addr: "localhost:8080", errs: errs{"[::1]:8080": taken},
			err: "[::1]:8080, an address of localhost:8080, is taken by another program: choose another port with --addr, " +
				"such as --addr localhost:8081 (make serve ADDR=localhost:8081)"},
		{addr: "localhost:8081", errs: errs{"127.0.0.1": taken, "::1": absent},
			err: "127.0.0.1:8081, an address of localhost:8081, is taken by another program: choose another port with --addr, " +
				"such as --addr localhost:8082"},
		{addr: "[::1]:65535", errs: errs{"::1": taken}, err: "[::1]:65535 is taken by another program: choose another port with --addr, " +
			"such as --addr [::1]:1 "},
		// As macOS has it, where another program's address is no hindrance to listening on all.
		{addr: ":8080", errs: errs{"[::1]:8080": taken}, err: "[::1]:8080, an address of :8080, is taken"},
		{addr: "0.0.0.0:8080", errs: errs{"127.0.0.1:8080": taken}, err: "127.0.0.1:8080, an address of 0.0.0.0:8080, is taken"},
		{addr: "[::]:8080", errs: errs{"[::1]:8080": taken}, err: "[::1]:8080, an address of [::]:8080, is taken"},

		{addr: "localhost:0", ports: []int{5000}, want: []string{"127.0.0.1:5000", "[::1]:5000"}},
		{addr: "localhost:0", ports: []int{5000, 5001, 5002}, errs: errs{"[::1]:5000": taken, "[::1]:5001": taken},
			want: []string{"127.0.0.1:5002", "[::1]:5002"}},
		{addr: "localhost:0", ports: []int{5000}, errs: errs{"127.0.0.1": absent}, want: []string{"[::1]:5000"}},
		{addr: "localhost:0", ports: slices.Repeat([]int{5000}, portTries), errs: errs{"::1": taken}, err: "an address of localhost:0, is taken"},
		{addr: ":0", ports: []int{5000}, want: []string{":5000"}},

		{addr: "8080", err: `cannot listen on "8080", which --addr gives as HOST:PORT`},
		{addr: "", err: "--addr gives as HOST:PORT"},
		{addr: "localhost:99999", err: "invalid port"},
		{addr: "localhost:-1", err: "invalid port"},
		{addr: "::1:8080", err: "too many colons"},
	} {
		t.Run(tt.addr, func(t *testing.T) {
			n := &fakeNetwork{errs: tt.errs, ports: tt.ports}
			listeners, err := Listen(t.Context(), tt.addr, n.listen)
			var got []string
			for _, l := range listeners {
				got = append(got, l.Addr().String())
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("listens on %q, want %q (asked for %q)", got, tt.want, n.asked)
			}
			if (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Errorf("error %v, want %q", err, tt.err)
			}
			if open := n.open(); !slices.Equal(open, tt.want) {
				t.Errorf("left open: %q, want %q", open, tt.want)
			}
		})
	}
}

// A name that has to be asked for is given up when the program is ended.
func TestListenEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Listen(ctx, "host.invalid:8080", net.Listen); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// hold listens on one address of localhost, and gives the port.
func hold(t *testing.T, host string) string {
	t.Helper()
	l, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// assigned lists the addresses of localhost that this machine has: IPv6 may be switched off.
func assigned(t *testing.T) []string {
	t.Helper()
	var list []string
	for _, host := range loopback {
		l, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
		if errors.Is(err, syscall.EADDRNOTAVAIL) || errors.Is(err, syscall.EAFNOSUPPORT) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		l.Close()
		list = append(list, host)
	}
	return list
}

// The system's own answers are as the fake gives them: another program on any address of localhost is noticed.
func TestListenTaken(t *testing.T) {
	for _, held := range assigned(t) {
		port := hold(t, held)
		for _, host := range []string{"localhost", "", "0.0.0.0", "[::]"} {
			l, err := Listen(t.Context(), host+":"+port, net.Listen)
			closeAll(l)
			if err == nil || !strings.Contains(err.Error(), "is taken by another program") {
				t.Errorf("%s while %s is taken: %v", host, held, err)
			}
		}
	}
}
