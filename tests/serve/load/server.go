package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A server is "depthwise serve" that runs.
type server struct {
	command *exec.Cmd
	origin  string
}

// start starts it with so many engines on a free port.
func (b *bench) start(ctx context.Context, engines int) (*server, error) {
	s := &server{command: exec.CommandContext(ctx, b.program, "serve", "--addr", "127.0.0.1:0", "--engines", strconv.Itoa(engines),
		"--timeout", "5m", "--grace", "5m")} // this is about load, and not about how fast a machine is that others use too
	s.command.Stderr = os.Stderr
	out, err := s.command.StdoutPipe()
	if err == nil {
		err = s.command.Start()
	}
	if err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("it does not serve: %w, %v", err, s.command.Wait())
	}
	_, url, _ := strings.Cut(strings.TrimSpace(line), " on ")
	s.origin = strings.TrimSuffix(url, "/")
	return s, nil
}

// end ends it, and is an error unless it ends well.
func (s *server) end() error {
	s.command.Process.Signal(syscall.SIGTERM)
	return s.command.Wait()
}

// proc reads a file about the process.
func (s *server) proc(name string) (string, error) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", s.command.Process.Pid, name))
	return string(data), err
}

// cpu is the time that it has computed, on all cores together.
func (s *server) cpu() (time.Duration, error) {
	stat, err := s.proc("stat")
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:])
	user, err := strconv.Atoi(fields[11])
	if err != nil {
		return 0, err
	}
	system, err := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond, err // of 1/100 s each
}

// memory is what it has in memory, in MB.
func (s *server) memory() (float64, error) {
	status, err := s.proc("status")
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(status, "VmRSS:")
	kb, err := strconv.Atoi(strings.Fields(rest)[0])
	return float64(kb) / 1024, err
}
