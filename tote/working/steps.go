package working

import (
	"math/big"
	"strings"

	"opentote/tote"
	"opentote/tote/rulebook"
)

// calculation is what the steps of the calculation under way have told so far.
type calculation struct {
	opened     *tote.Opened
	second     bool // the minimum rapports are computed
	weights    map[int]*big.Rat
	increments map[int][]*big.Rat // by line, in order
	ordered    map[int]*tote.Ordered
	cut        map[string]*big.Rat
	dividing   bool
	paying     []*tote.Rapport
	prize      *big.Rat // for one euro in the exact order, nil without
	reference  *big.Rat // gross rapport of a single pool's reference
	increment  *big.Rat // of a single pool's minimum procedure
	paid       []tote.Rapport
	keeping    []*tote.KeptBack
	written    string // the last stakes that were written out
	under      string // section of a single pool
	unbacked   []*rulebook.HostDivision
}

// race tells what the pool is about.
func (w *writer) race() {
	p := w.pool
	w.section("Course et pari", "Race and bet")
	if p.Rulebook != "" {
		w.say("", "%s, règlement %s.", "%s, rulebook %s.", BetName(p.Bet), p.Rulebook)
	} else {
		w.say("", "%s.", "%s.", BetName(p.Bet))
	}
	if len(p.Result.Arrival) > 0 {
		w.say("II-12", "Arrivée : %s.", "Arrival: %s.", w.arrival())
	}
	if p.Result.NonRunners != 0 {
		w.say("II-9", "Non-partants : %s.", "Non-runners: %s.", w.horses(p.Result.NonRunners))
	}
}

// arrival writes the order of finish, dead heats joined by a sign of equality.
func (w *writer) arrival() string {
	var places []string
	for _, group := range w.pool.Result.Arrival {
		place := ""
		for i, h := range group {
			if i > 0 {
				place += " = "
			}
			place += h.String()
		}
		places = append(places, place)
	}
	return w.list(places, 12)
}

func (w *writer) horses(set tote.HorseSet) string {
	var names []string
	for h := range set.All {
		names = append(names, h.String())
	}
	return w.list(names, 12)
}

// stakes tells which stakes are played.
func (w *writer) stakes() {
	s := &w.pool.Stakes
	w.section("Enjeux", "Stakes")
	w.say("", "Enjeux enregistrés : %s.", "Stakes recorded: %s.", s.Total)
	if w.pool.Received != 0 {
		w.say("III-9-3", "Dont venus du Quinté Plus de la course, avec un non-partant : %s.",
			"Of them from the race's Quinté Plus, with one non-runner: %s.", w.pool.Received)
	}
	if s.Refunded == 0 && s.Transferred == 0 {
		return
	}
	if s.Refunded != 0 {
		w.say("II-9, "+w.articles.out, "Remboursés à cause des non-partants : %s.", "Refunded because of non-runners: %s.", s.Refunded)
	}
	if s.Transferred != 0 {
		w.say(w.articles.out, "Passés au Quarté Plus de la course, avec un non-partant : %s.",
			"Moved to the race's Quarté Plus, with one non-runner: %s.", s.Transferred)
	}
	w.say("II-14", "Enjeux joués : %s {=} %s.", "Stakes played: %s {=} %s.",
		w.sum(plus(s.Total), minus(s.Refunded), minus(s.Transferred)), s.Total-s.Refunded-s.Transferred)
}

// term is one of the terms of a sum.
type term struct {
	figure any
	less   bool
	zero   bool
}

func plus(m any) term  { return term{figure: m, zero: isZero(m)} }
func minus(m any) term { return term{figure: m, less: true, zero: isZero(m)} }

func isZero(figure any) bool {
	switch v := figure.(type) {
	case tote.Money:
		return v == 0
	case cents:
		return v.Sign() == 0
	}
	return false
}

// sum writes the terms that are not zero with their signs. The first has none.
func (w *writer) sum(terms ...term) quoted {
	q := quoted{exact: true}
	for i, t := range terms {
		if t.zero && i > 0 {
			continue
		}
		text, exact := w.figure(t.figure)
		switch {
		case i == 0:
		case t.less:
			q.text += " − "
		default:
			q.text += " + "
		}
		q.text += text
		q.exact = q.exact && exact
	}
	return q
}

