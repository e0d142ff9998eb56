package rulebook_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"opentote/tote"
	"opentote/tote/rulebook"
)

// drawOpen draws an open pool of a small race, some horses scratched after the
// bets.
func drawOpen(t *rapid.T) (d drawnSingle, open *rulebook.OpenSingle) {
	d.pool = singlePool(t)
	if rapid.IntRange(0, 4).Draw(t, "takes") == 0 {
		d.pool = d.pool.At([3]tote.Rate{200_000, 50_000, 300_000})
	}
	declared := rapid.IntRange(4, 6).Draw(t, "declared")
	d.result.Declared = tote.Numbered(declared)
	scratched := rapid.Permutation(d.result.Declared.Slice()).Draw(t, "scratched")
	d.result.NonRunners = tote.SetOf(scratched[:rapid.IntRange(0, min(3, declared-3)).Draw(t, "out")]...)
	d.offered = rulebook.PoolBets(rapid.SampledFrom([]uint8{2, 4, 8, 2 | 8, 4 | 8, 2 | 4, 2 | 4 | 8}).Draw(t, "offered"))
	for range rapid.IntRange(0, 8).Draw(t, "bets") {
		p := drawPooled(t, d.result.Declared)
		if d.offered.Has(rulebook.PoolBet(p.Variant)) {
			d.patterns = append(d.patterns, p)
			d.units = append(d.units, drawCents(t))
		}
	}
	open = d.pool.Open(d.offered, tote.Field{Declared: d.result.Declared, NonRunners: d.result.NonRunners})
	for i := range d.patterns {
		open.Add(&d.patterns[i], d.units[i])
	}
	for b := range d.offered.All {
		if rapid.IntRange(0, 4).Draw(t, "prime") == 0 {
			d.primes[b.Index()] = 100_000
			open.AddPrime(b, 100_000)
		}
	}
	return d, open
}

// finishes settles the pool under every finish of the first four and visits the
// dividends of the main ranks.
func (d *drawnSingle) finishes(t *rapid.T, visit func(bet rulebook.PoolBet, finish []tote.Horse, paid tote.Dividend)) {
	ran := d.result.Ran().Slice()
	tuples(ran, min(4, len(ran)), func(finish []tote.Horse) {
		d.result.Arrival = order(finish...)
		s := d.settle(t)
		for bet := rulebook.Trio; bet <= rulebook.SuperQuatre; bet++ {
			if !d.offered.Has(bet) {
				continue
			}
			for i, line := range s.card.Lines() {
				if s.card.Level() == rulebook.Nominal && line.Rank == string(d.pool.Code(bet)) {
					visit(bet, finish, s.settlement.Dividends[i])
				}
			}
		}
	})
}

// TestSinglePoolProbables holds that an open pool's figures are the least and the
// most of the settlement's, over all finishes, to the cent.
func TestSinglePoolProbables(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, open := drawOpen(t)
		type lowHigh struct{ low, high tote.Dividend }
		want := map[string]lowHigh{}
		d.finishes(t, func(bet rulebook.PoolBet, finish []tote.Horse, paid tote.Dividend) {
			if bet != rulebook.Trio {
				return
			}
			set := slices.Sorted(slices.Values(finish[:3]))
			w := want[joined(set)]
			if paid != 0 && (w.low == 0 || paid < w.low) {
				w.low = paid
			}
			w.high = max(w.high, paid)
			want[joined(set)] = w
		})
		got := map[string]lowHigh{}
		for i, p := range open.Probables() {
			if p.Cell != i {
				t.Fatalf("probable %d has the cell %d", i, p.Cell)
			}
			got[p.Combination] = lowHigh{p.Low, p.High}
		}
		for set, w := range want {
			if got[set] != w {
				t.Fatalf("%s: got %v, want %v", set, got[set], w)
			}
		}
		for set, g := range got {
			if g != want[set] {
				t.Fatalf("%s: got %v, want %v", set, g, want[set])
			}
		}
	})
}

