package audit

import (
	"fmt"

	"opentote/engine"
	"opentote/event"
	"opentote/tote"
)

// auditor is the audit's own view of what the events say.
type auditor struct {
	report Report
	seq    event.Seq // of the event being folded
	at     event.Millis

	wallets []tote.Money // by AccountID-1
	tills   []tote.Money // by PointOfSaleID-1: sold minus paid
	races   map[tote.RaceID]*race
	pools   []*pool // by PoolID-1
	ledger  ledger
	funds   map[tote.BetCode]tote.Money // kept for later races
	// of the Jackpots: their funds, what was lent to each, and all the operator put in
	jackpots, lent map[tote.BetCode]tote.Money
	advanced       tote.Money
	carriers       []*carrier // by ReportID-1
	off            tote.Money // by how much the ledger was off at the last finding

	// keys are the commands' keys of the two generations that are remembered.
	keys [2]map[event.Key]struct{}
}

func newAuditor() *auditor {
	return &auditor{
		races: map[tote.RaceID]*race{},
		funds: map[tote.BetCode]tote.Money{}, jackpots: map[tote.BetCode]tote.Money{}, lent: map[tote.BetCode]tote.Money{},
		keys: [2]map[event.Key]struct{}{{}, {}},
		report: Report{
			Findings: []Finding{},
		},
	}
}

// found reports that the event being folded does not add up.
func (a *auditor) found(about Finding, format string, args ...any) {
	if len(a.report.Findings) == FindingsMax {
		a.report.Unlisted++
		return
	}
	about.Event = a.seq
	about.Sentence = fmt.Sprintf(format, args...)
	a.report.Findings = append(a.report.Findings, about)
}

// event folds one event. Contents so wrong that the rules cannot even read
// them are a finding like any other.
func (a *auditor) event(at event.Millis, ev event.Event) {
	defer func() {
		if p := recover(); p != nil {
			a.found(Finding{}, "the event makes no sense: %v", p)
		}
	}()
	if at < a.at {
		a.found(Finding{}, "time goes back from %d to %d", a.at, at)
	}
	if a.seq == 1 {
		a.report.From = at
	}
	a.at, a.report.To = at, at
	a.fold(ev)
	if off := a.ledger.sum(); off != a.off {
		a.found(Finding{}, "the postings of the event are off by %v", off-a.off)
		a.off = off
	}
}

func (a *auditor) fold(ev event.Event) {
	switch e := ev.(type) {
	case *event.BetPlaced:
		a.betPlaced(e)
	case *event.BetCancelled:
		a.betCancelled(e)
	case *event.LatePurged:
		a.latePurged(e)
	case *event.DividendsDeclared:
		a.dividendsDeclared(e)
	case *event.BoosterReleased:
		a.boosterReleased(e)
	case *event.StakesTransferred:
		a.stakesTransferred(e)
	case *event.HostDividendsEntered:
		a.hostEntered(e)
	case *event.HostDividendsConfirmed:
		a.hostConfirmed(e)
	case *event.HostSettled:
		a.hostSettled(e)
	case *event.PoolsShared:
		a.poolsShared(e)
	case *event.JackpotSettled:
		a.jackpotSettled(e)
	case *event.JackpotFunded:
		a.jackpotFunded(e)
	case *event.ReportPlaced:
		a.reportPlaced(e)
	case *event.ReportCancelled:
		a.reportCancelled(e)
	case *event.ReportCarried:
		a.reportCarried(e)
	case *event.ReportsDetached:
		a.reportsDetached(e)
	case *event.BetsSettled:
		a.betsSettled(e)
	case *event.TicketPaid:
		a.ticketPaid(e)
	case *event.AccountOpened:
		a.accountOpened(e)
	case *event.Deposited:
		a.deposited(e)
	case *event.PointOfSaleOpened:
		if want := event.PointOfSaleID(len(a.tills) + 1); e.PointOfSale != want {
			a.found(Finding{}, "point of sale %d is opened where %d was next", e.PointOfSale, want)
		}
		a.tills = append(a.tills, 0)
		a.report.Totals.PointsOfSale++
		a.use(e.Key, Finding{})
	case *event.KeyVoided:
		a.use(e.Key, Finding{})
	case *event.KeysExpired:
		a.keys[0], a.keys[1] = map[event.Key]struct{}{}, a.keys[0]
	default:
		a.foldRace(ev)
	}
}

