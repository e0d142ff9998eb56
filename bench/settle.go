package bench

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"opentote/engine"
	"opentote/event"
	"opentote/tote"
	"opentote/tote/rulebook"
)

// SettleOptions size the benchmark of settlement. The zero value of each field
// has a default.
type SettleOptions struct {
	Dir     string       // where the units are written; default a temporary folder
	Bet     tote.BetCode // default E_QUINTE_PLUS
	Bets    int          // default 1,000,000
	Runners int          // default 16
	Seed    uint64
	// References settle the same pool another way, one after the other.
	References []Reference
}

func (o SettleOptions) withDefaults() SettleOptions {
	o.Bet = cmp.Or(o.Bet, "E_QUINTE_PLUS")
	o.Bets = cmp.Or(o.Bets, 1_000_000)
	o.Runners = cmp.Or(o.Runners, 16)
	return o
}

// SettleBetsMax is how many bets a pool holds at most.
const SettleBetsMax = 1 << 24

// Reference settles an expanded pool another way.
type Reference interface {
	Name() string
	// Settle is called once. An error that is an Unmeasured says why there is
	// nothing to compare with.
	Settle(ctx context.Context, u *Units) (*Settled, error)
}

// Unmeasured is why a reference cannot run here.
type Unmeasured string

func (u Unmeasured) Error() string { return string(u) }

// CPUTime returns what the process has taken of all processors so far.
func CPUTime() time.Duration { return cpuTime() }

// Settled is what a reference did, and how long it took.
type Settled struct {
	Version   string
	Load      time.Duration // before settling, not counted
	Count     time.Duration // winning stakes by rank
	Pay       time.Duration // what each bet wins
	CPU       time.Duration // of all processors, in both
	Winnings  []Payment     // of the bets that win, in order
	Footprint int64         // bytes the units take, 0 unknown
}

// SettleResult is what the benchmark prints, as one JSON object. Seconds of the
// engine are of its own commands on the pool in its own state: DeclareDividends
// (count, share, winnings, sums checked) and SettleBets until every bet has
// ended, wallets credited and events encoded and sealed, at a journal that
// keeps nothing. Count, share and winnings are the parts of DeclareDividends,
// measured just before by Rehearse, which runs the same code. The second
// calculator, whose figures the engine agrees with before it declares, has
// followed the same rows; it works beside the engine, so that its seconds are in
// none of the others: a race is paid after both.
type SettleResult struct {
	Bench       string       `json:"bench"`
	Bet         tote.BetCode `json:"bet"`
	BetsPerS    float64      `json:"bets_per_s"`
	TotalS      float64      `json:"total_s"` // declare and ends
	CPUS        float64      `json:"cpu_s"`   // of all processors, in the total; the garbage collector's included
	DeclareS    float64      `json:"declare_s"`
	EndsS       float64      `json:"ends_s"`
	CountS      float64      `json:"count_s"`
	ShareS      float64      `json:"share_s"`
	WinningsS   float64      `json:"winnings_s"`
	SecondS     float64      `json:"second_s"`      // the second calculation
	SecondCPUS  float64      `json:"second_cpu_s"`  // of all processors
	SecondUnits int          `json:"second_stakes"` // units told apart
	LoadS       float64      `json:"load_s"`        // drawing, accepting, following and expanding the bets
	Bets        int          `json:"bets"`
	Units       int          `json:"units"`
	Winning     int          `json:"winning_bets"`
	Ranks       int          `json:"ranks_won"` // ranks at which somebody wins
	StakesCents tote.Money   `json:"stakes_cents"`
	WonCents    tote.Money   `json:"winnings_cents"`
	Rulebook    string       `json:"rulebook"`
	Runners     int          `json:"runners"`
	Seed        uint64       `json:"seed"`
	Cores       int          `json:"cores"`
	RSSBytes    int64        `json:"rss_bytes"` // when the last bet had ended, both calculators

	References []SettleReference `json:"references"`
}

