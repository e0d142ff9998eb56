package cases

import (
	"math/big"
	"strings"

	"opentote/tote"
)

// boosterOf returns the booster as FORMAT shows it. Money added to a pool that is
// refunded returns to its fund and is shown (II-17), but not for the bets of
// chapters 07 to 10: there only "money of this race" is.
func boosterOf(code tote.BetCode, settled *tote.Settlement, added tote.Money) *big.Rat {
	if settled.Fund != nil {
		return kept(settled, added)
	}
	if !settled.RefundAll() {
		return settled.Booster
	}
	switch strings.TrimPrefix(string(code), "E_") {
	case "TIERCE", "QUARTE_PLUS", "QUINTE_PLUS", "PICK5":
		return new(big.Rat)
	}
	return settled.Booster
}
