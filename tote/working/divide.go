package working

import (
	"math/big"

	"opentote/tote"
)

// division writes one division: where its share comes from, the increment, and what
// thin winners or the progressive deduction take of it.
func (w *writer) division(d *tote.Division) {
	if d.Share.Sign() == 0 {
		return // as was said of the surplus
	}
	w.sharing()
	if d.Increment == nil {
		w.undivided(d)
		return
	}
	who := w.linesText(d.Lines)
	if who == "" {
		who = BetName(w.pool.Bet)
	}
	for _, i := range d.Lines {
		w.increments[i] = append(w.increments[i], d.Increment)
	}
	w.shareOf(d, who)
	if d.Divisor.Cmp(d.Stakes) != 0 {
		w.say("II-17-I", "%s : les mises (%s) sont inférieures à la mise minimale ; on divise par elle : %s ÷ %s {=} %s pour 1 €.",
			"%s: the stakes (%s) are below the minimum stake, which divides instead: %s ÷ %s {=} %s for €1.",
			who, cents{d.Stakes}, cents{d.Share}, cents{d.Divisor}, number{d.Quotient})
	} else {
		w.divisor(d)
		w.say(w.share(), "%s : %s ÷ %s de mises {=} %s pour 1 €.", "%s: %s ÷ %s of stakes {=} %s for €1.",
			who, cents{d.Share}, cents{d.Stakes}, number{d.Quotient})
	}
	if d.Gross != nil && d.Gross.Cmp(d.Left) != 0 {
		w.progressive(d)
	}
	if d.Rest.Sign() != 0 {
		w.rest(d)
	}
}

// progressive writes what the progressive deduction leaves: a rate of the gross
// increment, or the most that the bracket below leaves.
func (w *writer) progressive(d *tote.Division) {
	kept := part{(tote.One - w.opened.Take).Rat()}
	w.say("II-16", "Avant la déduction proportionnelle : %s ÷ %s {=} %s brut.", "Before the take: %s ÷ %s {=} %s gross.",
		number{d.Quotient}, kept, number{d.Gross})
	w.deducted(d.Gross, d.Left)
	w.say("II-16", "Net : %s × %s {=} %s.", "Net: %s × %s {=} %s.", number{d.Left}, kept, number{d.Increment})
}

// deducted writes what a bracket's rate leaves of a gross figure, or the most that the
// bracket below leaves.
func (w *writer) deducted(gross, left *big.Rat) {
	rate := new(big.Rat).Sub(gross, left)
	rate.Quo(rate, gross)
	if percent := new(big.Rat).Mul(rate, big.NewRat(100, 1)); percent.IsInt() {
		w.say("II-16", "Déduction progressive de %s : %s × %s {=} %s brut.", "Progressive deduction of %s: %s × %s {=} %s gross.",
			part{rate}, number{gross}, part{new(big.Rat).Sub(big.NewRat(1, 1), rate)}, number{left})
		return
	}
	w.say("II-16", "Déduction progressive : ramené à %s brut, le plus que laisse la tranche inférieure.",
		"Progressive deduction: down to %s gross, the most that the bracket below leaves.", number{left})
}

// shareOf says how much is divided, unless that was said already.
func (w *writer) shareOf(d *tote.Division, who string) {
	carried := d.Carried != nil && d.Carried.Sign() != 0
	known := w.cut[d.Rank]
	if d.Of == nil || !carried && (d.Fraction.Cmp(big.NewRat(1, 1)) == 0 || known != nil && known.Cmp(d.Share) == 0) {
		return
	}
	if !carried {
		w.say(w.share(), "%s : %s × %s {=} %s à partager.", "%s: %s × %s {=} %s to divide.", who, part{d.Fraction}, cents{d.Of}, cents{d.Share})
		return
	}
	own := new(big.Rat).Sub(d.Share, d.Carried)
	w.say(w.share(), "%s : %s et %s laissés par le rang supérieur, {=} %s à partager.",
		"%s: %s and %s left by the rank above, {=} %s to divide.", who, cents{own}, cents{d.Carried}, cents{d.Share})
}

