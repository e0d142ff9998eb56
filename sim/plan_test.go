package sim

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"opentote/tote"
	"opentote/tote/rulebook"
)

var firstStart = time.Date(2025, 11, 23, 13, 30, 0, 0, time.FixedZone("", 3600))

// testOffers returns the bets of both networks at their usual stakes.
func testOffers(tb testing.TB) []Offer {
	tb.Helper()
	var offers []Offer
	for _, o := range []Offer{
		{Code: "DEUX_SUR_QUATRE", Base: 300, Flexi: []uint8{25, 50}, Complement: true},
		{Code: "E_DEUX_SUR_QUATRE", Base: 300, Flexi: []uint8{25, 50}, Complement: true},
		{Code: "E_SIMPLE_GAGNANT", Base: 100},
		{Code: "E_SIMPLE_PLACE", Base: 100},
		{Code: "SIMPLE_GAGNANT", Base: 200},
		{Code: "SIMPLE_PLACE", Base: 200},
	} {
		book, ok := rulebook.For(o.Code.Network(), 20251123)
		if !ok {
			tb.Fatalf("no rulebook for %s", o.Code)
		}
		if o.Type, ok = book.Bet(o.Code); !ok {
			tb.Fatalf("no bet %s", o.Code)
		}
		o.family, _ = familyOf(o.Code)
		offers = append(offers, o)
	}
	return offers
}

// testRaces returns n races of 12 horses with geometric odds: two non-runners
// in the second race, the fourth called off, the fifth without an arrival.
func testRaces(tb testing.TB, n int) []*Race {
	tb.Helper()
	var races []*Race
	for i := range n {
		r := &Race{
			ID: tote.RaceOf(20251123, 1, i+1), Name: fmt.Sprintf("Prix %d", i+1), Meeting: "Testville",
			Start: firstStart.Add(time.Duration(i) * 30 * time.Minute), Prize: 25_000_00,
			Declared: tote.Numbered(12), Offers: testOffers(tb),
			Arrival: [][]tote.Horse{{3}, {1, 5}, {7}, {2}},
		}
		for h := range r.Declared.All {
			r.Odds[h] = 2.2 * math.Pow(1.35, float64(h-1))
		}
		switch i {
		case 1:
			r.NonRunners = []tote.Horse{4, 9}
		case 3:
			r.Fate, r.Arrival = CalledOff, nil
		case 4:
			r.Fate, r.Arrival = WithoutArrival, nil
		}
		races = append(races, r)
	}
	return races
}

func TestPlanDependsOnTheSeedAlone(t *testing.T) {
	t.Parallel()
	plan := func(seed uint64) *Plan {
		races := testRaces(t, 6)
		rand.Shuffle(len(races), func(i, j int) { races[i], races[j] = races[j], races[i] })
		return NewPlan(races, PlanOptions{Seed: seed, Bettors: 800})
	}
	wagers := func(p *Plan) [][]Wager {
		var all [][]Wager
		for _, rp := range p.Races {
			all = append(all, rp.Wagers, rp.Late)
		}
		return all
	}
	a, b := plan(7), plan(7)
	if diff := cmp.Diff(wagers(a), wagers(b)); diff != "" {
		t.Errorf("two plans of one seed differ:\n%s", diff)
	}
	if diff := cmp.Diff(a.Deposits, b.Deposits); diff != "" {
		t.Errorf("deposits differ:\n%s", diff)
	}
	if cmp.Equal(wagers(a), wagers(plan(8))) {
		t.Error("another seed plans the same bets")
	}
}

