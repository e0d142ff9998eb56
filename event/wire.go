package event

import "opentote/tote"

// The kinds are field numbers of message Event in journal.proto and never
// change meaning.
const (
	kindAccountOpened kind = iota + 1
	kindDeposited
	kindPointOfSaleOpened
	kindRaceDeclared
	kindRaceOpened
	kindRaceSuspended
	kindRaceStopped
	kindRaceCancelled
	kindNonRunnerDeclared
	kindBetPlaced
	kindBetCancelled
	kindLatePurged
	kindResultEntered
	kindResultConfirmed
	kindDividendsDeclared
	kindBetsSettled
	kindTicketPaid
	kindKeyVoided
	kindKeysExpired
	kindBoosterReleased
	kindStakesTransferred
	kindPoolsShared

	kindJackpotFunded  kind = 25
	kindJackpotSettled kind = 26

	kindHostDividendsEntered   kind = 33
	kindHostDividendsConfirmed kind = 34
	kindHostSettled            kind = 35

	kindReportPlaced    kind = 37
	kindReportCancelled kind = 38
	kindReportCarried   kind = 39
	kindReportsDetached kind = 40
	kindMax                  = kindReportsDetached
)

// blank returns an empty event of each kind; a nil event for unknown kinds.
func blank(k kind) Event {
	switch k {
	case kindAccountOpened:
		return new(AccountOpened)
	case kindDeposited:
		return new(Deposited)
	case kindPointOfSaleOpened:
		return new(PointOfSaleOpened)
	case kindRaceDeclared:
		return new(RaceDeclared)
	case kindRaceOpened:
		return new(RaceOpened)
	case kindRaceSuspended:
		return new(RaceSuspended)
	case kindRaceStopped:
		return new(RaceStopped)
	case kindRaceCancelled:
		return new(RaceCancelled)
	case kindNonRunnerDeclared:
		return new(NonRunnerDeclared)
	case kindBetPlaced:
		return new(BetPlaced)
	case kindBetCancelled:
		return new(BetCancelled)
	case kindLatePurged:
		return new(LatePurged)
	case kindResultEntered:
		return new(ResultEntered)
	case kindResultConfirmed:
		return new(ResultConfirmed)
	case kindDividendsDeclared:
		return new(DividendsDeclared)
	case kindBetsSettled:
		return new(BetsSettled)
	case kindTicketPaid:
		return new(TicketPaid)
	case kindKeyVoided:
		return new(KeyVoided)
	case kindKeysExpired:
		return new(KeysExpired)
	case kindBoosterReleased:
		return new(BoosterReleased)
	case kindStakesTransferred:
		return new(StakesTransferred)
	case kindPoolsShared:
		return new(PoolsShared)
	case kindJackpotFunded:
		return new(JackpotFunded)
	case kindJackpotSettled:
		return new(JackpotSettled)
	case kindHostDividendsEntered:
		return new(HostDividendsEntered)
	case kindHostDividendsConfirmed:
		return new(HostDividendsConfirmed)
	case kindHostSettled:
		return new(HostSettled)
	case kindReportPlaced:
		return new(ReportPlaced)
	case kindReportCancelled:
		return new(ReportCancelled)
	case kindReportCarried:
		return new(ReportCarried)
	case kindReportsDetached:
		return new(ReportsDetached)
	}
	return nil
}

func (*JackpotFunded) kind() kind     { return kindJackpotFunded }
func (*JackpotSettled) kind() kind    { return kindJackpotSettled }
func (*AccountOpened) kind() kind     { return kindAccountOpened }
func (*Deposited) kind() kind         { return kindDeposited }
func (*PointOfSaleOpened) kind() kind { return kindPointOfSaleOpened }
func (*RaceDeclared) kind() kind      { return kindRaceDeclared }
func (*RaceOpened) kind() kind        { return kindRaceOpened }
func (*RaceSuspended) kind() kind     { return kindRaceSuspended }
func (*RaceStopped) kind() kind       { return kindRaceStopped }
func (*RaceCancelled) kind() kind     { return kindRaceCancelled }
func (*NonRunnerDeclared) kind() kind { return kindNonRunnerDeclared }
func (*BetPlaced) kind() kind         { return kindBetPlaced }
func (*BetCancelled) kind() kind      { return kindBetCancelled }
func (*LatePurged) kind() kind        { return kindLatePurged }
func (*ResultEntered) kind() kind     { return kindResultEntered }
func (*ResultConfirmed) kind() kind   { return kindResultConfirmed }
func (*DividendsDeclared) kind() kind { return kindDividendsDeclared }
func (*BetsSettled) kind() kind       { return kindBetsSettled }
func (*TicketPaid) kind() kind        { return kindTicketPaid }
func (*KeyVoided) kind() kind         { return kindKeyVoided }
func (*KeysExpired) kind() kind       { return kindKeysExpired }
func (*BoosterReleased) kind() kind   { return kindBoosterReleased }
func (*StakesTransferred) kind() kind { return kindStakesTransferred }
func (*PoolsShared) kind() kind       { return kindPoolsShared }