// divisor writes out stakes that are a sum.
func (w *writer) divisor(d *tote.Division) {
	weights := w.weights
	if !d.Weighted {
		weights = nil
	}
	text, total := w.stakesOn(d.Lines, weights)
	one, _ := w.euros(d.Stakes)
	if text.text == "" || total.Cmp(d.Stakes) != 0 || text.text == one+" ("+w.linesText(d.Lines)+")" || text.text == w.written {
		return
	}
	w.written = text.text
	w.say(w.share(), "Mises : %s {=} %s.", "Stakes: %s {=} %s.", text, cents{d.Stakes})
}

// undivided is a share that nobody has.
func (w *writer) undivided(d *tote.Division) {
	if d.RestTo == "" {
		w.say(w.share(), "Rang « %s » : aucune mise ; %s n'est pas réparti.", "Rank “%s”: no stake; %s is not shared.", w.rank(d.Rank), cents{d.Share})
		return
	}
	w.say(w.share(), "Rang « %s » : aucune mise ; %s passe au rang « %s ».", "Rank “%s”: no stake; %s goes to the rank “%s”.",
		w.rank(d.Rank), cents{d.Share}, w.rank(d.RestTo))
}

// rest is what thin winners leave.
func (w *writer) rest(d *tote.Division) {
	if d.RestTo == "" {
		w.say("II-17-I", "Non réparti : %s.", "Not shared: %s.", cents{d.Rest})
		return
	}
	w.say("II-17-I", "Non réparti, %s passe au rang « %s ».", "Not shared, %s goes to the rank “%s”.", cents{d.Rest}, w.rank(d.RestTo))
}

// kept writes what the divisions before it leave for the bet's fund: what thin winners
// leave, then the parts of each rank that nobody has.
func (w *writer) kept() {
	keeping := w.keeping
	w.keeping = nil
	for len(keeping) > 0 {
		rank := keeping[0].Rank
		text, total := quoted{exact: true}, new(big.Rat)
		var others []*tote.KeptBack
		parts := 0
		for _, k := range keeping {
			if k.Rank != rank {
				others = append(others, k)
				continue
			}
			if parts++; parts > 1 {
				text.text += " + "
			}
			written, exact := w.euros(k.Amount)
			text.text += written
			text.exact = text.exact && exact
			total.Add(total, k.Amount)
		}
		w.sharing()
		w.keptBack(rank, parts, text, total)
		keeping = others
	}
}

func (w *writer) keptBack(rank string, parts int, text quoted, total *big.Rat) {
	sum := w.sum(plus(cents{total}))
	if parts > 1 && parts <= sumMax {
		sum.text, sum.exact = w.sentence("%s {=} %s", "%s {=} %s", []any{text, cents{total}})
	}
	switch {
	case rank == "":
		w.say("II-17", "Gardé pour le fonds du pari : %s.", "Kept for the bet's fund: %s.", sum)
	case parts == 1:
		w.say("II-17", "Rang « %s » : une part sans mise, gardée pour le fonds du pari : %s.",
			"Rank “%s”: a part without stakes, kept for the bet's fund: %s.", w.rank(rank), sum)
	default:
		w.say("II-17", "Rang « %s » : %s parts sans mise, gardées pour le fonds du pari : %s.",
			"Rank “%s”: %s parts without stakes, kept for the bet's fund: %s.", w.rank(rank), parts, sum)
	}
}

func (w *writer) capped(s *tote.Capped) {
	order, disorder := w.line(s.Order), w.line(s.Disorder)
	for i, line := range []int{s.Order, s.Disorder} {
		w.say("III-9-5", "%s : %s.", "%s: %s.", w.line(line), w.net(&tote.Rapport{Line: line, Net: s.Before[i]}))
	}
	w.say("III-9-5", "L'ordre passerait %s fois le désordre. Les deux se partagent la même somme avec l'ordre à %s fois le désordre.",
		"The exact order would pass %s times the other orders. Both share the same sum with it at %s times.", s.Times, s.Times)
	exact, other := w.pool.Stakes.OnLine[s.Order], w.pool.Stakes.OnLine[s.Disorder]
	w.say("III-9-5", "%s : (%s × %s + %s × %s) ÷ (%s × %s + %s) {=} %s.", "%s: (%s × %s + %s × %s) ÷ (%s × %s + %s) {=} %s.",
		disorder, exact, number{s.Before[0]}, other, number{s.Before[1]}, s.Times, exact, other, number{s.After[1]})
	w.say("III-9-5", "%s : %s × %s {=} %s.", "%s: %s × %s {=} %s.", order, s.Times, number{s.After[1]}, number{s.After[0]})
}