func (a *auditor) accountOpened(e *event.AccountOpened) {
	if want := event.AccountID(len(a.wallets) + 1); e.Account != want {
		a.found(Finding{}, "account %d is opened where %d was next", e.Account, want)
	}
	a.wallets = append(a.wallets, 0)
	a.report.Totals.Accounts++
	a.use(e.Key, Finding{})
}

func (a *auditor) deposited(e *event.Deposited) {
	a.use(e.Key, Finding{})
	if e.Amount <= 0 {
		a.found(Finding{}, "%v is deposited", e.Amount)
	}
	a.report.Totals.Deposited += e.Amount
	a.ledger.add(engine.Bank, -e.Amount)
	a.ledger.add(engine.Wallets, a.credit(e.Account, e.Amount, Finding{}))
}

// use notes that a command's key was used.
func (a *auditor) use(key event.Key, about Finding) {
	if key == (event.Key{}) {
		a.found(about, "the command had no key")
		return
	}
	for _, generation := range a.keys {
		if _, used := generation[key]; used {
			a.found(about, "the key %x was used before", key)
			return
		}
	}
	a.keys[0][key] = struct{}{}
}

// credit moves money into a wallet, or out of it when negative, and returns
// what was moved: nothing where there is no such wallet.
func (a *auditor) credit(id event.AccountID, m tote.Money, about Finding) tote.Money {
	if id == 0 || uint64(id) > uint64(len(a.wallets)) {
		a.found(about, "account %d was never opened", id)
		return 0
	}
	w := &a.wallets[id-1]
	if *w += m; *w < 0 && m < 0 {
		a.found(about, "the wallet of account %d falls to %v", id, *w)
	}
	return m
}

// cash moves money into a till, or out of it when negative, and returns what
// was moved.
func (a *auditor) cash(id event.PointOfSaleID, m tote.Money, about Finding) tote.Money {
	if id == 0 || uint64(id) > uint64(len(a.tills)) {
		a.found(about, "point of sale %d was never opened", id)
		return 0
	}
	a.tills[id-1] += m
	return m
}

// finish checks the ledger's classes against what they are the sums of.
func (a *auditor) finish() {
	var wallets, tills, pools, owed, funds, services, jackpots, hosts tote.Money
	for _, m := range a.jackpots { // order-free: a sum
		jackpots += m
	}
	for _, m := range a.funds { // order-free: a sum
		funds += m
	}
	for _, m := range a.wallets {
		wallets += m
	}
	for _, m := range a.tills {
		tills += m
	}
	for _, p := range a.pools {
		if p.declared == nil {
			pools += p.holds()
		} else {
			owed += p.declared.Refunds + p.declared.Winnings - p.won - p.refunded
		}
		if d := p.services.declared; d != nil {
			owed += d.Refunds + d.Winnings - p.services.won - p.services.refunded
		} else {
			services += p.services.stakes
		}
		hosts -= p.hosted.balance
		owed += p.unpaid
		a.report.Totals.Owed += p.unpaid
	}
	underway := a.finishReports()
	for _, c := range []struct {
		class    class
		sum      tote.Money
		contents string
	}{
		{engine.Wallets, wallets, "the wallets"},
		{engine.Cash, -tills, "the tills"},
		{engine.Pools, pools, "the stakes and added money of pools not computed"},
		{engine.Owed, owed, "what bets are still to get"},
		{engine.Boosters, funds, "the funds of the bets"},
		{engine.Services, services, "the Jackpots not computed"},
		{engine.Jackpots, jackpots, "the funds of the Jackpots"},
		{engine.Hosts, hosts, "what pools gave to their hosts less what they got"},
		{engine.Operator, -a.advanced, "what the operator put into the Jackpots and paid of reports"},
		{engine.Reports, underway, "what reports carry"},
	} {
		if got := a.ledger[c.class]; got != c.sum {
			a.found(Finding{}, "the ledger holds %v in %v, %s sum to %v", got, c.class, c.contents, c.sum)
		}
	}
	a.report.Ledger = a.ledger.balances()
}
