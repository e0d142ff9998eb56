package tote_test

import (
	"math/big"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"opentote/tote"
)

// terms are those of the French Simple, but for the take.
func terms(take tote.Rate) tote.Terms {
	return tote.Terms{Take: take, Coefficient: tote.One, MinStake: 150, Minimum: 110, Step: 10, Margin: 100_000}
}

// TestPool holds the examples 1 to 6 of 01-general section 16, in cents: one
// winning combination that gets the whole surplus.
func TestPool(t *testing.T) {
	tests := []struct {
		name               string
		take               tote.Rate
		total, refunded, e tote.Money
		mass, surplus, x2  string // x2: constrained surplus
		paid, paid2        tote.Dividend
		covers, reached    bool
		procedure          tote.Procedure
		wantTake           string
	}{
		{
			name: "16-1 refund before take", take: 139_000, total: 1_000_000, refunded: 150_000, e: 200_000,
			mass: "731850.00", surplus: "531850.00", x2: "565000.00",
			paid: 360, paid2: 380, covers: true, reached: true, procedure: tote.Normal, wantTake: "118150.00",
		},
		{
			name: "16-2 coefficient", take: 139_000, total: 1_000_000, e: 200_000,
			mass: "861000.00", surplus: "661000.00", x2: "700000.00",
			paid: 430, paid2: 450, covers: true, reached: true, procedure: tote.Normal, wantTake: "139000.00",
		},
		{
			name: "16-3 take cut", take: 300_000, total: 1_000_000, e: 800_000,
			mass: "700000.00", surplus: "0.00", x2: "100000.00",
			paid: 110, paid2: 110, covers: true, reached: true, procedure: tote.DeductionReduced, wantTake: "120000.00",
		},
		{
			name: "16-4 exactly 10 %", take: 139_000, total: 1_100_000, e: 900_000,
			mass: "947100.00", surplus: "47100.00", x2: "90000.00",
			paid: 110, paid2: 110, covers: true, reached: true, procedure: tote.Normal, wantTake: "110000.00",
		},
		{
			name: "16-5 refund", take: 139_000, total: 1_000_000, e: 820_000,
			mass: "861000.00", surplus: "41000.00", x2: "80000.00",
			paid: 110, paid2: 110, covers: false, reached: false, procedure: tote.Normal, wantTake: "98000.00",
		},
		{
			name: "16-6 constrained pays", take: 50_000, total: 1_000_000, e: 500_000,
			mass: "950000.00", surplus: "450000.00", x2: "400000.00",
			paid: 190, paid2: 180, covers: false, reached: true, procedure: tote.Normal, wantTake: "50000.00",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			terms := terms(tt.take)
			s := tote.Stakes{Total: tt.total, Refunded: tt.refunded, OnLine: []tote.Money{tt.e}}
			p := terms.Open(s, tt.e.Rat())
			equal(t, "mass", p.Mass.FloatString(2), tt.mass)
			equal(t, "surplus", p.Surplus.FloatString(2), tt.surplus)
			equal(t, "procedure", string(p.Procedure), string(tt.procedure))
			net := p.Net(p.Increment(p.Surplus, tt.e))
			paid := []tote.Dividend{terms.Publish(net)}
			equal(t, "paid", paid[0].String(), tt.paid.String())
			if got := p.Covers(paid, s.OnLine); got != tt.covers {
				t.Errorf("covers: got %v, want %v", got, tt.covers)
			}
			settled := p.Settlement(paid, s.OnLine)
			equal(t, "take", settled.Take.FloatString(2), tt.wantTake)
			equal(t, "net pool", settled.NetPool.FloatString(2), tt.mass)

			c := terms.OpenConstrained(s, tt.e.Rat())
			equal(t, "constrained surplus", c.Surplus.FloatString(2), tt.x2)
			net = c.Net(c.Increment(c.Surplus, tt.e))
			equal(t, "constrained paid", terms.Publish(net).String(), tt.paid2.String())
			if got := terms.Reaches(net); got != tt.reached {
				t.Errorf("reaches: got %v, want %v", got, tt.reached)
			}
		})
	}
}

func equal(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %s, want %s", what, got, want)
	}
}

// TestImpossible holds 9.2-3: with a coefficient above one the surplus can be
// negative by more than the take.
func TestImpossible(t *testing.T) {
	terms := terms(139_000)
	terms.Coefficient = 2 * tote.One
	p := terms.Open(tote.Stakes{Total: 1000}, tote.Money(900).Rat())
	if !p.Impossible {
		t.Error("a surplus of -939 cents is covered by a take of 139")
	}
}