// TestSinglePoolFavourites holds that they are the most backed of the Probables.
func TestSinglePoolFavourites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, open := drawOpen(t)
		probable := map[string]tote.Probable{}
		backed := 0
		for _, p := range open.Probables() {
			probable[p.Combination] = p
			if p.High != 0 {
				backed++
			}
		}
		n := rapid.IntRange(1, 6).Draw(t, "n")
		favourites := open.Favourites(n)
		if len(favourites) < min(n, backed) || len(favourites) > n {
			t.Fatalf("%d favourites of %d, %d are backed", len(favourites), n, backed)
		}
		for i, f := range favourites {
			p := probable[f.Combination]
			if f.Low != p.Low || f.High != p.High || f.Stakes != d.backing(t, f.Combination) {
				t.Fatalf("%+v, want %+v on %s", f, p, d.backing(t, f.Combination))
			}
			if i > 0 && f.Stakes > favourites[i-1].Stakes {
				t.Fatalf("%+v after %+v", f, favourites[i-1])
			}
		}
	})
}

// backing is the stakes that a Trio's winners would have.
func (d *drawnSingle) backing(t *rapid.T, combination string) (stakes tote.Money) {
	var finish []tote.Horse
	for h := range d.result.Ran().All {
		if slices.Contains(strings.Split(combination, "-"), h.String()) {
			finish = append(finish, h)
		}
	}
	d.result.Arrival = order(finish...)
	s := d.settle(t)
	for i, line := range s.card.Lines() {
		if line == (tote.Line{Rank: "E_TRIO", Combination: combination}) {
			stakes += s.stakes.OnLine[i]
		}
	}
	return stakes
}

// TestSinglePoolQuote holds the same of a bet about to be taken, and that asking
// leaves the pool as it was.
func TestSinglePoolQuote(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, open := drawOpen(t)
		p := drawPooled(t, d.result.Declared)
		bet := rulebook.PoolBet(p.Variant)
		if !d.offered.Has(bet) || p.Field != 0 || p.Named()&d.result.NonRunners != 0 {
			t.Skip("not a bet on sale")
		}
		before := open.Probables()
		low, high := open.Quote(&p, 150)
		if diff := cmp.Diff(before, open.Probables()); diff != "" {
			t.Fatalf("a quote changed the pool:\n%s", diff)
		}
		d.patterns, d.units = append(d.patterns, p), append(d.units, 150)
		var least, most tote.Dividend
		d.finishes(t, func(won rulebook.PoolBet, finish []tote.Horse, paid tote.Dividend) {
			unit := slices.Clone(finish[:min(poolHorses(bet), len(finish))])
			if bet == rulebook.Trio {
				slices.Sort(unit)
			}
			if won != bet || paid == 0 || len(unit) < poolHorses(bet) || !holds(&p, unit) {
				return
			}
			if least == 0 || paid < least {
				least = paid
			}
			most = max(most, paid)
		})
		if low != least.Pay(150) || high != most.Pay(150) {
			t.Fatalf("%+v: got %s to %s, want %s to %s", p, low, high, least.Pay(150), most.Pay(150))
		}
	})
}

// openOf returns an open pool of twenty runners with wide bets of each kind.
func openOf(offered ...rulebook.PoolBet) *rulebook.OpenSingle {
	book, _ := rulebook.ByID("fr-online-2020")
	pool, _ := book.SinglePool()
	field := tote.Numbered(20)
	all := field.Slice()
	open := pool.Open(rulebook.PoolBetsOf(offered...), tote.Field{Declared: field})
	for i, h := range all {
		for _, bet := range offered {
			p := tote.FullFieldPattern([]tote.Horse{h}, field)
			if bet != rulebook.Trio {
				p = p.InAllOrders()
			}
			p.Variant = uint8(bet)
			open.Add(&p, tote.Money(100+37*i))
		}
	}
	return open
}

func BenchmarkSinglePoolProbables(b *testing.B) {
	for _, tt := range []struct {
		name string
		open *rulebook.OpenSingle
	}{
		{"TrioAlone", openOf(rulebook.Trio)},
		{"WithOrdre", openOf(rulebook.Trio, rulebook.TrioOrdre)},
		{"WithSuper4", openOf(rulebook.Trio, rulebook.SuperQuatre)},
	} {
		b.Run(tt.name, func(b *testing.B) {
			for b.Loop() {
				tt.open.Probables()
			}
		})
	}
}

// BenchmarkSinglePoolFavourites is what a public board shows of twenty runners.
func BenchmarkSinglePoolFavourites(b *testing.B) {
	open := openOf(rulebook.Trio, rulebook.TrioOrdre, rulebook.SuperQuatre)
	for b.Loop() {
		open.Favourites(20)
	}
}
