package gateway

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"hash"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"connectrpc.com/connect"

	"opentote/event"
)

// Role is what a caller may do.
type Role string

// The roles.
const (
	Account Role = "account" // a player: bets from his wallet
	Till    Role = "till"    // a point of sale: sells and pays tickets
	Staff   Role = "staff"   // race control and accounting
)

// Identity is who calls: a role, and an account's or till's number or the
// pseudonym of a member of staff.
type Identity struct {
	Role    Role
	Subject string
}

// Tokens issues and checks the bearer tokens of callers:
//
//	ot1.ROLE.SUBJECT.MAC
//
// The MAC is HMAC-SHA256 under the system's key, so that no list of tokens has
// to be kept, and nobody can make one who has not the key. A token does not
// expire; changing the key ends them all. They stand in until staff log in with
// OpenID Connect and devices with certificates (ADR 6).
type Tokens struct {
	macs sync.Pool // of hash.Hash under the key: to key one costs as much as to use it
}

// NewTokens returns the tokens of a system whose key is 32 secret bytes.
func NewTokens(key [32]byte) *Tokens {
	t := new(Tokens)
	t.macs.New = func() any { return hmac.New(sha256.New, key[:]) }
	return t
}

var staffName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,31}$`)

// tokenMax bounds what is looked at: no token is longer.
const tokenMax = 256

func (t *Tokens) mac(id Identity) string {
	m := t.macs.Get().(hash.Hash)
	defer t.macs.Put(m)
	m.Reset()
	m.Write([]byte("token 1\n" + string(id.Role) + "\n" + id.Subject))
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil))
}

// Issue returns the token of an identity. Numbers of accounts and tills are
// positive; names of staff are lower case letters, digits and hyphens.
func (t *Tokens) Issue(id Identity) (string, error) {
	switch id.Role {
	case Account, Till:
		if n, err := strconv.ParseUint(id.Subject, 10, 63); err != nil || n == 0 {
			return "", fmt.Errorf("%s %q is not a number", id.Role, id.Subject)
		}
	case Staff:
		if !staffName.MatchString(id.Subject) {
			return "", fmt.Errorf("name %q: 1 to 32 of a-z, 0-9 and hyphen", id.Subject)
		}
	default:
		return "", fmt.Errorf("role %q: account, till or staff", id.Role)
	}
	return strings.Join([]string{"ot1", string(id.Role), id.Subject, t.mac(id)}, "."), nil
}

// Check returns whose token it is. A token has one spelling: texts are compared,
// since base 64 has several for the same bytes.
func (t *Tokens) Check(token string) (Identity, bool) {
	if len(token) > tokenMax {
		return Identity{}, false
	}
	rest, ours := strings.CutPrefix(token, "ot1.")
	role, rest, _ := strings.Cut(rest, ".")
	subject, mac, whole := strings.Cut(rest, ".")
	id := Identity{Role: Role(role), Subject: subject}
	if !ours || !whole || !hmac.Equal([]byte(mac), []byte(t.mac(id))) {
		return Identity{}, false
	}
	return id, true
}

// identity returns who calls. The gate has checked that the role fits.
func identity(ctx context.Context) Identity { return callOf(ctx).who }

// number returns the account or till that calls, 0 for other roles.
func (id Identity) number(r Role) uint64 {
	if id.Role != r {
		return 0
	}
	n, _ := strconv.ParseUint(id.Subject, 10, 63) // tokens with other subjects are not issued
	return n
}

func (id Identity) account() event.AccountID { return event.AccountID(id.number(Account)) }

func (id Identity) till() event.PointOfSaleID { return event.PointOfSaleID(id.number(Till)) }

func staff(ctx context.Context) event.Staff { return event.Staff(identity(ctx).Subject) }

// keyMax bounds a caller's command key, in characters.
const keyMax = 64

// commandKey makes the key of a command: the caller's own key is unique only
// among his commands, so who he is goes in.
func commandKey(ctx context.Context, key string) (k event.Key, err error) {
	if key == "" || utf8.RuneCountInString(key) > keyMax {
		return k, refusal(ctx, connect.CodeInvalidArgument, "KEY_MISSING")
	}
	id := identity(ctx)
	sum := sha256.Sum256([]byte("key 1\n" + string(id.Role) + "\n" + id.Subject + "\n" + key))
	copy(k[:], sum[:])
	return k, nil
}
