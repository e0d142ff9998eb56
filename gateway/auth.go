package gateway

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"connectrpc.com/connect"

	"opentote/api/gen/opentote/v1/opentotev1connect"
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
type Tokens struct{ key []byte }

// NewTokens returns the tokens of a system whose key is 32 secret bytes.
func NewTokens(key [32]byte) *Tokens { return &Tokens{key: key[:]} }

var (
	staffName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,31}$`)
	encoding  = base64.RawURLEncoding
)

func (t *Tokens) mac(id Identity) []byte {
	m := hmac.New(sha256.New, t.key)
	fmt.Fprintf(m, "token 1\n%s\n%s", id.Role, id.Subject)
	return m.Sum(nil)
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
	return strings.Join([]string{"ot1", string(id.Role), id.Subject, encoding.EncodeToString(t.mac(id))}, "."), nil
}

// Check returns whose token it is.
func (t *Tokens) Check(token string) (Identity, bool) {
	parts := strings.Split(token, ".")
	if len(token) > 256 || len(parts) != 4 || parts[0] != "ot1" {
		return Identity{}, false
	}
	id := Identity{Role: Role(parts[1]), Subject: parts[2]}
	mac, err := encoding.DecodeString(parts[3])
	if err != nil || !hmac.Equal(mac, t.mac(id)) {
		return Identity{}, false
	}
	return id, true
}

// rights says which roles may call a procedure. One that is not listed may be
// called by nobody; one with no roles, by everybody.
var rights = map[string][]Role{
	opentotev1connect.RacingServiceListMeetingsProcedure: {},
	opentotev1connect.RacingServiceGetRaceProcedure:      {},
	opentotev1connect.RacingServiceWatchRaceProcedure:    {},

	opentotev1connect.BettingServiceQuoteProcedure:      {},
	opentotev1connect.BettingServicePlaceBetProcedure:   {Account, Till},
	opentotev1connect.BettingServicePlaceBetsProcedure:  {Account, Till},
	opentotev1connect.BettingServiceCancelBetProcedure:  {Account, Till},
	opentotev1connect.BettingServiceGetOutcomeProcedure: {Account, Till, Staff},
	opentotev1connect.BettingServiceGetTicketProcedure:  {Account, Till},
	opentotev1connect.BettingServicePayTicketProcedure:  {Till},

	opentotev1connect.AccountServiceOpenAccountProcedure: {Staff},
	opentotev1connect.AccountServiceDepositProcedure:     {Staff},
	opentotev1connect.AccountServiceGetAccountProcedure:  {Account, Staff},

	opentotev1connect.OfficeServiceImportProgrammeProcedure:  {Staff},
	opentotev1connect.OfficeServiceOpenRaceProcedure:         {Staff},
	opentotev1connect.OfficeServiceDeclareNonRunnerProcedure: {Staff},
	opentotev1connect.OfficeServiceStopRaceProcedure:         {Staff},
	opentotev1connect.OfficeServiceSuspendRaceProcedure:      {Staff},
	opentotev1connect.OfficeServiceResumeRaceProcedure:       {Staff},
	opentotev1connect.OfficeServicePurgeLateProcedure:        {Staff},
	opentotev1connect.OfficeServiceEnterResultProcedure:      {Staff},
	opentotev1connect.OfficeServiceConfirmResultProcedure:    {Staff},
	opentotev1connect.OfficeServiceCancelRaceProcedure:       {Staff},
	opentotev1connect.OfficeServiceDeclareDividendsProcedure: {Staff},
	opentotev1connect.OfficeServiceSettleProcedure:           {Staff},
	opentotev1connect.OfficeServiceOpenPointOfSaleProcedure:  {Staff},
	opentotev1connect.OfficeServiceGetRaceAccountsProcedure:  {Staff},
	opentotev1connect.OfficeServiceGetTrialBalanceProcedure:  {Staff},
}

// Causes of refusal before a command is made.
var (
	errNoToken   = errors.New("NO_TOKEN")
	errForbidden = errors.New("FORBIDDEN")
)

// gate is the interceptor that lets callers through to what is theirs.
type gate struct{ tokens *Tokens }

type (
	identityKey struct{}
	languageKey struct{}
)

// enter returns ctx with the caller's identity and language.
func (g *gate) enter(ctx context.Context, procedure string, h http.Header) (context.Context, error) {
	ctx = context.WithValue(ctx, languageKey{}, languageOf(h.Get("Accept-Language")))
	roles, known := rights[procedure]
	token, given := strings.CutPrefix(h.Get("Authorization"), "Bearer ")
	id, valid := g.tokens.Check(token)
	switch {
	case known && len(roles) == 0 && !given:
		return ctx, nil
	case !given || !valid:
		return ctx, refusal(ctx, connect.CodeUnauthenticated, errNoToken.Error())
	}
	for _, r := range roles {
		if r == id.Role {
			return context.WithValue(ctx, identityKey{}, id), nil
		}
	}
	if known && len(roles) == 0 {
		return ctx, nil
	}
	return ctx, refusal(ctx, connect.CodePermissionDenied, errForbidden.Error())
}

// WrapUnary is of connect.Interceptor.
func (g *gate) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
		ctx, err := g.enter(ctx, req.Spec().Procedure, req.Header())
		if err != nil {
			return nil, err
		}
		return next(ctx, req)
	}
}

// WrapStreamingHandler is of connect.Interceptor.
func (g *gate) WrapStreamingHandler(next connect.StreamingHandlerFunc) connect.StreamingHandlerFunc {
	return func(ctx context.Context, conn connect.StreamingHandlerConn) error {
		ctx, err := g.enter(ctx, conn.Spec().Procedure, conn.RequestHeader())
		if err != nil {
			return err
		}
		return next(ctx, conn)
	}
}

// WrapStreamingClient is of connect.Interceptor; a gateway makes no calls.
func (g *gate) WrapStreamingClient(next connect.StreamingClientFunc) connect.StreamingClientFunc {
	return next
}

// identity returns who calls. The gate has checked that the role fits.
func identity(ctx context.Context) Identity {
	id, _ := ctx.Value(identityKey{}).(Identity)
	return id
}

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

// keyMax bounds a caller's command key.
const keyMax = 64

// commandKey makes the key of a command: the caller's own key is unique only
// among his commands, so who he is goes in.
func commandKey(ctx context.Context, key string) (k event.Key, err error) {
	if key == "" || len(key) > keyMax {
		return k, refusal(ctx, connect.CodeInvalidArgument, "KEY_MISSING")
	}
	id := identity(ctx)
	sum := sha256.Sum256([]byte("key 1\n" + string(id.Role) + "\n" + id.Subject + "\n" + key))
	copy(k[:], sum[:])
	return k, nil
}
