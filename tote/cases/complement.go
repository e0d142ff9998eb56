package cases

import (
	"strings"

	"opentote/tote"
)

// keepComplement gives a bet that knows no complement horse the one of the stake,
// to refuse it, where pattern left it out because the unit holds it.
func (s *stake) keepComplement(code tote.BetCode, p *tote.Pattern) {
	if s.Complement == nil {
		return
	}
	name := string(code)
	if strings.HasSuffix(name, "MULTI") || strings.HasSuffix(name, "_INTERNATIONAL") {
		p.Complement = tote.Horse(*s.Complement) // in range: pattern checked it
	}
}
