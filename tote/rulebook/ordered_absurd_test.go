package rulebook_test

import (
	"testing"

	"opentote/tote"
	"opentote/tote/rulebook"
)

// TestAbsurdDeadHeats holds that an arrival which no race will have is settled all
// the same: many horses tied behind some others.
func TestAbsurdDeadHeats(t *testing.T) {
	book, _ := rulebook.ByID("fr-online-2026-observed")
	observed, _ := book.Apart("E_QUINTE_PLUS", nil)
	bets := []tote.BetType{observed}
	for _, code := range orderedCodes {
		bets = append(bets, orderedBetOf(t, code))
	}
	field := tote.Numbered(40)
	for ahead := 1; ahead < 5; ahead++ {
		r := tote.Result{Declared: field, Arrival: order(field.Slice()[:ahead]...)}
		r.Arrival = append(r.Arrival, field.Slice()[ahead:])
		for _, bet := range bets {
			card, reason := bet.Card(r)
			if reason != "" {
				t.Fatal(reason)
			}
			stakes := tote.Stakes{Total: 1_000_000, OnLine: make([]tote.Money, len(card.Lines()))}
			stakes.OnLine[len(stakes.OnLine)/2] = 1_000
			p := tote.CombinedPattern(field.Slice()[:20]...).InAllOrders()
			var tally tote.Tally
			tally.Reset(len(stakes.OnLine))
			card.Count(&p, &tally)
			if s := card.Share(stakes); s.RefundAll() {
				t.Errorf("%s with %d ahead: %s", bet.Code(), ahead, s.Reason)
			}
		}
	}
}
