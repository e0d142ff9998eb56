package sim

import (
	"fmt"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/tote"
)

// auditor collects the equations of the checks.
type auditor struct {
	compared map[CheckName]int
	failed   map[CheckName][]string
}

func newAuditor() *auditor {
	return &auditor{compared: map[CheckName]int{}, failed: map[CheckName][]string{}}
}

// checks in the order they are printed.
var checks = []CheckName{
	CheckStakes, CheckSplit, CheckWinners, CheckPaid, CheckTickets, CheckUnclaimed,
	CheckWallets, CheckLedger, CheckOnce, CheckDividends, CheckSettled, CheckDraws, CheckJackpots, CheckReports, CheckRefusals,
}

// detailsMax bounds what is told of a check that fails.
const detailsMax = 5

func (a *auditor) hold(name CheckName, ok bool, format string, args ...any) {
	a.compared[name]++
	if ok {
		return
	}
	if failed := a.failed[name]; len(failed) < detailsMax {
		a.failed[name] = append(failed, fmt.Sprintf(format, args...))
	}
}

func (a *auditor) equal(name CheckName, what string, got, want tote.Money) {
	a.hold(name, got == want, "%s: %d, must be %d", what, got, want)
}

// pool compares a pool of the server with the public's side of it.
func (a *auditor) pool(where string, p *PoolReport, own *Amounts, said *opentotev1.PoolAccounts) {
	a.equal(CheckStakes, where+" bets", tote.Money(p.Bets), tote.Money(own.Bets))
	a.equal(CheckStakes, where+" cancelled", tote.Money(p.Cancelled), tote.Money(own.Cancelled))
	a.equal(CheckStakes, where+" stakes", p.Stakes, own.Stakes)
	played := p.Stakes - tote.Money(said.GetSentCents()) + tote.Money(said.GetReceivedCents()) + tote.Money(said.GetAddedCents()) + p.Shared + p.Host
	a.equal(CheckSplit, where, p.Refunds+p.Winnings+p.Takeout+p.Progressive+p.Breakage+p.Booster, played)
	a.equal(CheckWinners, where+" winnings", p.Winnings, own.Winnings)
	a.equal(CheckWinners, where+" refunds", p.Refunds, own.Refunds)
	a.equal(CheckPaid, where, p.Paid, own.Paid)
	a.equal(CheckUnclaimed, where, p.Unclaimed, own.Unclaimed)
	a.equal(CheckSettled, where+" purged", tote.Money(said.GetPurgedCents()), 0)
	for _, line := range p.Dividends {
		a.hold(CheckDividends, line.Dividend >= 100, "%s %v: %s", where, line.Combinations, line.Dividend)
	}
}

func (a *auditor) results() []Check {
	out := make([]Check, len(checks))
	for i, name := range checks {
		out[i] = Check{Name: name, OK: len(a.failed[name]) == 0, Compared: a.compared[name], Detail: a.failed[name]}
	}
	return out
}
