package recount

import (
	"fmt"
	"math/big"
	"slices"
)

// Answer is what a pool becomes, in the JSON of `opentote dividends`. Amounts
// that may hold parts of a cent are decimals.
type Answer struct {
	ID            string      `json:"id"`
	StakesCents   int64       `json:"stakes_cents"`
	RefundedCents int64       `json:"refunded_cents"`
	NetPoolCents  string      `json:"net_pool_cents"`
	RefundAll     bool        `json:"refund_all"`
	Reason        string      `json:"reason,omitempty"` // of a whole refund
	Dividends     []Dividend  `json:"dividends"`
	PayoutCents   int64       `json:"payout_cents"`
	Procedure     string      `json:"procedure"`
	BoosterCents  string      `json:"booster_cents"`
	Selections    []Selection `json:"selections"` // one a stake, in the order of the case

	SubstituteStep int    `json:"substitute_step,omitempty"` // Couplé, Multi
	Level          string `json:"level,omitempty"`           // Tiercé, Quarté, Quinté+

	// Of e-Quinté+ only.
	TransferredCents     int64             `json:"transferred_cents"`
	FundLevyCents        string            `json:"fund_levy_cents,omitempty"`
	TirelireCents        string            `json:"tirelire_cents,omitempty"`
	FundInCents          string            `json:"fund_in_cents,omitempty"`
	OrdreWithoutTirelire map[string]string `json:"ordre_without_tirelire,omitempty"`

	// Of the single pool only.
	Treated          []string          `json:"treated,omitempty"`
	SpecialCase      string            `json:"special_case,omitempty"` // "a" or "b" of its article 8
	ReserveFundCents map[string]string `json:"reserve_fund_cents,omitempty"`
	RefundedBets     map[string]string `json:"refunded_bets,omitempty"`

	fund  *big.Rat            // what the pool leaves to the funds of its bet, exactly
	funds map[string]*big.Rat // of a single pool, one a bet
}

// Dividend is a payable combination and what it pays for 1 €.
type Dividend struct {
	Rank        string `json:"rank"`
	Combination string `json:"combination"`
	Dividend    string `json:"dividend"`
	StakeCents  int64  `json:"stake_cents"`
	Coefficient string `json:"coefficient,omitempty"` // of difficulty, single pool; information
}

// Selection is how a stake ended: won, lost, refunded or transferred.
type Selection struct {
	Outcome  string `json:"outcome"`
	Rank     string `json:"rank,omitempty"`
	Dividend string `json:"dividend,omitempty"`
}

// decimalPlaces is where published amounts stop; the computation does not.
const decimalPlaces = 12

// Differences compares two answers as the case format says: dividends without
// regard to order, selections in order, decimals by value. Coefficients and the
// levels of substitute finishes are information and are compared as well, where
// both answers give them. No difference is an empty list.
func Differences(got, want *Answer) []string {
	var out []string
	differ := func(what string, g, w any) {
		if g != w {
			out = append(out, fmt.Sprintf("%s is %v, want %v", what, g, w))
		}
	}
	byValue := func(what, g, w string) {
		if !sameDecimal(g, w) {
			out = append(out, fmt.Sprintf("%s is %s, want %s", what, g, w))
		}
	}
	differ("id", got.ID, want.ID)
	differ("stakes_cents", got.StakesCents, want.StakesCents)
	differ("refunded_cents", got.RefundedCents, want.RefundedCents)
	byValue("net_pool_cents", got.NetPoolCents, want.NetPoolCents)
	differ("refund_all", got.RefundAll, want.RefundAll)
	differ("reason", got.Reason, want.Reason)
	differ("payout_cents", got.PayoutCents, want.PayoutCents)
	differ("procedure", got.Procedure, want.Procedure)
	byValue("booster_cents", got.BoosterCents, want.BoosterCents)
	differ("substitute_step", got.SubstituteStep, want.SubstituteStep)
	differ("level", got.Level, want.Level)
	differ("transferred_cents", got.TransferredCents, want.TransferredCents)
	byValue("fund_levy_cents", got.FundLevyCents, want.FundLevyCents)
	byValue("tirelire_cents", got.TirelireCents, want.TirelireCents)
	byValue("fund_in_cents", got.FundInCents, want.FundInCents)
	differ("special_case", got.SpecialCase, want.SpecialCase)
	differ("treated", fmt.Sprint(got.Treated), fmt.Sprint(want.Treated))
	differ("refunded_bets", fmt.Sprint(got.RefundedBets), fmt.Sprint(want.RefundedBets))
	out = append(out, mapDifferences("ordre_without_tirelire", got.OrdreWithoutTirelire, want.OrdreWithoutTirelire)...)
	out = append(out, mapDifferences("reserve_fund_cents", got.ReserveFundCents, want.ReserveFundCents)...)
	out = append(out, dividendDifferences(got.Dividends, want.Dividends)...)
	return append(out, selectionDifferences(got.Selections, want.Selections)...)
}

func sameDecimal(a, b string) bool {
	if a == b {
		return true
	}
	x, ok := new(big.Rat).SetString(a)
	y, fine := new(big.Rat).SetString(b)
	return ok && fine && x.Cmp(y) == 0
}

func mapDifferences(what string, got, want map[string]string) []string {
	var out []string
	for _, k := range slices.Concat(sortedKeys(got), sortedKeys(want)) {
		if !sameDecimal(got[k], want[k]) {
			out = append(out, fmt.Sprintf("%s[%s] is %q, want %q", what, k, got[k], want[k]))
		}
	}
	return slices.Compact(out)
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m { // order-free: sorted below
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func dividendDifferences(got, want []Dividend) []string {
	var out []string
	left := slices.Clone(want)
	for _, g := range got {
		i := slices.IndexFunc(left, func(w Dividend) bool {
			return g.Rank == w.Rank && g.Combination == w.Combination && g.StakeCents == w.StakeCents &&
				sameDecimal(g.Dividend, w.Dividend) && (g.Coefficient == "" || w.Coefficient == "" || sameDecimal(g.Coefficient, w.Coefficient))
		})
		if i < 0 {
			out = append(out, fmt.Sprintf("dividend %+v is not wanted", g))
			continue
		}
		left = slices.Delete(left, i, i+1)
	}
	for _, w := range left {
		out = append(out, fmt.Sprintf("dividend %+v is missing", w))
	}
	return out
}

func selectionDifferences(got, want []Selection) []string {
	if len(got) != len(want) {
		return []string{fmt.Sprintf("%d selections, want %d", len(got), len(want))}
	}
	var out []string
	for i := range got {
		g, w := got[i], want[i]
		if g.Outcome != w.Outcome || g.Rank != w.Rank || !sameDecimal(g.Dividend, w.Dividend) {
			out = append(out, fmt.Sprintf("selection %d is %+v, want %+v", i, g, w))
		}
	}
	return out
}
