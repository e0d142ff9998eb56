package node

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"opentote/gateway"
)

// directory is a data directory that this process has to itself.
type directory struct {
	root   string
	lock   *os.File
	secret []byte // nil before takeSecret
}

func openDirectory(root string) (*directory, error) {
	if root == "" {
		return nil, errors.New("node: no data directory given")
	}
	if err := os.MkdirAll(root, 0o700); err != nil {
		return nil, fmt.Errorf("node: data directory: %w", err)
	}
	lock, err := lockFile(filepath.Join(root, "lock"))
	if err != nil {
		return nil, err
	}
	return &directory{root: root, lock: lock}, nil
}

// takeSecret reads the secret, or makes it for a journal that does not exist
// yet. It refuses to make one for a journal that does: with another secret
// every ticket in it would be unpayable.
func (d *directory) takeSecret(journalExists bool) error {
	if journalExists && missing(d.path("secret")) {
		return fmt.Errorf("node: %s is missing: without it no ticket of this journal can be paid; put it back from the backup", d.path("secret"))
	}
	var err error
	d.secret, err = secret(d.path("secret"))
	return err
}

func missing(path string) bool {
	_, err := os.Lstat(path)
	return errors.Is(err, fs.ErrNotExist)
}

// lockFile makes sure that one process at a time has the directory. The kernel
// lets the lock go when the process ends, however it ends.
func lockFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("node: lock: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("node: %s is in use by another process", filepath.Dir(path)), f.Close())
	}
	return f, nil
}

func (d *directory) path(name string) string { return filepath.Join(d.root, name) }

// close lets the directory go. The lock's file stays: removing it would let two
// processes lock two files of one name.
func (d *directory) close() error { return d.lock.Close() }

// key derives the key of one use from the secret, so that what is signed for
// one use never passes for another.
func (d *directory) key(use string) [32]byte { return deriveKey(d.secret, use) }

func deriveKey(secret []byte, use string) [32]byte {
	k, err := hkdf.Key(sha256.New, secret, nil, "opentote "+use, 32)
	if err != nil {
		panic(err) // only for lengths far beyond 32
	}
	return [32]byte(k)
}

// secret reads the secret of a data directory, or makes it: written aside and
// linked into place, so that it is whole or absent and never replaced.
func secret(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := makeSecret(path); err != nil {
			return nil, fmt.Errorf("node: make secret: %w", err)
		}
		text, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, fmt.Errorf("node: %w", err)
	}
	b, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(b) != 32 {
		return nil, fmt.Errorf("node: %s does not hold 32 bytes in hex", path)
	}
	return b, nil
}

func makeSecret(path string) error {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails: the program would have ended
	f, err := os.CreateTemp(filepath.Dir(path), "new-secret-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if _, err := f.WriteString(hex.EncodeToString(b) + "\n"); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// TokenOf returns the bearer token of an identity in the system whose data
// directory this is, which need not be running.
func TokenOf(data string, id gateway.Identity) (string, error) {
	text, err := os.Stat(filepath.Join(data, "secret"))
	if err != nil || text.IsDir() {
		return "", fmt.Errorf("node: %s is not a data directory", data)
	}
	s, err := secret(filepath.Join(data, "secret"))
	if err != nil {
		return "", err
	}
	return gateway.NewTokens(deriveKey(s, "tokens")).Issue(id)
}