// SettleReference is a reference beside the engine. Its winnings are equal to the
// engine's, bet by bet, or the benchmark fails.
type SettleReference struct {
	Name     string  `json:"name"`
	Version  string  `json:"version,omitempty"`
	BetsPerS float64 `json:"bets_per_s,omitempty"`
	TotalS   float64 `json:"total_s,omitempty"` // count and pay
	CPUS     float64 `json:"cpu_s,omitempty"`   // of all processors, in the total
	CountS   float64 `json:"count_s,omitempty"`
	PayS     float64 `json:"pay_s,omitempty"`
	LoadS    float64 `json:"load_s,omitempty"` // of the units, not in the total
	Bytes    int64   `json:"bytes,omitempty"`  // that the units take there
	Ratio    float64 `json:"ratio,omitempty"`  // its total over the engine's
	CPURatio float64 `json:"cpu_ratio,omitempty"`
	Skipped  string  `json:"not_measured,omitempty"`
}

// Settle measures the settlement of one pool of bets that a simulated public
// composed, and has references do the same on the pool's unit combinations. The
// arrival is the first combination that somebody bet in all its orders, so that
// every rank has winners, or in one where nobody does.
func Settle(ctx context.Context, o SettleOptions, progress func(string)) (*SettleResult, error) {
	o = o.withDefaults()
	dir, err := os.MkdirTemp(o.Dir, "opentote-bench-")
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	defer os.RemoveAll(dir)
	s, err := newSettling(ctx, o, filepath.Join(dir, "units"))
	if err != nil {
		return nil, err
	}
	defer s.close()
	if err := s.load(ctx, progress); err != nil {
		return nil, err
	}
	if err := s.settle(ctx, progress); err != nil {
		return nil, err
	}
	units, err := s.expanded()
	if err != nil {
		return nil, err
	}
	// The engine's memory is the references' to use.
	if err := s.close(); err != nil {
		return nil, err
	}
	s.engine, s.second, s.journal.keep = nil, nil, nil
	runtime.GC()
	for _, ref := range o.References {
		progress(fmt.Sprintf("%s: the same on %d units", ref.Name(), units.Count))
		r, err := s.compare(ctx, ref, units)
		if err != nil {
			return nil, err
		}
		progress(r.String())
		s.result.References = append(s.result.References, *r)
	}
	return &s.result, nil
}

// String says what a reference took, on one line.
func (r *SettleReference) String() string {
	if r.Skipped != "" {
		return r.Name + ": not measured: " + r.Skipped
	}
	return fmt.Sprintf("%s: %.3f s (loaded in %.1f s), %.1f times the engine's, %.1f times in processor time; equal to the cent",
		r.Name, r.TotalS, r.LoadS, r.Ratio, r.CPURatio)
}

// settling is a pool on its way to being settled.
type settling struct {
	o      SettleOptions
	bet    tote.BetType
	shaped tote.Shaped
	field  tote.Field
	units  string // path
	whole  []tote.Horse
	single []tote.Horse

	engine  *engine.Engine
	journal *forgetful
	second  *second
	rows    [][]byte // payloads that settle bets
	stakes  tote.Stakes
	arrival [][]tote.Horse
	won     []Payment
	result  SettleResult
}

func newSettling(ctx context.Context, o SettleOptions, units string) (*settling, error) {
	if o.Bets < 1 || o.Bets > SettleBetsMax {
		return nil, fmt.Errorf("bench: %d bets, want 1 to %d", o.Bets, SettleBetsMax)
	}
	book, ok := rulebook.For(o.Bet.Network(), settleRace.Day())
	if !ok {
		return nil, fmt.Errorf("bench: no rulebook for %s", o.Bet)
	}
	bet, ok := book.Type(o.Bet)
	if !ok {
		return nil, fmt.Errorf("bench: %s has no pool of its own in rulebook %s; those that have: %v", o.Bet, book.ID, book.Codes())
	}
	s := &settling{o: o, bet: bet, units: units, second: newSecond()}
	s.journal = &forgetful{keep: s.second.keep}
	if s.shaped, ok = bet.(tote.Shaped); !ok {
		return nil, fmt.Errorf("bench: the units of %s cannot be listed", o.Bet)
	}
	s.field.Declared = tote.Numbered(o.Runners)
	var err error
	// Keys are forgotten after a second: nothing is sent twice here, and ten
	// million keys would take more memory than the bets.
	s.engine, err = engine.Start(ctx, s.journal, engine.Options{KeyWindow: time.Second})
	return s, err
}

