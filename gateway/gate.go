package gateway

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"connectrpc.com/connect"

	"opentote/api/gen/opentote/v1/opentotev1connect"
)

// rights says which roles may call a procedure. One that is not listed may be
// called by nobody; one with no roles, by everybody.
var rights = map[string][]Role{
	opentotev1connect.RacingServiceListMeetingsProcedure: {},
	opentotev1connect.RacingServiceGetRaceProcedure:      {},
	opentotev1connect.RacingServiceGetWorkingProcedure:   {},
	opentotev1connect.RacingServiceWatchRaceProcedure:    {},

	opentotev1connect.BettingServiceQuoteProcedure:        {},
	opentotev1connect.BettingServicePlaceBetProcedure:     {Account, Till},
	opentotev1connect.BettingServicePlaceBetsProcedure:    {Account, Till},
	opentotev1connect.BettingServiceCancelBetProcedure:    {Account, Till},
	opentotev1connect.BettingServiceGetOutcomeProcedure:   {Account, Till, Staff},
	opentotev1connect.BettingServiceGetTicketProcedure:    {Account, Till},
	opentotev1connect.BettingServiceExplainBetProcedure:   {Account, Till},
	opentotev1connect.BettingServicePayTicketProcedure:    {Till},
	opentotev1connect.BettingServicePlaceReportProcedure:  {Account},
	opentotev1connect.BettingServiceCancelReportProcedure: {Account},
	opentotev1connect.BettingServiceGetReportProcedure:    {Account},

	opentotev1connect.AccountServiceOpenAccountProcedure: {Staff},
	opentotev1connect.AccountServiceDepositProcedure:     {Staff},
	opentotev1connect.AccountServiceGetAccountProcedure:  {Account, Staff},

	opentotev1connect.OfficeServiceImportProgrammeProcedure:      {Staff},
	opentotev1connect.OfficeServiceOpenRaceProcedure:             {Staff},
	opentotev1connect.OfficeServiceDeclareNonRunnerProcedure:     {Staff},
	opentotev1connect.OfficeServiceStopRaceProcedure:             {Staff},
	opentotev1connect.OfficeServiceSuspendRaceProcedure:          {Staff},
	opentotev1connect.OfficeServiceResumeRaceProcedure:           {Staff},
	opentotev1connect.OfficeServicePurgeLateProcedure:            {Staff},
	opentotev1connect.OfficeServiceEnterResultProcedure:          {Staff},
	opentotev1connect.OfficeServiceConfirmResultProcedure:        {Staff},
	opentotev1connect.OfficeServiceEnterHostDividendsProcedure:   {Staff},
	opentotev1connect.OfficeServiceConfirmHostDividendsProcedure: {Staff},
	opentotev1connect.OfficeServiceCancelRaceProcedure:           {Staff},
	opentotev1connect.OfficeServiceDeclareDividendsProcedure:     {Staff},
	opentotev1connect.OfficeServiceSettleProcedure:               {Staff},
	opentotev1connect.OfficeServiceDetachReportsProcedure:        {Staff},
	opentotev1connect.OfficeServiceOpenPointOfSaleProcedure:      {Staff},
	opentotev1connect.OfficeServiceGetRaceAccountsProcedure:      {Staff},
	opentotev1connect.OfficeServiceGetTrialBalanceProcedure:      {Staff},
	opentotev1connect.OfficeServiceReleaseBoosterProcedure:       {Staff},
	opentotev1connect.OfficeServiceFundJackpotProcedure:          {Staff},
	opentotev1connect.OfficeServiceGetFundsProcedure:             {Staff},
}

// gate lets callers through to what is theirs. It stands before the RPC layer,
// so that nobody makes us read, unpack and parse a message he may not send.
type gate struct {
	tokens *Tokens
	refuse *connect.ErrorWriter
	next   http.Handler
}

// call is what the gate finds out about a request.
type call struct {
	who      Identity
	language Language
	line     *http.ResponseController
}

type callKey struct{}

// callOf returns the call a context belongs to, an anonymous English one for
// others.
func callOf(ctx context.Context) *call {
	if c, ok := ctx.Value(callKey{}).(*call); ok {
		return c
	}
	return new(call)
}

// ServeHTTP is of http.Handler.
func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	roles, known := rights[r.URL.Path]
	if !known {
		http.NotFound(w, r)
		return
	}
	c := &call{language: languageOf(r.Header.Get("Accept-Language")), line: http.NewResponseController(w)}
	ctx := context.WithValue(r.Context(), callKey{}, c)
	if err := g.admit(ctx, c, roles, r.Header.Get("Authorization")); err != nil {
		if err := g.refuse.Write(w, r, err); err != nil {
			slog.DebugContext(ctx, "refusal not sent", "err", err)
		}
		return
	}
	g.next.ServeHTTP(w, r.WithContext(ctx))
}

// admit checks the caller's token and role. A public procedure needs no token,
// but a wrong one is refused all the same: its owner should know.
func (g *gate) admit(ctx context.Context, c *call, roles []Role, authorization string) error {
	scheme, token, _ := strings.Cut(authorization, " ")
	given := strings.EqualFold(scheme, "Bearer")
	if !given && len(roles) == 0 {
		return nil
	}
	id, valid := g.tokens.Check(token)
	if !given || !valid {
		return refusal(ctx, connect.CodeUnauthenticated, "NO_TOKEN")
	}
	if len(roles) > 0 && !slices.Contains(roles, id.Role) {
		return refusal(ctx, connect.CodePermissionDenied, "FORBIDDEN")
	}
	c.who = id
	return nil
}
