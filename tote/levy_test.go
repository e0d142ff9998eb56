package tote_test

import (
	"math/big"
	"testing"

	"opentote/tote"
)

// quinteTerms are those of 09-quinte.
var quinteTerms = tote.Terms{
	Take: 356_500, Coefficient: 600_000, MinStake: 200, Minimum: 110, Step: 10, Margin: 100_000, Levy: 80_000,
}

// TestLevy holds how levy and take give way to a negative surplus: V1, V17, V19 and
// V20 of 09-quinte, whose stakes in the exact order count fifty times.
func TestLevy(t *testing.T) {
	tests := []struct {
		label           string
		total, reserved int64 // euros
		surplus, levy   string
		procedure       tote.Procedure
		impossible      bool
	}{
		{"V1", 300_000, 21_500, "16470600", "1544400", tote.Normal, false},
		{"V17", 100_000, 105_000, "0", "135000", tote.LevyReduced, false},
		{"V19", 100_000, 111_500, "0", "0", tote.DeductionReduced, false},
		{"V20", 100_000, 199_000, "0", "0", tote.DeductionReduced, true},
	}
	for _, tt := range tests {
		s := tote.Stakes{Total: tote.Money(tt.total * 100)}
		p := quinteTerms.Open(s, big.NewRat(tt.reserved*100, 1))
		if got := p.Surplus.RatString(); got != tt.surplus {
			t.Errorf("%s: surplus %s, want %s", tt.label, got, tt.surplus)
		}
		if got := p.Levy.RatString(); got != tt.levy {
			t.Errorf("%s: levy %s, want %s", tt.label, got, tt.levy)
		}
		if p.Procedure != tt.procedure || p.Impossible != tt.impossible {
			t.Errorf("%s: %s, impossible %v", tt.label, p.Procedure, p.Impossible)
		}
		settled := p.Settlement(nil, nil)
		if settled.Fund == nil || settled.Fund.Levy.Cmp(p.Levy) != 0 || settled.Booster.Cmp(p.Levy) != 0 {
			t.Errorf("%s: the levy is not in the settlement: %+v", tt.label, settled)
		}
	}
}

// TestDivide holds divisions among weighted stakes: what thin winners leave is
// returned, and the whole share when there is none.
func TestDivide(t *testing.T) {
	tests := []struct {
		name          string
		share, stakes *big.Rat
		net, rest     string
	}{
		{"enough", big.NewRat(9_000, 1), big.NewRat(300, 1), "30", "0"},
		{"thin", big.NewRat(9_000, 1), big.NewRat(50, 1), "45", "6750"},
		{"a weight of 5/2 of thin stakes", big.NewRat(9_000, 1), big.NewRat(125, 1), "45", "3375"},
		{"nobody", big.NewRat(9_000, 1), new(big.Rat), "0", "9000"},
		{"less than nothing", big.NewRat(-900, 1), big.NewRat(50, 1), "-18", "0"},
	}
	for _, tt := range tests {
		p := quinteTerms.Open(tote.Stakes{Total: 1_000_000}, new(big.Rat))
		net, rest := p.Divide(tt.share, tt.stakes)
		if net.RatString() != tt.net || rest.RatString() != tt.rest {
			t.Errorf("%s: got %s and %s, want %s and %s", tt.name, net.RatString(), rest.RatString(), tt.net, tt.rest)
		}
	}
}

// TestSplitTransferred holds that stakes that left for another pool are neither
// refunds nor takeout.
func TestSplitTransferred(t *testing.T) {
	stakes := tote.Stakes{Total: 1000, Transferred: 300}
	settled := tote.RefundWhole(tote.TooFewRunners, 0, stakes)
	a := settled.Split(stakes, 700, 0)
	if a.Transferred != 300 || a.Refunds != 700 || a.Takeout != 0 || a.Out() != 1000 {
		t.Errorf("got %+v", a)
	}
}
