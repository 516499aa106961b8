package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"mobilenet/web/hosting"
)

// unixPrefix begins an address that is a Unix socket's.
const unixPrefix = "unix:"

// Listen listens on HOST:PORT, on every address that the host has, or on a Unix socket, unix:PATH. Flag is how errors call what gave the address.
func Listen(ctx context.Context, addr, flag string) ([]net.Listener, error) {
	path, ok := strings.CutPrefix(addr, unixPrefix)
	if !ok {
		listeners, err := hosting.Listen(ctx, addr, net.Listen)
		if err != nil && flag != "--addr" {
			said, _, _ := strings.Cut(err.Error(), " (make serve") // which is about --addr
			err = errors.New(strings.ReplaceAll(said, "--addr", flag))
		}
		return listeners, err
	}
	l, err := listenUnix(path)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on the Unix socket %q of %s: %w", path, flag, err)
	}
	return []net.Listener{l}, nil
}

// listenUnix listens on a socket file, in place of one that a server left behind which did not end well. Its group may use it: proxies run as others.
func listenUnix(path string) (net.Listener, error) {
	if info, err := os.Lstat(path); err == nil && info.Mode().Type() == os.ModeSocket {
		c, err := net.DialTimeout("unix", path, time.Second)
		if err == nil {
			c.Close()
			return nil, errors.New("another program listens on it")
		}
		if err := os.Remove(path); err != nil {
			return nil, err
		}
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o660); err != nil {
		l.Close()
		return nil, err
	}
	return l, nil
}

// firstPassed is the first file descriptor that systemd passes (sd_listen_fds(3)).
const firstPassed = 3

// Passed are the sockets that systemd listens on for this program, as sd_listen_fds(3) says: those named "metrics" (FileDescriptorName=) are for
// those who run the server. There are none where systemd passed none.
func Passed() (public, operators []net.Listener, err error) {
	if pid, err := strconv.Atoi(os.Getenv("LISTEN_PID")); err != nil || pid != os.Getpid() {
		return nil, nil, nil // they are another process's
	}
	n, err := strconv.Atoi(os.Getenv("LISTEN_FDS"))
	if err != nil || n < 0 || n > 64 {
		return nil, nil, fmt.Errorf("LISTEN_FDS is %q, which is no number of sockets", os.Getenv("LISTEN_FDS"))
	}
	names := strings.Split(os.Getenv("LISTEN_FDNAMES"), ":")
	for _, name := range []string{"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"} {
		os.Unsetenv(name) // they are no children's
	}
	for i := range n {
		f := os.NewFile(uintptr(firstPassed+i), "socket of systemd")
		l, err := net.FileListener(f)
		f.Close()
		if err != nil {
			closeAll(append(public, operators...))
			return nil, nil, fmt.Errorf("socket %d that systemd passed is none to listen on, as Accept=no makes: %w", i+1, err)
		}
		if i < len(names) && names[i] == "metrics" {
			operators = append(operators, l)
		} else {
			public = append(public, l)
		}
	}
	return public, operators, nil
}

func closeAll(listeners []net.Listener) {
	for _, l := range listeners {
		l.Close()
	}
}

// Notify tells systemd, where it asks for that (Type=notify), what state the program is in: "READY=1" or "STOPPING=1" (sd_notify(3)).
func Notify(state string) error {
	socket := os.Getenv("NOTIFY_SOCKET")
	if socket == "" {
		return nil
	}
	c, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err != nil {
		return err
	}
	defer c.Close()
	_, err = c.Write([]byte(state))
	return err
}