// rapports writes the rapports collected, those computed alike together.
func (w *writer) rapports() {
	if len(w.paying) == 0 {
		return
	}
	w.section("Rapports pour 1 €", "Dividends for €1")
	w.say("II-14", "Arrondis vers le bas à un multiple de %s ; au moins %s.", "Rounded down to a multiple of %s; at least %s.", w.opened.Step, w.opened.Minimum)
	type group struct {
		text  quoted
		first *tote.Rapport
		lines []int
	}
	var groups []*group
	by := map[string]*group{}
	for _, r := range w.paying {
		text := w.net(r)
		key := w.pool.Lines[r.Line].Rank + text.text + r.Paid.String()
		g := by[key]
		if g == nil {
			g = &group{text: text, first: r}
			by[key] = g
			groups = append(groups, g)
		}
		g.lines = append(g.lines, r.Line)
	}
	for _, r := range w.paying {
		w.paid = append(w.paid, *r)
	}
	w.paying = nil
	const groupsMax = 60
	for i, g := range groups {
		if i == groupsMax {
			w.say("", "… et %s autres rapports.", "… and %s more dividends.", len(groups)-groupsMax)
			break
		}
		w.rapport(g.first, g.text, g.lines)
	}
}

func (w *writer) rapport(r *tote.Rapport, net quoted, lines []int) {
	who := w.linesText(lines)
	if w.second && len(w.increments[r.Line]) == 0 && r.Net.Cmp(big.NewRat(int64(w.opened.Minimum), 100)) == 0 {
		w.say(w.articles.minima, "%s : rapport minimum, %s.", "%s: the minimum dividend, %s.", who, r.Rounded)
		return
	}
	lift, below := "", r.Net.Cmp(big.NewRat(int64(r.Rounded), 100)) < 0
	switch {
	case below && w.second:
		w.say("II-15", "%s : %s, moins que le minimum de %s.", "%s: %s, less than the minimum of %s.", who, net, r.Rounded)
		return
	case below:
		lift = " (minimum)"
	}
	w.say("II-14", "%s : %s → %s%s.", "%s: %s → %s%s.", who, net, r.Rounded, lift)
	if r.Paid != r.Rounded {
		w.say(w.articles.out, "%s : payé %s fois, %s.", "%s: paid %s times, %s.", who, int64(r.Paid/r.Rounded), r.Paid)
	}
}

// net writes how a net rapport is made.
func (w *writer) net(r *tote.Rapport) quoted {
	total, exact := w.decimal(r.Net, 0)
	if w.prize != nil {
		text, all := w.sentence("%s + %s {=} %s", "%s + %s {=} %s", []any{number{new(big.Rat).Sub(r.Net, w.prize)}, number{w.prize}, number{r.Net}})
		return quoted{text, all}
	}
	if o := w.ordered[r.Line]; o != nil && o.Net.Cmp(r.Net) == 0 {
		text, all := w.sentence("%s × %s + %s {=} %s", "%s × %s + %s {=} %s", []any{number{o.Weight}, number{o.Whole}, number{o.Increment}, number{r.Net}})
		return quoted{text, all}
	}
	sum := w.opened.Coefficient.Rat()
	text := quoted{exact: exact}
	text.text, _ = w.decimal(sum, 0)
	for _, increment := range w.increments[r.Line] {
		sum.Add(sum, increment)
		written, is := w.decimal(new(big.Rat).Abs(increment), 0)
		sign := " + "
		if increment.Sign() < 0 {
			sign = " − "
		}
		text.text += sign + written
		text.exact = text.exact && is
	}
	switch {
	case sum.Cmp(r.Net) != 0 || len(w.increments[r.Line]) == 0:
		return quoted{total, exact}
	case text.exact:
		text.text += " = " + total
	default:
		text.text += " ≈ " + total
	}
	return text
}
