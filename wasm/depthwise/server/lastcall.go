package server

import (
	"errors"
	"net"
	"os"
	"sync"
	"time"
)

// A lastCall is a listener that, told to finish, accepts whom the kernel has let in already before it closes: to close at once would break
// their connections.
type lastCall struct {
	net.Listener
	once     sync.Once
	mutex    sync.Mutex
	ending   bool
	finished chan struct{} // closed once it is
}

// lastWait is how long it looks for more of them. The accepting goroutine may not have had its turn on a busy machine.
const lastWait = 50 * time.Millisecond

// finish has Accept end soon. It does not wait: finished tells.
func (l *lastCall) finish() {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.ending, l.finished = true, make(chan struct{})
	d, ok := l.Listener.(interface{ SetDeadline(time.Time) error })
	if !ok || d.SetDeadline(time.Now().Add(lastWait)) != nil {
		l.end()
	}
}

// end closes the listener, of which the lock is held.
func (l *lastCall) end() {
	l.once.Do(func() {
		l.Listener.Close()
		close(l.finished)
	})
}

func (l *lastCall) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err == nil {
		return c, nil
	}
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.ending {
		l.end()
		if errors.Is(err, os.ErrDeadlineExceeded) {
			err = net.ErrClosed
		}
	}
	return nil, err
}
