package recount_test

import (
	"math/big"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"opentote/recount"
)

// conserved holds promise P4 on an answer as a customer could check it: every
// stake ends once, winners are paid stake times dividend to the nearest cent, and
// the mass is paid out or kept, but for what rounding leaves.
func conserved(t *rapid.T, c *recount.Case, a *recount.Answer) {
	ends := map[string]int64{}
	payments, payout := new(big.Rat), int64(0)
	for i, s := range a.Selections {
		ends[s.Outcome] += c.Stakes[i].Cents
		if s.Outcome == "won" {
			paid := new(big.Rat).Mul(cents(c.Stakes[i].Cents), decimal(t, s.Dividend))
			payments.Add(payments, paid)
			payout += nearest(paid)
		}
	}
	played := ends["won"] + ends["lost"]
	if got := played + ends["refunded"] + ends["transferred"]; got != a.StakesCents {
		t.Fatalf("%s: stakes end as %v, of %d", a.ID, ends, a.StakesCents)
	}
	if ends["refunded"] != a.RefundedCents || payout != a.PayoutCents {
		t.Fatalf("%s: refunds %d, payout %d; stakes end as %v and are paid %d", a.ID, a.RefundedCents, a.PayoutCents, ends, payout)
	}
	if a.RefundAll {
		if played != 0 || payout != 0 {
			t.Fatalf("%s: refunded, yet stakes end as %v", a.ID, ends)
		}
		return
	}
	kept := keptBy(t, c, a)
	product := cents(played + added(c))
	product.Sub(product, payments)
	if c.Bet != masseUnique { // the funds of a single pool are available gross product
		product.Sub(product, kept)
	}
	if a.FundInCents != "" && added(c) > 0 { // tested before the e-Tirelire, rounded once with it (09 V-12)
		product.Add(product, new(big.Rat).Mul(cents(ends["won"]), big.NewRat(1, 10)))
	}
	switch {
	case strings.HasSuffix(c.Bet, "_INTERNATIONAL"):
		return // the host's minimum is a top-up, and a carry-over is French in part
	case strings.HasSuffix(a.Procedure, "_topped_up") || keepsMass(a):
	case strings.HasSuffix(c.Bet, "MULTI") && a.Procedure == "normal": // not tested: the mass bears it (06 Y-8)
	case product.Cmp(new(big.Rat).Mul(cents(played), big.NewRat(1, 10))) < 0:
		t.Fatalf("%s: %s of %d played are left: less than 10 %% (II-15)", a.ID, product.FloatString(2), played)
	}
	if a.Procedure == "normal" && !deductsProgressively(c) {
		distributed(t, c, a, ends["won"], payments, kept)
	}
}

// keepsMass reports whether the pool has no winner and keeps its mass for a fund,
// whatever its take.
func keepsMass(a *recount.Answer) bool {
	return !slices.ContainsFunc(a.Selections, func(s recount.Selection) bool { return s.Outcome == "won" })
}

// distributed holds that a pool without progressive deduction pays its whole mass:
// a dividend loses less than 0.10 to rounding, less than 0.20 where it is doubled.
// A Multi's is multiplied by its weight and may lose more.
func distributed(t *rapid.T, c *recount.Case, a *recount.Answer, won int64, payments, kept *big.Rat) {
	if strings.HasSuffix(c.Bet, "MULTI") {
		return
	}
	left := new(big.Rat).Add(decimal(t, a.NetPoolCents), cents(added(c)))
	left.Sub(left, payments).Sub(left, kept)
	if most := new(big.Rat).Mul(cents(won), big.NewRat(2, 10)); left.Cmp(most) > 0 {
		t.Fatalf("%s: %s cents of the mass are neither paid nor kept: rounding leaves less than %s", a.ID, left.FloatString(4), most.FloatString(4))
	}
}

// deductsProgressively reports whether the bet has a scale of II-16.
func deductsProgressively(c *recount.Case) bool {
	return c.Rulebook == "fr-online-2020" && c.Bet != "E_QUINTE_PLUS" && c.Bet != "E_PICK5"
}

// added is the money that joins the pool: a Booster, a Tirelire, primes.
func added(c *recount.Case) int64 {
	sum := c.ReserveCents
	for _, prime := range c.PrimesCents { // order-free
		sum += prime
	}
	return sum
}

// keptBy is the money that goes to funds.
func keptBy(t *rapid.T, c *recount.Case, a *recount.Answer) *big.Rat {
	switch {
	case c.Bet == masseUnique:
		sum := new(big.Rat)
		for _, fund := range a.ReserveFundCents { // order-free
			sum.Add(sum, decimal(t, fund))
		}
		return sum
	case a.FundInCents != "":
		return decimal(t, a.FundInCents)
	}
	return decimal(t, a.BoosterCents)
}

func cents(n int64) *big.Rat { return big.NewRat(n, 1) }

// nearest is the nearest cent, exact halves up (01-general AMB-1).
func nearest(x *big.Rat) int64 {
	twice := new(big.Int).Add(new(big.Int).Lsh(x.Num(), 1), x.Denom())
	return twice.Quo(twice, new(big.Int).Lsh(x.Denom(), 1)).Int64()
}

func decimal(t *rapid.T, text string) *big.Rat {
	x, ok := new(big.Rat).SetString(text)
	if !ok {
		t.Fatalf("%q is not a decimal", text)
	}
	return x
}
