package bench

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"syscall"
)

// program is this very program serving a data directory in a process of its own.
type program struct {
	cmd  *exec.Cmd
	url  string
	said chan struct{} // closed when its standard error has ended
}

var address = regexp.MustCompile(`http://[0-9.]+:[0-9]+`)

// serveProgram starts the program and returns once it says that it serves.
func serveProgram(ctx context.Context, data string) (*program, error) {
	path, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	p := &program{said: make(chan struct{}), cmd: exec.CommandContext(ctx, path, "serve", "--data", data, "--listen", "127.0.0.1:0")}
	stderr, err := p.cmd.StderrPipe()
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("bench: start the server: %w", err)
	}
	lines := bufio.NewReader(stderr)
	var text []byte
	for p.url == "" {
		line, err := lines.ReadBytes('\n')
		text = append(text, line...)
		if p.url = string(address.Find(line)); p.url == "" && err != nil {
			close(p.said)
			return nil, errors.Join(ctx.Err(), fmt.Errorf("bench: the server ended: %s", bytes.TrimSpace(text)), p.stop())
		}
	}
	go func() {
		defer close(p.said)
		_, _ = io.Copy(io.Discard, lines)
	}()
	return p, nil
}

// stop ends the program in order and waits for it.
func (p *program) stop() error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // one that has gone needs none
	<-p.said
	if err := p.cmd.Wait(); err != nil {
		return fmt.Errorf("bench: the server: %w", err)
	}
	return nil
}

// resident returns how much memory the program has in RAM, now and at most so
// far, in bytes.
func (p *program) resident() (now, most int64, err error) {
	return residentOf(strconv.Itoa(p.cmd.Process.Pid))
}

// residentOf is resident of a process by its number, or "self".
func residentOf(process string) (now, most int64, err error) {
	text, err := os.ReadFile("/proc/" + process + "/status")
	if err != nil {
		return 0, 0, fmt.Errorf("bench: memory of a process: %w", err)
	}
	field := func(name string) (n int64) {
		_, rest, _ := bytes.Cut(text, []byte("\n"+name+":"))
		line, _, _ := bytes.Cut(rest, []byte(" kB\n"))
		n, _ = strconv.ParseInt(string(bytes.TrimSpace(line)), 10, 64)
		return n << 10
	}
	return field("VmRSS"), field("VmHWM"), nil
}