func (*HostDividendsEntered) kind() kind   { return kindHostDividendsEntered }
func (*HostDividendsConfirmed) kind() kind { return kindHostDividendsConfirmed }
func (*HostSettled) kind() kind            { return kindHostSettled }

func (e *AccountOpened) wire(c *codec) {
	number(c, 1, &e.Account)
	fixed(c, 2, e.Key[:])
}

func (e *Deposited) wire(c *codec) {
	number(c, 1, &e.Account)
	number(c, 2, &e.Amount)
	fixed(c, 3, e.Key[:])
}

func (e *PointOfSaleOpened) wire(c *codec) {
	number(c, 1, &e.PointOfSale)
	fixed(c, 2, e.Key[:])
}

func (e *RaceDeclared) wire(c *codec) {
	number(c, 1, &e.Race)
	number(c, 2, &e.Start)
	number(c, 3, &e.Deadline)
	bits(c, 4, &e.Declared)
	repeated(c, 5, &e.Stables, func(s *tote.HorseSet, c *codec) { bits(c, 1, s) })
	repeated(c, 6, &e.Pools, (*PoolDeclared).wire)
	text(c, 7, &e.Staff)
}

func (p *PoolDeclared) wire(c *codec) {
	number(c, 1, &p.Pool)
	text(c, 2, &p.Bet)
	text(c, 3, &p.Rulebook)
	number(c, 4, &p.BaseStake)
	number(c, 5, &p.MaxStake)
	octets(c, 6, &p.Flexi)
	flag(c, 7, &p.Complement)
	flag(c, 8, &p.Spot)
	repeated(c, 9, &p.Jackpot, func(s *tote.Slot, c *codec) {
		number(c, 1, &s.Tenths)
		number(c, 2, &s.Slots)
	})
	flag(c, 10, &p.Report)
}

func (e *RaceOpened) wire(c *codec) {
	number(c, 1, &e.Race)
	text(c, 2, &e.Staff)
}

func (e *RaceSuspended) wire(c *codec) {
	number(c, 1, &e.Race)
	text(c, 2, &e.Staff)
}

func (e *RaceStopped) wire(c *codec) {
	number(c, 1, &e.Race)
	number(c, 2, &e.Source)
	text(c, 3, &e.Staff)
}

func (e *RaceCancelled) wire(c *codec) {
	number(c, 1, &e.Race)
	text(c, 2, &e.Staff)
}

func (e *NonRunnerDeclared) wire(c *codec) {
	number(c, 1, &e.Race)
	number(c, 2, &e.Horse)
	text(c, 3, &e.Staff)
}

func (e *BetPlaced) wire(c *codec) {
	number(c, 1, &e.Bet)
	number(c, 2, &e.Account)
	number(c, 3, &e.PointOfSale)
	number(c, 4, &e.Unit)
	number(c, 5, &e.Units)
	fixed(c, 6, e.Key[:])
	// The pattern's fields stand in the event itself: a nested message would
	// cost the hot path a second index.
	patternWire(&e.Pattern, c)
	if c.decoding || e.Seed != (tote.Seed{}) {
		fixed(c, 14, e.Seed[:])
	}
	number(c, 15, &e.Drawn)
	number(c, 16, &e.Jackpot)
	if c.decoding || e.Multipliers != (tote.Multipliers{}) {
		fixed(c, 17, e.Multipliers[:])
	}
	number(c, 18, &e.Report)
}

func patternWire(p *tote.Pattern, c *codec) {
	number(c, 7, &p.Formula)
	number(c, 8, &p.Flags)
	number(c, 9, &p.Variant)
	number(c, 10, &p.Complement)
	fixed(c, 11, p.Sizes[:])
	fixed(c, 12, p.Horses[:])
	bits(c, 13, &p.Field)
}

func (e *BetCancelled) wire(c *codec) {
	number(c, 1, &e.Bet)
	fixed(c, 2, e.Key[:])
	number(c, 3, &e.PointOfSale)
}

func (e *LatePurged) wire(c *codec) {
	number(c, 1, &e.Race)
	number(c, 2, &e.Started)
	repeated(c, 3, &e.Bets, func(b *LateBet, c *codec) { number(c, 1, &b.Bet) })
	text(c, 4, &e.Staff)
}

func (p *Place) wire(c *codec) { octets(c, 1, &p.Horses) }

func (e *ResultEntered) wire(c *codec) {
	number(c, 1, &e.Race)
	repeated(c, 2, &e.Arrival, (*Place).wire)
	text(c, 3, &e.Staff)
}

