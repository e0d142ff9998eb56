package cases

import (
	"slices"
	"strings"

	"opentote/tote"
)

// variant returns the variant of the pattern of a stake: of a Multi, the "en k"
// that is the length of its selection.
func variant(code tote.BetCode, s *stake) uint8 {
	if !strings.HasSuffix(string(code), "MULTI") {
		return 0
	}
	return uint8(len(s.Selection)) // at most MaxNumbers: pattern checked it
}

// shownStakes returns the stakes to write on each line: those counted there and
// those of units counted at another line whose combination they hold as well.
func shownStakes(card tote.Card, units []unit, onLine []tote.Money) []tote.Money {
	overlaps, ok := card.(tote.Overlaps)
	if !ok {
		return onLine
	}
	shown := slices.Clone(onLine)
	also := make([]int, len(shown))
	for i := range units {
		clear(also)
		overlaps.CountAlso(&units[i].pattern, also)
		for line, n := range also {
			shown[line] += units[i].cents * tote.Money(n)
		}
	}
	return shown
}
