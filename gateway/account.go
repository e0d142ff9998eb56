package gateway

import (
	"context"
	"strconv"

	"connectrpc.com/connect"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/engine"
	"opentote/event"
	"opentote/tote"
)

type accountService struct{ *service }

func (s *accountService) OpenAccount(ctx context.Context, req *connect.Request[opentotev1.OpenAccountRequest]) (*connect.Response[opentotev1.OpenAccountResponse], error) {
	key, err := commandKey(ctx, req.Msg.GetKey())
	if err != nil {
		return nil, err
	}
	c := &engine.OpenAccount{Key: key}
	if err := s.do(ctx, c); err != nil {
		return nil, err
	}
	token, err := s.Tokens.Issue(Identity{Role: Account, Subject: strconv.FormatUint(uint64(c.Account), 10)})
	if err != nil {
		return nil, rpcError(ctx, err)
	}
	return connect.NewResponse(&opentotev1.OpenAccountResponse{AccountId: uint64(c.Account), Token: token}), nil
}

// accountNamed returns the account a request is about: a player's own, or the
// one that staff names.
func accountNamed(ctx context.Context, named uint64) (event.AccountID, error) {
	own := identity(ctx).account()
	if own == 0 {
		return event.AccountID(named), nil
	}
	if named != 0 && event.AccountID(named) != own {
		return 0, refusal(ctx, connect.CodePermissionDenied, "FORBIDDEN")
	}
	return own, nil
}

func (s *accountService) Deposit(ctx context.Context, req *connect.Request[opentotev1.DepositRequest]) (*connect.Response[opentotev1.DepositResponse], error) {
	key, err := commandKey(ctx, req.Msg.GetKey())
	if err != nil {
		return nil, err
	}
	c := &engine.Deposit{
		Key: key, Account: event.AccountID(req.Msg.GetAccountId()), Amount: tote.Money(req.Msg.GetAmountCents()),
	}
	if err := s.do(ctx, c); err != nil {
		return nil, err
	}
	return connect.NewResponse(&opentotev1.DepositResponse{BalanceCents: int64(c.Balance)}), nil
}

func (s *accountService) GetAccount(ctx context.Context, req *connect.Request[opentotev1.GetAccountRequest]) (*connect.Response[opentotev1.GetAccountResponse], error) {
	account, err := accountNamed(ctx, req.Msg.GetAccountId())
	if err != nil {
		return nil, err
	}
	c := &engine.GetAccount{Account: account}
	if err := s.do(ctx, c); err != nil {
		return nil, err
	}
	return connect.NewResponse(&opentotev1.GetAccountResponse{AccountId: uint64(account), BalanceCents: int64(c.Balance)}), nil
}