// TestPlanIsSound checks what the runner relies on.
func TestPlanIsSound(t *testing.T) {
	t.Parallel()
	p := NewPlan(testRaces(t, 8), PlanOptions{Seed: 1, Bettors: 4000})
	deeds := map[Deed]int{}
	onScratched := 0
	for _, rp := range p.Races {
		field := func(at time.Time) tote.Field {
			return tote.Field{Declared: rp.Race.Declared, NonRunners: rp.Race.Declared.Without(rp.runs(at))}
		}
		last := rp.Opens
		for i := range rp.Wagers {
			w := &rp.Wagers[i]
			deeds[w.Deed]++
			if w.At.Before(last) || !w.At.Before(rp.closes()) {
				t.Fatalf("%s bet %d at %s: out of order or out of the sale", rp.Race.ID, i, w.At)
			}
			last = w.At
			if w.Deed == Refused {
				if len(w.Wants) == 0 {
					t.Errorf("%s bet %d must be refused for no reason", rp.Race.ID, i)
				}
				continue
			}
			o := &rp.Race.Offers[w.Offer]
			units, err := o.Type.Units(&w.Pattern, field(w.At))
			if err != nil || units != w.Units || w.Unit <= 0 {
				t.Errorf("%s bet %d: %+v: %d units, %v", rp.Race.ID, i, w, units, err)
			}
			if (o.Code.Network() == tote.Online) != w.Online {
				t.Errorf("%s bet %d is on the wrong network", rp.Race.ID, i)
			}
			for _, s := range rp.Scratched {
				if w.Pattern.Named().Has(s.Horse) {
					onScratched++
				}
			}
		}
		if len(rp.Late) == 0 {
			t.Errorf("%s has no late bets", rp.Race.ID)
		}
	}
	for d := Plain; d <= Refused; d++ {
		if deeds[d] == 0 {
			t.Errorf("no bet with deed %d", d)
		}
	}
	if onScratched == 0 {
		t.Error("no bet was sold on a horse that became a non-runner")
	}
	if got := p.Deposits[p.penniless]; got != 0 {
		t.Errorf("the penniless account pays in %s", got)
	}
}

// TestHalfOfTheMoneyIsLate holds the time profile to its figures, in bets and
// in money.
func TestHalfOfTheMoneyIsLate(t *testing.T) {
	t.Parallel()
	p := NewPlan(testRaces(t, 8), PlanOptions{Seed: 3, Bettors: 20_000})
	var all, five, minute, lastHalf float64
	for _, rp := range p.Races {
		if rp.Race.Fate == CalledOff {
			continue
		}
		for i := range rp.Wagers {
			w := &rp.Wagers[i]
			if w.Deed == Refused {
				continue
			}
			cost := float64(min(w.Cost(), 100_00)) // the tail of stakes would drown the profile
			all += cost
			switch before := rp.Off.Sub(w.At); {
			case before <= 30*time.Second:
				lastHalf += cost
				fallthrough
			case before <= time.Minute:
				minute += cost
				fallthrough
			case before <= 5*time.Minute:
				five += cost
			}
		}
	}
	within(t, "share of the last five minutes", five/all, 0.47, 0.56)
	within(t, "share of the last minute", minute/all, 0.19, 0.27)
	within(t, "share of the last minute in its second half", lastHalf/minute, 0.6, 0.85)
}

// TestStakesArePareto estimates the tail's exponent by Hill's method.
func TestStakesArePareto(t *testing.T) {
	t.Parallel()
	p := NewPlan(testRaces(t, 8), PlanOptions{Seed: 5, Bettors: 20_000})
	var multiples []float64
	var sum, smallest float64
	for _, rp := range p.Races {
		for i := range rp.Wagers {
			if w := &rp.Wagers[i]; w.Units == 1 {
				m := float64(w.Unit / rp.Race.Offers[w.Offer].Base)
				multiples = append(multiples, m)
				sum += m
				if m == 1 {
					smallest++
				}
			}
		}
	}
	slices.Sort(multiples)
	n := len(multiples)
	tail := multiples[n-n/50:] // the largest 2 %
	hill, top := 0.0, 0.0
	for _, m := range tail {
		hill += math.Log(m / tail[0])
	}
	for _, m := range multiples[n-n/10:] {
		top += m
	}
	within(t, "tail exponent", float64(len(tail))/hill, 1.2, 2.2)
	within(t, "share of bets at the base stake", smallest/float64(n), 0.4, 0.75)
	within(t, "share of the money in the largest tenth", top/sum, 0.4, 0.75)
}

