package sim

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/tote"
	"opentote/tote/rulebook"
)

// TestRanksHaveNames: every rank that a result can publish, and every unusual
// procedure, has words in both languages.
func TestRanksHaveNames(t *testing.T) {
	t.Parallel()
	res := tote.Result{
		Declared: tote.Numbered(12), NonRunners: tote.SetOf(11, 12),
		Arrival: [][]tote.Horse{{3}, {1}, {5}, {7}, {2}, {8}, {4}, {6}, {9}},
	}
	for lang, w := range map[Lang]*words{English: &english, French: &french} {
		if w.empty == "" || w.colon == "" || w.got == "" || w.gave == "" {
			t.Errorf("%s: words are missing", lang)
		}
		for _, code := range onSale {
			card, _, reason := offerOf(t, code).payable(res, nil)
			if reason != "" {
				t.Fatalf("%s: %s", code, reason)
			}
			for _, l := range card.Lines() {
				suffix := strings.TrimPrefix(strings.TrimPrefix(l.Rank, string(code)), "_")
				if suffix != "" && w.ranks[suffix] == "" {
					t.Errorf("%s: rank %s of %s has no name", lang, suffix, code)
				}
			}
		}
		for _, p := range []tote.Procedure{
			tote.DeductionReduced, tote.LevyReduced, tote.Constrained, tote.ConstrainedToppedUp,
			tote.Minima, tote.MinimaToppedUp, tote.NoWinner, rulebook.Minimum, rulebook.MinimumToppedUp,
		} {
			if w.procedures[p] == "" {
				t.Errorf("%s: procedure %s has no text", lang, p)
			}
		}
	}
}

func TestPoolText(t *testing.T) {
	t.Parallel()
	tierce := PoolReport{
		Bet: "TIERCE", Amounts: Amounts{Stakes: 1000}, Procedure: tote.Normal,
		Dividends: paidLines([]*opentotev1.Dividend{
			{Rank: "TIERCE_ORDRE", Combination: "4-11-3", Dividend: 9050},
			{Rank: "TIERCE_DESORDRE", Combination: "4-11-3", Dividend: 1450},
			{Rank: "TIERCE_ORDRE", Combination: "4-11-6", Dividend: 9050},
			{Rank: "TIERCE_DESORDRE", Combination: "4-11-6", Dividend: 1940},
			{Rank: "TIERCE_1NP", Combination: "4-11-NP", Dividend: 800},
		}),
	}
	tests := []struct {
		name            string
		pool            PoolReport
		english, french string // below the amounts
	}{
		{
			"ranks", tierce,
			"    dividends order: 4-11-3 4-11-6 : 90.50 | other orders: 4-11-3 : 14.50 · 4-11-6 : 19.40 | 1 non-runner: 4-11-NP : 8.00\n",
			"    rapports ordre\u00a0: 4-11-3 4-11-6 : 90,50 | désordre\u00a0: 4-11-3 : 14,50 · 4-11-6 : 19,40 | 1 non-partant\u00a0: 4-11-NP : 8,00\n",
		},
		{
			"main rank without a name",
			PoolReport{Bet: "COUPLE_GAGNANT", Amounts: Amounts{Stakes: 1000}, Procedure: tote.Normal, Dividends: []PaidLine{
				{Rank: "COUPLE_GAGNANT", Combinations: []string{"2-7"}, Dividend: 3750},
			}},
			"    dividends 2-7 : 37.50\n", "    rapports 2-7 : 37,50\n",
		},
		{
			"empty", PoolReport{Bet: "E_PICK5", Procedure: tote.NoWinner},
			"    nothing was bet\n", "    rien n'a été joué\n",
		},
		{
			"all refunded, no winner",
			PoolReport{Bet: "E_PICK5", Amounts: Amounts{Stakes: 1000, Refunds: 1000}, Procedure: tote.NoWinner},
			"", "",
		},
		{
			"no winner",
			PoolReport{Bet: "E_PICK5", Amounts: Amounts{Stakes: 1000, Booster: 600}, Procedure: tote.NoWinner},
			"    no winner: the pool is kept for a later race\n", "    aucun gagnant : la masse est gardée pour une course ultérieure\n",
		},
	}
	for _, tt := range tests {
		for lang, want := range map[Lang]string{English: tt.english, French: tt.french} {
			var out bytes.Buffer
			p := page{w: &out, t: texts(lang), lang: lang}
			p.pool(&tt.pool)
			_, got, _ := strings.Cut(out.String(), "\n")
			if diff := cmp.Diff(want, got); p.err != nil || diff != "" {
				t.Errorf("%s, %s: %v\n%s", tt.name, lang, p.err, diff)
			}
		}
	}
}

func TestPoolsInOrder(t *testing.T) {
	t.Parallel()
	want := []string{
		"SIMPLE_GAGNANT", "SIMPLE_PLACE", "COUPLE_GAGNANT", "DEUX_SUR_QUATRE", "TIERCE", "QUARTE_PLUS", "NEW_BET",
		"E_SIMPLE_GAGNANT", "E_COUPLE_ORDRE", "E_MULTI", "E_PICK5",
	}
	got := slices.Sorted(slices.Values(want))
	slices.SortFunc(got, comparePools)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	pool := func(bet string, stakes tote.Money) PoolReport {
		return PoolReport{Bet: bet, Amounts: Amounts{Bets: 1, Stakes: stakes}}
	}
	totals := betTotals([]RaceReport{
		{Pools: []PoolReport{pool("E_MULTI", 300), pool("E_PICK5", 100)}},
		{Pools: []PoolReport{pool("SIMPLE_GAGNANT", 200), pool("E_MULTI", 600)}},
	})
	wantTotals := []BetTotal{
		{Bet: "SIMPLE_GAGNANT", Pools: 1, Amounts: Amounts{Bets: 1, Stakes: 200}},
		{Bet: "E_MULTI", Pools: 2, Amounts: Amounts{Bets: 2, Stakes: 900}},
		{Bet: "E_PICK5", Pools: 1, Amounts: Amounts{Bets: 1, Stakes: 100}},
	}
	if diff := cmp.Diff(wantTotals, totals); diff != "" {
		t.Error(diff)
	}
}