func (s *settling) close() error {
	if s.engine == nil {
		return nil
	}
	return s.engine.Close()
}

// settle enters the result and measures.
func (s *settling) settle(ctx context.Context, progress func(string)) error {
	first := s.whole
	if first == nil {
		first = s.single
	}
	for _, h := range first {
		s.arrival = append(s.arrival, []tote.Horse{h})
	}
	for h := range s.field.Declared.Without(tote.SetOf(first...)).All {
		s.arrival = append(s.arrival, []tote.Horse{h})
	}
	err := s.do(ctx,
		&engine.StopRace{Race: settleRace, Staff: "bench"},
		&engine.EnterResult{Race: settleRace, Arrival: s.arrival, Staff: "bench"},
		&engine.ConfirmResult{Race: settleRace, Arrival: s.arrival, Staff: "second"})
	if err != nil {
		return err
	}
	runtime.GC()
	r := &s.result
	var upTo [engine.WinningsPhase + 1]float64
	var last *engine.Rehearse
	for phase := engine.CountPhase; phase <= engine.WinningsPhase; phase++ {
		last = &engine.Rehearse{Race: settleRace, Bet: s.o.Bet, Until: phase}
		if upTo[phase], err = s.timed(ctx, last); err != nil {
			return err
		}
	}
	s.stakes = last.Stakes
	r.CountS = upTo[engine.CountPhase]
	r.ShareS = max(0, upTo[engine.SharePhase]-upTo[engine.CountPhase])
	r.WinningsS = max(0, upTo[engine.WinningsPhase]-upTo[engine.SharePhase])
	second, err := s.second.calculate(ctx, settleRace)
	if err != nil {
		return err
	}
	r.SecondS, r.SecondCPUS, r.SecondUnits = second.took.Seconds(), second.cpu.Seconds(), second.stakes
	s.journal.keep = nil
	declare := &engine.DeclareDividends{Race: settleRace, Staff: "second", Second: second.figures}
	cpu := CPUTime()
	if r.DeclareS, err = s.timed(ctx, declare); err != nil {
		return err
	}
	s.journal.keep = func(row event.Row) error {
		s.rows = append(s.rows, slices.Clone(row.Payload))
		return nil
	}
	began := time.Now()
	if err := s.end(ctx); err != nil {
		return err
	}
	r.EndsS = time.Since(began).Seconds()
	r.CPUS = (CPUTime() - cpu).Seconds()
	if r.RSSBytes, _, err = residentOf("self"); err != nil {
		return err
	}
	r.TotalS = r.DeclareS + r.EndsS
	r.BetsPerS = float64(s.o.Bets) / r.TotalS
	progress(fmt.Sprintf("computed a second time in %.3f s; settled in %.3f s: dividends %.3f s, ends %.3f s", r.SecondS, r.TotalS, r.DeclareS, r.EndsS))
	return s.tell(ctx, last.Winnings)
}

// end settles bets until all have ended.
func (s *settling) end(ctx context.Context) error {
	slices := make([]engine.SettleBets, 64)
	commands := make([]engine.Command, len(slices))
	for more := true; more; {
		for i := range slices {
			slices[i] = engine.SettleBets{Race: settleRace}
			commands[i] = &slices[i]
		}
		if err := s.do(ctx, commands...); err != nil {
			return err
		}
		more = slices[len(slices)-1].More
	}
	return nil
}

