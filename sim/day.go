package sim

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/racing"
	"opentote/tote"
	"opentote/tote/rulebook"
)

// DayOptions say which day to run, on which server, with how many people.
type DayOptions struct {
	Server    Server
	Documents []Document
	PlanOptions
	// Clock must be the one the server reads; Day moves and holds it. Nil is a
	// manual clock: for a server whose own time does not matter to the day.
	Clock *Clock
	// Progress, when not nil, is called between steps from one goroutine.
	Progress func(Progress)
}

// Progress is how far a day has come.
type Progress struct {
	Now           time.Time // simulated
	Bets, Planned int
	Races, Of     int // settled and paid
}

// day is a day being run.
type day struct {
	DayOptions
	link      *link
	clock     *Clock
	programme *racing.Programme
	plan      *Plan
	tills     []*stream
	accounts  []account
	races     []raceRun   // by race of the plan
	chains    []*chainRun // in the order they were placed

	placed atomic.Int64
	done   int // races paid; owned by the runner

	mu       sync.Mutex
	refusals map[Code]int // guarded by mu: met as planned
}

// account is an online bettor's.
type account struct {
	id       uint64
	as       token
	before   tote.Money // in the wallet before the day's deposits
	deposits tote.Money
	after    tote.Money
}

// raceRun is what happened to a race.
type raceRun struct {
	tickets []ticket // by wager; each written by the goroutine that sells or pays it
	pools   map[tote.BetCode]*opentotev1.PoolAccounts
	hosts   map[tote.BetCode]rulebook.HostResult // what the host of each international pool sent
	skipped bool                                 // no bet was on sale: nothing to settle
}

// ticket is what a bettor holds.
type ticket struct {
	bet           uint64
	code          string
	state         ticketState
	won, refunded tote.Money
	there         amounts // of won and refunded, owed by the pool that took over units
	paid          tote.Money
	multipliers   []uint32     // of the Jackpot, in tenths
	boost         amounts      // of won and refunded, owed by the Jackpot
	drawn         tote.Pattern // of a Spot: the bet with its horses
}

type ticketState uint8

const (
	notPlaced ticketState = iota
	placed
	withdrawn
)

// Day runs a whole day of racing against a server and reports what became of
// every cent. The report is complete when the error is nil; whether the checks
// hold is its [Report.Failed] to say.
func Day(ctx context.Context, o DayOptions) (*Report, error) {
	if o.Bettors < 0 {
		return nil, fmt.Errorf("%d bettors", o.Bettors)
	}
	d := &day{DayOptions: o, clock: o.Clock, refusals: map[Code]int{}}
	if d.clock == nil {
		d.clock = ManualClock(time.Time{})
	}
	d.link = dial(o.Server)
	defer d.link.close()
	defer d.clock.Hold(time.Time{})
	if err := d.prepare(ctx); err != nil {
		return nil, err
	}
	began := time.Now()
	err := d.follow(ctx)
	if cerr := d.closeTills(); err == nil {
		err = cerr
	}
	if err != nil {
		return nil, err
	}
	report, err := d.audit(ctx)
	if err != nil {
		return nil, err
	}
	report.Measured = Measured{Elapsed: time.Since(began), Bets: int(d.placed.Load()), Retries: d.link.retries.Load()}
	return report, nil
}

// prepare imports, plans, and opens accounts and tills.
func (d *day) prepare(ctx context.Context) error {
	var err error
	if d.programme, err = read(d.Documents); err != nil {
		return err
	}
	// The day does not begin before everything is ready, however fast it runs.
	d.clock.Hold(begins(d.programme, d.PlanOptions))
	ids, err := d.link.publish(ctx, d.Documents)
	if err != nil {
		return err
	}
	races, err := d.link.races(ctx, d.programme, ids)
	if err != nil {
		return err
	}
	d.plan = NewPlan(races, d.PlanOptions)
	d.clock.Skip(d.plan.Begins)
	d.races = make([]raceRun, len(d.plan.Races))
	for i, rp := range d.plan.Races {
		d.races[i].tickets = make([]ticket, len(rp.Wagers))
	}
	if err := d.openTills(ctx); err != nil {
		return err
	}
	if err := d.lend(ctx, "morning"); err != nil {
		return err
	}
	return d.openAccounts(ctx)
}

// name makes a command key that is the same for the same seed.
func (d *day) name(format string, args ...any) string {
	return fmt.Sprintf("sim-%d-", d.Seed) + fmt.Sprintf(format, args...)
}

func (d *day) openTills(ctx context.Context) error {
	d.tills = make([]*stream, d.plan.Tills)
	return crew(ctx, len(d.tills), func(call context.Context, i int) error {
		res, err := ask(call, d.link, d.link.enter, d.link.office.OpenPointOfSale,
			&opentotev1.OpenPointOfSaleRequest{Key: d.name("till-%d", i)})
		if err != nil {
			return fmt.Errorf("open till %d: %w", i, err)
		}
		d.tills[i] = &stream{link: d.link, as: token(res.GetToken()), life: ctx}
		return nil
	})
}

func (d *day) closeTills() error {
	for i, t := range d.tills {
		if err := t.close(); err != nil {
			return fmt.Errorf("close till %d: %w", i, err)
		}
	}
	return nil
}

// depositMost is the largest single deposit.
const depositMost tote.Money = 50_000_00

// openAccounts opens the accounts and pays the day's money in.
func (d *day) openAccounts(ctx context.Context) error {
	d.accounts = make([]account, len(d.plan.Deposits))
	return crew(ctx, len(d.accounts), func(ctx context.Context, i int) error {
		a := &d.accounts[i]
		res, err := ask(ctx, d.link, d.link.enter, d.link.account.OpenAccount,
			&opentotev1.OpenAccountRequest{Key: d.name("account-%d", i)})
		if err != nil {
			return fmt.Errorf("open account %d: %w", i, err)
		}
		a.id, a.as = res.GetAccountId(), token(res.GetToken())
		for n := 0; a.deposits < d.plan.Deposits[i]; n++ {
			amount := min(d.plan.Deposits[i]-a.deposits, depositMost)
			res, err := ask(ctx, d.link, d.link.enter, d.link.account.Deposit, &opentotev1.DepositRequest{
				Key: d.name("deposit-%d-%d-%d", d.programme.Day, i, n), AccountId: a.id, AmountCents: int64(amount),
			})
			if err != nil {
				return fmt.Errorf("deposit on account %d: %w", i, err)
			}
			a.deposits += amount
			a.before = tote.Money(res.GetBalanceCents()) - a.deposits
		}
		return nil
	})
}

func (d *day) balance(ctx context.Context, a *account) (tote.Money, error) {
	res, err := ask(ctx, d.link, a.as, d.link.account.GetAccount, &opentotev1.GetAccountRequest{})
	return tote.Money(res.GetBalanceCents()), err
}

// progress tells how far the day has come.
func (d *day) progress() {
	if d.Progress == nil {
		return
	}
	d.Progress(Progress{
		Now: d.clock.Now(), Bets: int(d.placed.Load()), Planned: d.plan.Bets(),
		Races: d.done, Of: len(d.plan.Races),
	})
}

// met counts a refusal that was meant.
func (d *day) met(code Code) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.refusals[code]++
}

// refused returns the refusals met, for the report.
func (d *day) refused() map[Code]int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return maps.Clone(d.refusals)
}