// TestThinWinner holds the example of 01-general section 11: 300 euros played, the
// winner backed for one.
func TestThinWinner(t *testing.T) {
	terms := terms(139_000)
	s := tote.Stakes{Total: 30_000, OnLine: []tote.Money{100}}
	p := terms.Open(s, tote.Money(100).Rat())
	net := p.Net(p.Increment(p.Surplus, 100))
	equal(t, "net", net.FloatString(4), "172.5333")
	settled := p.Settlement([]tote.Dividend{terms.Publish(net)}, s.OnLine)
	equal(t, "paid", settled.Dividends[0].String(), "172.50")
	equal(t, "booster", settled.Booster.FloatString(2), "8576.67")
}

// TestCents holds the examples 7 of 01-general section 16 (AMB-1).
func TestCents(t *testing.T) {
	for _, tt := range []struct {
		stake    tote.Money
		dividend tote.Dividend
		want     tote.Money
	}{
		{105, 110, 116}, {115, 130, 150}, {75, 230, 173}, {1, 110, 1}, {0, 110, 0}, {100, 430, 430},
	} {
		if got := tt.dividend.Pay(tt.stake); got != tt.want {
			t.Errorf("%s at %s: got %s, want %s", tt.stake, tt.dividend, got, tt.want)
		}
	}
}

var (
	group1 = tote.Scale{{UpTo: 500}, {Rate: 250_000}}
	group3 = tote.Scale{{UpTo: 20}, {UpTo: 50, Rate: 100_000}, {UpTo: 100, Rate: 150_000}, {UpTo: 200, Rate: 200_000}, {Rate: 250_000}}
	group5 = tote.Scale{{UpTo: 10}, {UpTo: 20, Rate: 100_000}, {UpTo: 30, Rate: 150_000}, {UpTo: 50, Rate: 200_000}, {Rate: 250_000}}
)

// TestScaleApply holds the values of 01-general section 10, flat parts and
// bounds, and the example 8 of section 16.
func TestScaleApply(t *testing.T) {
	tests := []struct {
		name  string
		scale tote.Scale
		gross string
		want  string
	}{
		{"none", nil, "12345", "12345.0000"},
		{"group 1, up to 500", group1, "500", "500.0000"},
		{"group 1, 510", group1, "510", "500.0000"},
		{"group 1, end of the flat part", group1, "2000/3", "500.0000"},
		{"group 1, 1000", group1, "1000", "750.0000"},
		{"group 3, 25", group3, "25", "22.5000"},
		{"group 3, 60 (16-8)", group3, "60", "51.0000"},
		{"group 3, 52 (16-8)", group3, "52", "45.0000"},
		{"group 3, 150", group3, "150", "120.0000"},
		{"group 3, 300", group3, "300", "225.0000"},
		{"group 5, 10", group5, "10", "10.0000"},
		{"group 5, 11", group5, "11", "10.0000"},
		{"group 5, 15", group5, "15", "13.5000"},
		{"group 5, 20", group5, "20", "18.0000"},
		{"group 5, 25", group5, "25", "21.2500"},
		{"group 5, 31", group5, "31", "25.5000"},
		{"group 5, 40", group5, "40", "32.0000"},
		{"group 5, 52", group5, "52", "40.0000"},
		{"group 5, 60", group5, "60", "45.0000"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			gross, _ := new(big.Rat).SetString(tt.gross)
			equal(t, "left", tt.scale.Apply(gross).FloatString(4), tt.want)
			if again, _ := new(big.Rat).SetString(tt.gross); again.Cmp(gross) != 0 {
				t.Error("the gross rapport was changed")
			}
		})
	}
}

// TestProgressiveIncrement holds the example 8 of 01-general section 16: the
// deduction bears on the gross increment, the coefficient is added after it.
func TestProgressiveIncrement(t *testing.T) {
	terms := terms(267_000)
	terms.Scale = group3
	const e = 1000
	for _, tt := range []struct {
		gross int64
		net   string
		paid  tote.Dividend
	}{{60, "38.383", 3830}, {52, "33.985", 3390}} {
		p := terms.Open(tote.Stakes{Total: 100_000}, tote.Money(e).Rat())
		share := big.NewRat(tt.gross*733*e, 1000) // gross increment x net stakes
		net := p.Net(p.Increment(share, e))
		equal(t, "net", net.FloatString(3), tt.net)
		equal(t, "paid", terms.Publish(net).String(), tt.paid.String())
	}
}

// TestScaleNeverFalls holds that the deduction is a non-decreasing function that
// never adds.
func TestScaleNeverFalls(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scale := rapid.SampledFrom([]tote.Scale{group1, group3, group5}).Draw(t, "scale")
		a := big.NewRat(rapid.Int64Range(0, 1_000_000).Draw(t, "a"), 997)
		b := new(big.Rat).Add(a, big.NewRat(rapid.Int64Range(0, 100_000).Draw(t, "more"), 991))
		left, more := scale.Apply(a), scale.Apply(b)
		if more.Cmp(left) < 0 || left.Cmp(a) > 0 {
			t.Fatalf("%v leaves %v, %v leaves %v", a, left, b, more)
		}
	})
}

