// Package pgtest starts real PostgreSQL servers on loopback for tests: it makes
// a cluster in a temporary folder, runs it as an unprivileged user, kills it,
// restarts it, gives it a standby. It needs the programs of Debian's package
// postgresql, never its service; without them tests are skipped.
package pgtest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// superuser is the role of every test. Its password keeps other users of the
// machine out of a server that could run programs.
const superuser = "opentote"

// startMax bounds the start of a server, its recovery included, and its end.
const startMax = 30 * time.Second

// Server is a PostgreSQL server that belongs to a test. Its methods are for one
// goroutine.
type Server struct {
	bin      string // folder of the programs
	dir      string // holds data and log
	owner    *syscall.Credential
	port     int
	password string
	settings []string  // "name=value" for the command line
	cmd      *exec.Cmd // nil while it is down
}

// Start makes a cluster and starts it with settings of the form "name=value".
// It is stopped and removed when the test ends.
func Start(tb testing.TB, settings ...string) *Server {
	tb.Helper()
	s, err := begin(settings)
	if s != nil {
		tb.Cleanup(func() { s.remove(tb.Failed(), tb.Logf) })
	}
	switch {
	case errors.Is(err, errNotInstalled):
		tb.Skip(err)
	case err != nil:
		tb.Fatal(err)
	}
	return s
}

var errNotInstalled = errors.New("PostgreSQL is not installed here; on Debian: apt-get install postgresql")

// begin makes and starts a cluster. It returns the server, to be removed, when
// there is something to remove.
func begin(settings []string) (*Server, error) {
	s, err := newServer(settings)
	if err != nil {
		return s, err
	}
	file := filepath.Join(s.dir, "password")
	if err := os.WriteFile(file, []byte(s.password), 0o600); err != nil {
		return s, err
	}
	if err := s.own(file); err != nil {
		return s, err
	}
	if err := s.tool("initdb", "--pgdata", s.data(), "--username", superuser, "--pwfile", file, "--auth", "scram-sha-256",
		"--encoding", "UTF8", "--locale", "C", "--no-sync", "--no-instructions"); err != nil {
		return s, err
	}
	return s, s.start()
}

// newServer makes the folder of a server that has no cluster yet.
func newServer(settings []string) (*Server, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	s := &Server{bin: bin, password: rand.Text(), settings: settings}
	// Not the test's own folder, which PostgreSQL's user could not enter.
	if s.dir, err = os.MkdirTemp("", "pgtest-"); err != nil {
		return nil, err
	}
	if os.Geteuid() == 0 { // PostgreSQL refuses to run as root
		if s.owner, err = unprivileged(); err != nil {
			return s, err
		}
	}
	return s, s.own(s.dir)
}

// programs returns the folder of the newest PostgreSQL on the machine.
func programs() (string, error) {
	newest, bin := 0, ""
	for _, pattern := range []string{"/usr/lib/postgresql/*/bin/initdb", "/usr/pgsql-*/bin/initdb"} {
		found, _ := filepath.Glob(pattern) // the patterns are well formed
		for _, path := range found {
			dir := filepath.Dir(path)
			version, _ := strconv.Atoi(strings.TrimPrefix(filepath.Base(filepath.Dir(dir)), "pgsql-"))
			if version > newest {
				newest, bin = version, dir
			}
		}
	}
	if bin != "" {
		return bin, nil
	}
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path), nil
	}
	return "", errNotInstalled
}

// unprivileged returns the user that servers run as.
func unprivileged() (*syscall.Credential, error) {
	u, err := user.Lookup("postgres")
	if err != nil {
		u, err = user.Lookup("nobody")
	}
	if err != nil {
		return nil, fmt.Errorf("a user for PostgreSQL: %w", err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, err
}

// own gives a path to the user of the server.
func (s *Server) own(path string) error {
	if s.owner == nil {
		return nil
	}
	return os.Chown(path, int(s.owner.Uid), int(s.owner.Gid))
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

// command prepares a program of PostgreSQL to run as the server's user.
func (s *Server) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(s.bin, name), args...)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "LC_ALL=C", "PGPASSWORD="+s.password)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.owner}
	return cmd
}

// tool runs a program to its end.
func (s *Server) tool(name string, args ...string) error {
	if out, err := s.command(name, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, out)
	}
	return nil
}

// start runs the server and waits until it answers.
func (s *Server) start() error {
	if s.port == 0 {
		var err error
		if s.port, err = freePort(); err != nil {
			return err
		}
	}
	args := []string{"-D", s.data(), "-p", strconv.Itoa(s.port)}
	for _, set := range append([]string{
		"listen_addresses=127.0.0.1", "unix_socket_directories=", "log_line_prefix=%m [%p] %q%u ",
		"shared_buffers=64MB", "wal_sync_method=fdatasync", "wal_retrieve_retry_interval=100ms",
	}, s.settings...) {
		args = append(args, "-c", set)
	}
	log, err := os.OpenFile(s.logFile(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := s.command("postgres", args...)
	cmd.Stdout, cmd.Stderr = log, log
	diesWithUs(cmd.SysProcAttr)
	if err := cmd.Start(); err != nil {
		return err
	}
	s.cmd = cmd
	return s.await()
}

func (s *Server) logFile() string { return filepath.Join(s.dir, "log") }

// await returns once the server answers queries.
func (s *Server) await() error {
	ctx, cancel := context.WithTimeout(context.Background(), startMax)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		conn, err := pgx.Connect(ctx, s.URL("postgres"))
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL does not answer: %w: %s", err, s.log())
		case <-tick.C:
		}
	}
}

// log returns the end of what the server has said.
func (s *Server) log() string {
	text, _ := os.ReadFile(s.logFile())
	return string(text[max(0, len(text)-8<<10):])
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// remove ends the server and deletes its folder. It says what the server has
// logged when the test failed.
func (s *Server) remove(failed bool, logf func(string, ...any)) {
	if err := s.signal(syscall.SIGQUIT); err != nil {
		logf("stop PostgreSQL: %v", err)
	}
	if failed {
		logf("PostgreSQL's log:\n%s", s.log())
	}
	if err := os.RemoveAll(s.dir); err != nil {
		logf("remove PostgreSQL's folder: %v", err)
	}
}

// Address returns host and port.
func (s *Server) Address() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)) }

// URL returns the address of a database for the superuser, with parameters of
// the form "name=value".
func (s *Server) URL(database string, params ...string) string {
	q := url.Values{"sslmode": {"disable"}}
	for _, p := range params {
		name, value, _ := strings.Cut(p, "=")
		q.Set(name, value)
	}
	return (&url.URL{
		Scheme: "postgres", User: url.UserPassword(superuser, s.password),
		Host: s.Address(), Path: "/" + database, RawQuery: strings.ReplaceAll(q.Encode(), "+", "%20"), // libpq knows no +
	}).String()
}
