//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package main

import (
	"errors"
	"os"
	"syscall"
)

// lock keeps other runs of this program from a file until it is closed, or the process ends however it does. Where a file system has no locks, nothing
// keeps them.
func lock(f *os.File) error {
	if errors.Is(syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB), syscall.EWOULDBLOCK) {
		return errors.New("another run of this program is writing to it; wait for its end, or give another --output")
	}
	return nil
}