// steps puts the steps into words.
func (w *writer) steps() {
	steps := w.pool.Working.Steps
	for i, step := range steps {
		if _, is := step.(*tote.Rapport); !is {
			w.rapports()
		}
		switch step.(type) {
		case *tote.Division, *tote.KeptBack:
		default:
			w.kept()
		}
		switch s := step.(type) {
		case *tote.Opened:
			w.open(s, steps[i+1:])
		case *tote.GaveWay:
			w.gaveWay(s)
		case *tote.FixedFirst:
			w.fixedFirst(s)
		case *tote.Weight:
			w.weights[s.Line] = s.Times
		case *tote.Cut:
			w.cutSurplus(s)
		case *tote.Division:
			w.division(s)
		case *tote.KeptBack:
			w.keeping = append(w.keeping, s)
		case *tote.Ordered:
			w.ordered[s.Line] = s
		case *tote.Capped:
			w.capped(s)
		case *tote.Rapport:
			w.paying = append(w.paying, s)
		case *tote.Checked:
			w.checked(s)
		case *tote.Reached:
			w.reached(s)
		case *tote.Prized:
			w.prized(s)
		case *rulebook.MultiBase:
			w.multiBase(s)
		case *rulebook.MultiMinimum:
			w.multiMinimum(s)
		case *rulebook.HostDivision:
			w.hostDivision(s)
		case *rulebook.HostPayments:
			w.hostPayments(s)
		default:
			w.single(step)
		}
	}
	w.kept()
	w.rapports()
}

// open starts a calculation. ahead are the steps to come, for the stakes that are
// payable.
func (w *writer) open(o *tote.Opened, ahead []tote.Step) {
	w.calculation = calculation{
		opened: o, second: w.opened != nil,
		weights: map[int]*big.Rat{}, increments: map[int][]*big.Rat{}, ordered: map[int]*tote.Ordered{}, cut: map[string]*big.Rat{},
	}
	if w.second {
		w.section("Second calcul, des rapports minima", "Second calculation, of the minimum dividends")
	} else {
		w.section("De la masse à l'excédent", "From the mass to the surplus")
	}
	played := o.Total - o.Refunded // what left the pool among the latter
	deducted := new(big.Rat).Sub(played.Rat(), o.Mass)
	w.say("II-14", "Déduction proportionnelle : %s × %s {=} %s.", "Take: %s × %s {=} %s.", o.Take, played, cents{deducted})
	w.say("II-14", "Masse à partager : %s − %s {=} %s.", "Mass: %s − %s {=} %s.", played, cents{deducted}, cents{o.Mass})
	if o.Added != 0 {
		w.say("II-17", "Ajouté, pris sur le fonds du pari : %s.", "Added from the bet's fund: %s.", o.Added)
	}
	if o.Levy.Sign() != 0 {
		w.say("III-9-4", "Prélèvement pour le fonds de réserve : %s × %s {=} %s.", "Levy for the reserve fund: %s × %s {=} %s.",
			o.LevyRate, cents{o.Mass}, cents{o.Levy})
	}
	reserved := o.Coefficient.Rat()
	reserved.Mul(reserved, o.Payable)
	if o.Payable.Sign() != 0 {
		w.payable(o, ahead)
		w.say("II-14, "+w.share(), "Mises réservées : %s × %s {=} %s.", "Stakes set aside: %s × %s {=} %s.",
			number{o.Coefficient.Rat()}, cents{o.Payable}, cents{reserved})
	}
	if reserved.Sign() != 0 || o.Levy.Sign() != 0 || o.Added != 0 {
		w.say(w.share(), "Excédent : %s {=} %s.", "Surplus: %s {=} %s.",
			w.sum(plus(cents{o.Mass}), plus(o.Added), minus(cents{o.Levy}), minus(cents{reserved})), cents{o.Surplus})
	}
}

// share is the article that shares the pool in the calculation under way.
func (w *writer) share() string {
	if w.second {
		return w.articles.minima
	}
	return w.articles.share
}

// payable says which stakes the coefficient applies to, where the rapports to come
// tell.
func (w *writer) payable(o *tote.Opened, ahead []tote.Step) {
	weights := map[int]*big.Rat{}
	var lines []int
	for _, step := range ahead {
		if _, end := step.(*tote.Opened); end {
			break
		}
		switch s := step.(type) {
		case *tote.Weight:
			weights[s.Line] = s.Times
		case *tote.Rapport:
			lines = append(lines, s.Line)
		}
	}
	text, total := w.stakesOn(lines, weights)
	if text.text != "" && total.Cmp(o.Payable) == 0 && len(lines) > 1 {
		w.say(w.share(), "Mises payables : %s {=} %s.", "Payable stakes: %s {=} %s.", text, cents{o.Payable})
	}
}

// sumMax bounds the terms of a sum that is written out.
const sumMax = 8

