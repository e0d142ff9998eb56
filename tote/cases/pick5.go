package cases

import (
	"slices"

	"opentote/tote"
)

// freeOfBases takes the bases out of a Pick5's stake where they change nothing:
// the refund of a scratched base concerns formulas of one base (III-10-3-I-c).
// Several need not all be in a unit then; each must still be a declared horse,
// named once.
func (s *stake) freeOfBases(code tote.BetCode, declared tote.HorseSet) {
	if code != "E_PICK5" && code != "PICK5" || len(s.Bases) < 2 {
		return
	}
	for i, b := range s.Bases {
		if slices.Contains(s.Bases[:i], b) || b < 1 || b > int(tote.MaxHorse) || !declared.Has(tote.Horse(b)) {
			return // pattern says what is wrong
		}
	}
	s.Bases = nil
}
