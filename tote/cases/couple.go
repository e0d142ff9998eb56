package cases

import (
	"slices"
	"strings"

	"opentote/tote"
)

// inOrder places the bases of an ordered pair where the selection has them. The
// one associate takes the other place.
func (s *stake) inOrder(code tote.BetCode, p tote.Pattern) tote.Pattern {
	if p.Formula != tote.Base || !strings.HasSuffix(string(code), "COUPLE_ORDRE") {
		return p
	}
	places := make([]int, len(s.Bases))
	for i, b := range s.Bases {
		places[i] = slices.Index(s.Selection, b) + 1
	}
	return p.At(places...)
}
