package simd_test

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"slices"
	"sync"
	"time"

	"mobilenet/core/simd"
)

// nodeHost runs programs in Node.js by testdata/host.mjs, each in a process of its own: relaxed SIMD and threads of V8.
type nodeHost struct{}

// nodeFlags is what Node.js needs for relaxed SIMD: newer versions have it without the flag and may not know it any more.
var nodeFlags = sync.OnceValue(func() []string {
	const flag = "--experimental-wasm-relaxed-simd"
	if exec.Command("node", flag, "-e", "0").Run() == nil {
		return []string{flag}
	}
	return nil
})

// idle are processes without an instance: starting one takes longer than most tests.
var idle struct {
	sync.Mutex
	processes map[bool][]*nodeInstance // by whether they have no baseline compiler
}

func (nodeHost) Instantiate(p *simd.Program) (simd.Instance, error) {
	i, err := nodeProcess(p.Capabilities.Dot)
	if err != nil {
		return nil, err
	}
	shared := 0
	if p.Capabilities.Shared {
		shared = 1
	}
	if err := i.command('I', p.Module, nil, p.Pages, shared, p.Capabilities.Threads, len(p.Module)); err != nil {
		return nil, errors.Join(err, i.Close())
	}
	return i, nil
}

// nodeProcess is a process, for the dot kernels without V8's baseline compiler: that of Node.js 20 computes their instruction wrongly (the probe of
// wasm/jshost finds such browsers). The browser's tests run them by both compilers.
func nodeProcess(dot bool) (*nodeInstance, error) {
	idle.Lock()
	defer idle.Unlock()
	if n := len(idle.processes[dot]); n > 0 {
		i := idle.processes[dot][n-1]
		idle.processes[dot] = idle.processes[dot][:n-1]
		return i, nil
	}
	args := slices.Clone(nodeFlags())
	if dot {
		args = append(args, "--no-liftoff")
	}
	cmd := exec.Command("node", append(args, "testdata/host.mjs")...)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	return &nodeInstance{cmd: cmd, dot: dot, in: in, out: bufio.NewReader(out)}, cmd.Start()
}

type nodeInstance struct {
	cmd *exec.Cmd
	dot bool
	in  io.WriteCloser
	out *bufio.Reader
}

// command sends a command with its numbers and data, and reads what it gives into reply.
func (i *nodeInstance) command(name byte, data, reply []byte, numbers ...int) error {
	message := []byte{name}
	for _, n := range numbers {
		message = binary.LittleEndian.AppendUint32(message, uint32(n))
	}
	if _, err := i.in.Write(append(message, data...)); err != nil {
		return err
	}
	status, err := i.out.ReadByte()
	if err != nil {
		return fmt.Errorf("Node.js ended: %w", err)
	}
	if status == 0 {
		_, err := io.ReadFull(i.out, reply)
		return err
	}
	var length [4]byte
	if _, err := io.ReadFull(i.out, length[:]); err != nil {
		return err
	}
	text := make([]byte, binary.LittleEndian.Uint32(length[:]))
	if _, err := io.ReadFull(i.out, text); err != nil {
		return err
	}
	return errors.New(string(text))
}

func (i *nodeInstance) Write(offset int, data []byte) error {
	return i.command('W', data, nil, offset, len(data))
}

func (i *nodeInstance) Read(offset int, data []byte) error {
	return i.command('R', nil, data, offset, len(data))
}

func (i *nodeInstance) Run(first, last int) error {
	var result [4]byte
	if err := i.command('X', nil, result[:], first, last); err != nil {
		return err
	}
	if binary.LittleEndian.Uint32(result[:]) != 0 {
		return simd.ErrStuck
	}
	return nil
}

// time runs the layers n times and gives the time of each run.
func (i *nodeInstance) time(first, last, n int) ([]time.Duration, error) {
	reply := make([]byte, 8*n)
	if err := i.command('T', nil, reply, first, last, n); err != nil {
		return nil, err
	}
	times := make([]time.Duration, n)
	for k := range times {
		times[k] = time.Duration(math.Float64frombits(binary.LittleEndian.Uint64(reply[8*k:])) * 1e6)
	}
	return times, nil
}

// kill ends a worker.
func (i *nodeInstance) kill(thread int) error { return i.command('K', nil, nil, thread) }

// Close gives the process back for the next instance. At the end of the tests it sees the end of its input and exits.
func (i *nodeInstance) Close() error {
	if err := i.command('Q', nil, nil); err != nil {
		return err
	}
	idle.Lock()
	defer idle.Unlock()
	if idle.processes == nil {
		idle.processes = map[bool][]*nodeInstance{}
	}
	idle.processes[i.dot] = append(idle.processes[i.dot], i)
	return nil
}