func TestPublishIsBounded(t *testing.T) {
	terms := tote.Terms{Minimum: 110, Step: 10}
	huge := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(40), nil))
	if got, want := terms.Publish(huge), tote.DividendMax; got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestPublish(t *testing.T) {
	terms := terms(139_000)
	for _, tt := range []struct {
		net  string
		want tote.Dividend
	}{
		{"0", 110}, {"1.0999", 110}, {"11/10", 110}, {"1.1999", 110}, {"1.2", 120}, {"4.305", 430}, {"2018.219", 201_820},
	} {
		net, _ := new(big.Rat).SetString(tt.net)
		if got := terms.Publish(net); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.net, got, tt.want)
		}
	}
}

func TestParseRate(t *testing.T) {
	for _, tt := range []struct {
		text string
		want tote.Rate
		ok   bool
	}{
		{"0.1390", 139_000, true}, {"0", 0, true}, {"0.05", 50_000, true}, {"0.999999", 999_999, true},
		{"", 0, false}, {"1", 0, false}, {"1.0", 0, false}, {"0.", 0, false}, {"0.1234567", 0, false}, {"-0.1", 0, false},
		{"0,1", 0, false}, {".5", 0, false}, {"0.1e2", 0, false}, {"00", 0, false}, {"0x", 0, false}, {"NaN", 0, false},
	} {
		got, err := tote.ParseRate(tt.text)
		if got != tt.want || (err == nil) != tt.ok {
			t.Errorf("%q: got %d, %v, want %d, ok %v", tt.text, got, err, tt.want, tt.ok)
		}
	}
	if got, want := tote.Rate(139_000).String(), "0.139000"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func FuzzParseRate(f *testing.F) {
	for _, seed := range []string{"0.1390", "0", "1", "0.", "0.0000001"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		rate, err := tote.ParseRate(text)
		if err != nil {
			return
		}
		if rate < 0 || rate >= tote.One {
			t.Fatalf("%q: got %d", text, rate)
		}
		if again, err := tote.ParseRate(rate.String()); err != nil || again != rate {
			t.Fatalf("%q: written %s, read %d, %v", text, rate, again, err)
		}
	})
}

// TestSplit holds where the cents of typical pools go.
func TestSplit(t *testing.T) {
	rat := func(a, b int64) *big.Rat { return big.NewRat(a, b) }
	tests := []struct {
		name             string
		s                tote.Settlement
		stakes           tote.Stakes
		refunded, payout tote.Money
		want             tote.Accounts
	}{
		{
			"W3: rounding of the dividend is breakage",
			tote.Settlement{Take: rat(118_150, 1), Progressive: rat(0, 1), Booster: rat(0, 1)},
			tote.Stakes{Total: 1_000_000}, 150_000, 720_000,
			tote.Accounts{Payout: 720_000, Refunds: 150_000, Takeout: 118_150, Breakage: 11_850},
		},
		{
			"W9: the lift eats the take",
			tote.Settlement{Take: rat(120_000, 1), Progressive: rat(0, 1), Booster: rat(0, 1)},
			tote.Stakes{Total: 1_000_000}, 0, 880_000,
			tote.Accounts{Payout: 880_000, Takeout: 120_000},
		},
		{
			"W8: the booster is rounded down",
			tote.Settlement{Take: rat(4170, 1), Progressive: rat(0, 1), Booster: rat(25_730, 3)},
			tote.Stakes{Total: 30_000}, 0, 17_250,
			tote.Accounts{Payout: 17_250, Takeout: 4170, Breakage: 4, Booster: 8576},
		},
		{
			"progressive deduction has its own account",
			tote.Settlement{Take: rat(13_900, 1), Progressive: rat(20_001, 2), Booster: rat(0, 1)},
			tote.Stakes{Total: 100_000}, 0, 76_000,
			tote.Accounts{Payout: 76_000, Takeout: 13_900, Progressive: 10_000, Breakage: 100},
		},
		{
			"the operator tops up",
			tote.Settlement{Take: rat(0, 1), Progressive: rat(0, 1), Booster: rat(0, 1)},
			tote.Stakes{Total: 820_000}, 0, 902_000,
			tote.Accounts{Payout: 902_000, TopUp: 82_000},
		},
		{
			"refund: added money goes back",
			tote.RefundWhole(tote.NoWinningStake, 3, tote.Stakes{Total: 5000, Added: 700}),
			tote.Stakes{Total: 5000, Added: 700}, 5000, 0,
			tote.Accounts{Refunds: 5000, Booster: 700},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.s.Split(tt.stakes, tt.refunded, tt.payout)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if got, want := got.Out(), tt.stakes.Total+tt.stakes.Added+got.TopUp; got != want {
				t.Errorf("out: got %s, want %s", got, want)
			}
		})
	}
}