func (e *ResultConfirmed) wire(c *codec) {
	number(c, 1, &e.Race)
	repeated(c, 2, &e.Arrival, (*Place).wire)
	text(c, 3, &e.Staff)
}

func (e *DividendsDeclared) wire(c *codec) {
	number(c, 1, &e.Pool)
	text(c, 2, &e.Procedure)
	text(c, 3, &e.Reason)
	repeated(c, 4, &e.Lines, (*DividendLine).wire)
	number(c, 5, &e.Refunds)
	number(c, 6, &e.Winnings)
	number(c, 7, &e.Takeout)
	number(c, 8, &e.Progressive)
	number(c, 9, &e.Breakage)
	number(c, 10, &e.Booster)
	text(c, 11, &e.Staff)
	number(c, 12, &e.TopUp)
	fixed(c, 13, e.Second[:])
	repeated(c, 14, &e.Counted, (*LineStakes).wire)
}

func (l *LineStakes) wire(c *codec) {
	text(c, 1, &l.Rank)
	text(c, 2, &l.Combination)
	number(c, 3, &l.Stakes)
}

func (l *DividendLine) wire(c *codec) {
	text(c, 1, &l.Rank)
	text(c, 2, &l.Combination)
	number(c, 3, &l.Dividend)
	number(c, 4, &l.Stakes)
}

func (e *BetsSettled) wire(c *codec) {
	number(c, 1, &e.Pool)
	number(c, 2, &e.From)
	number(c, 3, &e.To)
	repeated(c, 4, &e.Ends, (*BetEnd).wire)
}

func (b *BetEnd) wire(c *codec) {
	number(c, 1, &b.Index)
	number(c, 2, &b.Won)
	number(c, 3, &b.Refunded)
	number(c, 4, &b.ReceiverWon)
	number(c, 5, &b.ReceiverRefunded)
	number(c, 6, &b.JackpotWon)
	number(c, 7, &b.JackpotRefunded)
}

func (e *TicketPaid) wire(c *codec) {
	number(c, 1, &e.Bet)
	number(c, 2, &e.PointOfSale)
	number(c, 3, &e.Amount)
	fixed(c, 4, e.Key[:])
}

func (e *KeyVoided) wire(c *codec) { fixed(c, 1, e.Key[:]) }

func (*KeysExpired) wire(*codec) {}

func (e *BoosterReleased) wire(c *codec) {
	number(c, 1, &e.Pool)
	number(c, 2, &e.Amount)
	text(c, 3, &e.Staff)
	fixed(c, 4, e.Key[:])
}

func (e *StakesTransferred) wire(c *codec) {
	number(c, 1, &e.From)
	number(c, 2, &e.To)
	number(c, 3, &e.Amount)
}

func (e *PoolsShared) wire(c *codec) {
	repeated(c, 1, &e.Pools, (*PoolShare).wire)
	number(c, 2, &e.Level)
	repeated(c, 3, &e.Citations, (*Citation).wire)
}

func (p *PoolShare) wire(c *codec) {
	number(c, 1, &p.Pool)
	flag(c, 2, &p.Treated)
	number(c, 3, &p.Gave)
	number(c, 4, &p.Got)
}

func (x *Citation) wire(c *codec) {
	number(c, 1, &x.Horse)
	number(c, 2, &x.First)
	number(c, 3, &x.Second)
	number(c, 4, &x.Third)
	number(c, 5, &x.Fourth)
}

func (e *JackpotFunded) wire(c *codec) {
	text(c, 1, &e.Bet)
	number(c, 2, &e.Amount)
	flag(c, 3, &e.Loan)
	text(c, 4, &e.Staff)
	fixed(c, 5, e.Key[:])
}

func (e *JackpotSettled) wire(c *codec) {
	number(c, 1, &e.Pool)
	number(c, 2, &e.Refunds)
	number(c, 3, &e.Takeout)
	number(c, 4, &e.Income)
	number(c, 5, &e.Winnings)
}

func (e *HostDividendsEntered) wire(c *codec) {
	number(c, 1, &e.Pool)
	text(c, 2, &e.Refund)
	repeated(c, 3, &e.Lines, (*HostLine).wire)
	text(c, 4, &e.Staff)
}

func (e *HostDividendsConfirmed) wire(c *codec) {
	number(c, 1, &e.Pool)
	text(c, 2, &e.Refund)
	repeated(c, 3, &e.Lines, (*HostLine).wire)
	text(c, 4, &e.Staff)
}

func (l *HostLine) wire(c *codec) {
	text(c, 1, &l.Combination)
	number(c, 2, &l.Dividend)
}

func (e *HostSettled) wire(c *codec) {
	number(c, 1, &e.Pool)
	number(c, 2, &e.Gave)
	number(c, 3, &e.Got)
}