// tell fills the result from the race's accounts and from the events that ended
// its bets, which must agree.
func (s *settling) tell(ctx context.Context, winnings tote.Money) error {
	var accounts engine.GetRaceAccounts
	accounts.Race = settleRace
	if err := s.do(ctx, &accounts); err != nil {
		return err
	}
	pool := accounts.View.Pools[0]
	if accounts.View.Status != engine.Settled || pool.Declared == nil {
		return fmt.Errorf("bench: race left at status %d", accounts.View.Status)
	}
	if pool.Declared.Procedure == tote.Refund {
		return fmt.Errorf("bench: the pool is refunded (%s): nothing to measure; try more bets", pool.Declared.Reason)
	}
	var dec event.Decoder
	for _, payload := range s.rows {
		err := dec.Decode(payload, func(_ event.Millis, ev event.Event) error {
			if e, ok := ev.(*event.BetsSettled); ok {
				for _, end := range e.Ends {
					s.won = append(s.won, Payment{Bet: end.Index, Money: end.Won})
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	s.rows = nil
	r := &s.result
	r.Bench, r.Bet, r.Bets, r.Runners, r.Seed, r.Cores = "settle", s.o.Bet, s.o.Bets, s.o.Runners, s.o.Seed, runtime.GOMAXPROCS(0)
	r.StakesCents, r.Winning, r.Rulebook = pool.Stakes, len(s.won), pool.Rulebook
	ranks := map[string]bool{}
	for _, l := range pool.Declared.Lines {
		ranks[l.Rank] = true
	}
	r.Ranks = len(ranks)
	for _, p := range s.won {
		r.WonCents += p.Money
	}
	if r.WonCents != pool.Declared.Winnings || r.WonCents != winnings || int(pool.Bets) != s.o.Bets {
		return fmt.Errorf("bench: bets won %d, declared %d, rehearsed %d", r.WonCents, pool.Declared.Winnings, winnings)
	}
	return nil
}

// timed sends one command and returns the seconds it took.
func (s *settling) timed(ctx context.Context, c engine.Command) (float64, error) {
	began := time.Now()
	err := s.do(ctx, c)
	return time.Since(began).Seconds(), err
}

func (s *settling) do(ctx context.Context, commands ...engine.Command) error {
	rejections, err := s.engine.DoAll(ctx, commands)
	if err != nil {
		return err
	}
	for _, rej := range rejections {
		if rej != nil {
			return rej
		}
	}
	return nil
}

// compare has a reference settle the units, and holds its winnings against ours.
func (s *settling) compare(ctx context.Context, ref Reference, u *Units) (*SettleReference, error) {
	got, err := ref.Settle(ctx, u)
	r := &SettleReference{Name: ref.Name()}
	if skipped, ok := err.(Unmeasured); ok {
		r.Skipped = string(skipped)
		return r, nil
	}
	if err != nil {
		return nil, fmt.Errorf("bench: %s: %w", ref.Name(), err)
	}
	if len(got.Winnings) != len(s.won) {
		return nil, fmt.Errorf("bench: %s pays %d bets, the engine %d", ref.Name(), len(got.Winnings), len(s.won))
	}
	for i, p := range got.Winnings {
		if p != s.won[i] {
			return nil, fmt.Errorf("bench: %s pays bet %d %v, the engine bet %d %v", ref.Name(), p.Bet, p.Money, s.won[i].Bet, s.won[i].Money)
		}
	}
	took := (got.Count + got.Pay).Seconds()
	r.Version, r.LoadS, r.CountS, r.PayS, r.TotalS = got.Version, got.Load.Seconds(), got.Count.Seconds(), got.Pay.Seconds(), took
	r.BetsPerS, r.Ratio, r.Bytes = float64(s.o.Bets)/took, took/s.result.TotalS, got.Footprint
	r.CPUS, r.CPURatio = got.CPU.Seconds(), got.CPU.Seconds()/s.result.CPUS
	return r, nil
}