// TestFavouriteLongshotBias regresses the log of the planned money's share on
// the log of the true chance: a slope below 1 means that long shots get more
// than their due.
func TestFavouriteLongshotBias(t *testing.T) {
	t.Parallel()
	p := NewPlan(testRaces(t, 8), PlanOptions{Seed: 9, Bettors: 40_000})
	var xs, ys []float64
	var longMoney, longTruth, favMoney, favTruth float64
	for _, rp := range p.Races {
		if len(rp.Scratched) > 0 {
			continue
		}
		var bets chances
		for i := range rp.Wagers {
			w := &rp.Wagers[i]
			if name := rp.Race.Offers[w.Offer].Code; w.Deed != Refused && w.Units == 1 &&
				(name == "SIMPLE_GAGNANT" || name == "E_SIMPLE_GAGNANT") {
				bets[w.Pattern.Horses[0]]++
			}
		}
		bets.normalise()
		for h := range rp.Race.Declared.All {
			xs = append(xs, math.Log(rp.Chances[h]))
			ys = append(ys, math.Log(bets[h]))
			if rp.Chances[h] < 0.03 {
				longMoney, longTruth = longMoney+bets[h], longTruth+rp.Chances[h]
			}
			if rp.Chances[h] > 0.2 {
				favMoney, favTruth = favMoney+bets[h], favTruth+rp.Chances[h]
			}
		}
	}
	slope, r2 := regress(xs, ys)
	within(t, "slope of log share on log chance", slope, 0.80, 0.96)
	within(t, "r squared", r2, 0.9, 1)
	within(t, "money over truth on long shots", longMoney/longTruth, 1.15, 1.8)
	within(t, "money over truth on favourites", favMoney/favTruth, 0.8, 0.98)
}

func regress(xs, ys []float64) (slope, r2 float64) {
	var mx, my float64
	for i := range xs {
		mx += xs[i] / float64(len(xs))
		my += ys[i] / float64(len(xs))
	}
	var xx, xy, yy float64
	for i := range xs {
		dx, dy := xs[i]-mx, ys[i]-my
		xx, xy, yy = xx+dx*dx, xy+dx*dy, yy+dy*dy
	}
	return xy / xx, xy * xy / (xx * yy)
}

// TestTruthInvertsTheBias: what the biased public thinks of the true chances
// gives the reference odds back.
func TestTruthInvertsTheBias(t *testing.T) {
	t.Parallel()
	r := testRaces(t, 1)[0]
	truth := trueChances(r, rand.New(rand.NewPCG(1, 2)))
	var public, quoted chances
	for h := range r.Declared.All {
		public[h], quoted[h] = weighed(truth[h]), 1/r.Odds[h]
	}
	public.normalise()
	quoted.normalise()
	for h := range r.Declared.All {
		within(t, fmt.Sprintf("share of horse %d over its quote", h), public[h]/quoted[h], 0.97, 1.03)
	}
}

func TestChancesWithoutOdds(t *testing.T) {
	t.Parallel()
	r := testRaces(t, 1)[0]
	r.Odds = [tote.MaxHorse + 1]float64{}
	truth := trueChances(r, rand.New(rand.NewPCG(1, 2)))
	sum := 0.0
	for h := range r.Declared.All {
		if truth[h] <= 0 {
			t.Errorf("horse %d has no chance", h)
		}
		sum += truth[h]
	}
	within(t, "sum of chances", sum, 0.999, 1.001)
}

func TestFamilies(t *testing.T) {
	t.Parallel()
	for code, horses := range map[tote.BetCode]int{
		"SIMPLE_GAGNANT": 1, "E_SIMPLE_PLACE": 1, "SIMPLE_GAGNANT_INTERNATIONAL": 1,
		"E_DEUX_SUR_QUATRE": 2, "E_QUINTE_PLUS": 5, "REPORT_PLUS": 0,
	} {
		if f, ok := familyOf(code); ok != (horses > 0) || f.horses != horses {
			t.Errorf("familyOf(%s) = %d horses, %v, want %d", code, f.horses, ok, horses)
		}
	}
}

func within(tb testing.TB, what string, got, low, high float64) {
	tb.Helper()
	if !(got >= low && got <= high) {
		tb.Errorf("%s: got %.3f, want %.3f to %.3f", what, got, low, high)
	}
}

func BenchmarkPlan(b *testing.B) {
	races := testRaces(b, 60)
	for b.Loop() {
		NewPlan(races, PlanOptions{Seed: 1, Bettors: 20_000})
	}
}