// stakesOn writes out the stakes on lines, each once, with their weights, and adds
// them up. There is no text where there are too many.
func (w *writer) stakesOn(lines []int, weights map[int]*big.Rat) (text quoted, total *big.Rat) {
	total = new(big.Rat)
	terms := 0
	text.exact = true
	seen := map[int]bool{}
	for _, i := range lines {
		stakes := w.pool.Stakes.OnLine[i].Rat()
		if stakes.Sign() == 0 || seen[i] {
			continue
		}
		seen[i] = true
		if terms++; terms > 1 {
			text.text += " + "
		}
		written, _ := w.euros(stakes)
		if times := weights[i]; times != nil {
			factor, exact := w.decimal(times, 0)
			text.text += factor + " × "
			text.exact = text.exact && exact
			stakes.Mul(stakes, times)
		}
		text.text += written + " (" + w.line(i) + ")"
		total.Add(total, stakes)
	}
	if terms > sumMax {
		text = quoted{}
	}
	return text, total
}

// line names a line: its combination, and its rank where that does not show.
func (w *writer) line(i int) string {
	l := w.pool.Lines[i]
	bet, suffix := split(l.Rank)
	switch suffix {
	case "", "_1NP", "_2NP":
		if tote.BetCode(bet) == w.pool.Bet && strings.Contains(l.Combination, "-") {
			return l.Combination
		}
		if tote.BetCode(bet) == w.pool.Bet {
			return w.said("n° ", "no. ") + l.Combination
		}
		return BetName(tote.BetCode(bet)) + " " + l.Combination
	}
	return w.rank(l.Rank) + " " + l.Combination
}

// linesText names the lines that anybody backs.
func (w *writer) linesText(lines []int) string {
	var names []string
	for _, i := range lines {
		if w.pool.Stakes.OnLine[i] != 0 {
			names = append(names, w.line(i))
		}
	}
	return w.list(names, sumMax)
}

func (w *writer) gaveWay(s *tote.GaveWay) {
	w.say("II-14", "L'excédent est négatif : il manque %s.", "The surplus is negative: %s is missing.", cents{new(big.Rat).Neg(s.Missing)})
	if s.Impossible {
		w.say("II-14", "Toute la déduction n'y suffit pas : seul le calcul des rapports minima reste possible.",
			"The whole take is not enough: only the minimum dividends can be computed.")
		return
	}
	if w.opened.Levy.Sign() != 0 {
		w.say("III-9-4", "Le prélèvement pour le fonds de réserve est ramené à %s.", "The levy for the reserve fund is cut to %s.", cents{s.Levy})
	}
	take := new(big.Rat).Sub((w.opened.Total - w.opened.Refunded).Rat(), w.opened.Mass)
	if ceded := new(big.Rat).Sub(take, s.Take); ceded.Sign() != 0 {
		w.say("II-14", "La déduction cède ce qui manque : %s − %s {=} %s ; l'excédent est nul.",
			"The take gives what is missing: %s − %s {=} %s; the surplus is zero.", cents{take}, cents{ceded}, cents{s.Take})
	}
}

// fixedFirst writes what leaves the surplus before it is shared: the stakes of a
// Multi's winners, or the ranks below the main one at the minimum.
func (w *writer) fixedFirst(s *tote.FixedFirst) {
	if s.Amount.Sign() == 0 {
		return
	}
	if strings.HasSuffix(string(w.pool.Bet), "MULTI") {
		w.say(w.articles.minima, "Mises gagnantes, réservées : %s ; reste %s.", "Winning stakes, set aside: %s; %s is left.",
			cents{s.Amount}, cents{s.Surplus})
		return
	}
	minimum := big.NewRat(int64(w.opened.Minimum), 100)
	stakes := new(big.Rat).Quo(s.Amount, minimum)
	written, exact := w.decimal(minimum, 2)
	w.say(w.articles.minima, "Payé d'abord, au rapport minimum : %s × %s {=} %s ; reste %s.",
		"Paid first, at the minimum dividend: %s × %s {=} %s; %s is left.",
		quoted{written, exact}, cents{stakes}, cents{s.Amount}, cents{s.Surplus})
}

// sharing starts the section of the divisions.
func (w *writer) sharing() {
	if w.dividing {
		return
	}
	w.dividing = true
	w.section("Partage", "Division")
}

func (w *writer) cutSurplus(s *tote.Cut) {
	if s.Of.Sign() == 0 {
		return // nothing to share, as was said
	}
	w.sharing()
	var parts []tote.CutPart // those of one rank together
	for _, p := range s.Parts {
		if n := len(parts); n > 0 && parts[n-1].Rank == p.Rank {
			last := &parts[n-1]
			last.Rate, last.Amount = new(big.Rat).Add(last.Rate, p.Rate), new(big.Rat).Add(last.Amount, p.Amount)
			continue
		}
		parts = append(parts, p)
	}
	for _, p := range parts {
		w.cut[p.Rank] = p.Amount
		w.say(w.share(), "Part du rang « %s » : %s × %s {=} %s.", "Part of the rank “%s”: %s × %s {=} %s.",
			w.rank(p.Rank), part{p.Rate}, cents{s.Of}, cents{p.Amount})
	}
}
