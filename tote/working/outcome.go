package working

import (
	"math/big"

	"opentote/tote"
)

func (w *writer) checked(s *tote.Checked) {
	w.section("Contrôle du produit brut", "Test of the gross product")
	w.payments(s)
	w.say("II-15", "Produit brut : %s {=} %s.", "Gross product: %s {=} %s.",
		w.sum(plus(cents{s.Played}), plus(cents{s.Added}), minus(cents{s.Payments}), minus(cents{s.Kept})), cents{s.Product})
	if s.Passed {
		w.say("II-15", "Il atteint %s × %s {=} %s : les rapports sont payés.", "It reaches %s × %s {=} %s: the dividends are paid.",
			w.margin(s), cents{s.Played}, cents{s.Least})
		return
	}
	w.say("II-15", "Il n'atteint pas %s × %s {=} %s : les rapports ne peuvent être payés ainsi.",
		"It does not reach %s × %s {=} %s: the dividends cannot be paid so.", w.margin(s), cents{s.Played}, cents{s.Least})
}

// payments writes out what winners are paid, where the sum is not too long.
func (w *writer) payments(s *tote.Checked) {
	text, terms, total := "", 0, new(big.Rat)
	for _, r := range w.paid {
		stakes := w.pool.Stakes.OnLine[r.Line]
		if stakes == 0 {
			continue
		}
		if terms++; terms > 1 {
			text += " + "
		}
		staked, _ := w.euros(stakes.Rat())
		paid, _ := w.decimal(big.NewRat(int64(r.Paid), 100), 2)
		text += staked + " × " + paid
		total.Add(total, new(big.Rat).Mul(stakes.Rat(), big.NewRat(int64(r.Paid), 100)))
	}
	if terms == 0 || terms > sumMax || total.Cmp(s.Payments) != 0 {
		w.say("II-15", "Payé aux gagnants, mises × rapports : %s.", "Paid to winners, stakes × dividends: %s.", cents{s.Payments})
		return
	}
	w.say("II-15", "Payé aux gagnants : %s {=} %s.", "Paid to winners: %s {=} %s.", text, cents{s.Payments})
}

// margin is the least gross product in parts of the stakes played.
func (w *writer) margin(s *tote.Checked) part {
	if s.Played.Sign() == 0 {
		return part{new(big.Rat)}
	}
	return part{new(big.Rat).Quo(s.Least, s.Played)}
}

func (w *writer) reached(s *tote.Reached) {
	switch {
	case s.Payable && s.All:
		w.say("II-15", "Chaque rapport atteint le minimum de lui-même : ils sont payés.", "Every dividend reaches the minimum by itself: they are paid.")
	case !s.Payable:
		w.say("II-15", "L'excédent est négatif et rien ne peut le supporter : les rapports ne peuvent être payés.",
			"The surplus is negative and nothing can bear it: the dividends cannot be paid.")
	default:
		w.say("II-15", "Un rapport au moins n'atteint pas le minimum de lui-même.", "One dividend at least does not reach the minimum by itself.")
	}
}

func (w *writer) prized(s *tote.Prized) {
	w.section("Tirelire", "Tirelire")
	w.say("III-9-7", "Tirelire annoncée : %s, pour les mises dans l'ordre : %s.", "Prize announced: %s, for the stakes in the exact order: %s.", s.Prize, s.Stakes)
	divisor := max(s.Stakes, s.Least)
	w.say("III-9-7", "Pour 1 € dans l'ordre : %s ÷ %s {=} %s, ajouté au rapport avant l'arrondi.",
		"For €1 in the exact order: %s ÷ %s {=} %s, added to the dividend before rounding.", s.Prize, divisor, number{s.PerEuro})
	if s.Stakes < s.Least {
		w.say("III-9-7", "Les mises sont inférieures à la mise minimale %s : %s est distribué, le reste retourne au fonds.",
			"The stakes are below the minimum stake %s: %s is paid out, the rest goes back to the fund.", s.Least, cents{s.Paid})
	}
	w.prize = s.PerEuro
}

// procedures say which way the dividends were computed.
var procedures = map[tote.Procedure]struct{ fr, en, article string }{
	tote.Normal:              {"Calcul ordinaire.", "Ordinary calculation.", "II-14"},
	tote.DeductionReduced:    {"Calcul ordinaire, déduction réduite pour rendre les mises.", "Ordinary calculation, the take cut so that stakes are returned.", "II-14"},
	tote.LevyReduced:         {"Calcul ordinaire, prélèvement du fonds de réserve réduit.", "Ordinary calculation, the reserve fund's levy cut.", "III-9-4"},
	tote.Constrained:         {"Calcul des rapports minima.", "Calculation of the minimum dividends.", "II-15"},
	tote.ConstrainedToppedUp: {"Calcul des rapports minima, complété par l'opérateur.", "Calculation of the minimum dividends, topped up by the operator.", "II-15"},
	tote.Minima:              {"Calcul des rapports minima.", "Calculation of the minimum dividends.", "II-15"},
	tote.MinimaToppedUp:      {"Calcul des rapports minima, complété par l'opérateur.", "Calculation of the minimum dividends, topped up by the operator.", "II-15"},
	tote.Hosted:              {"Rapports calculés et envoyés par l’opérateur du pays de la course, qui tient la masse.", "Dividends computed and sent by the operator of the country of the race, which holds the pool.", "III ter-1-1"},
	"minimum":                {"Calcul des rapports minima.", "Calculation of the minimum dividends.", "III bis-4-7"},
	"minimum_topped_up":      {"Calcul des rapports minima, complété par l'opérateur.", "Calculation of the minimum dividends, topped up by the operator.", "II-15"},
}

// outcome tells how the pool ends.
func (w *writer) outcome() {
	p := w.pool
	w.section("Résultat", "Outcome")
	for _, r := range p.Refunds {
		text, article := w.reason(articlesOf(r.Bet), r.Reason)
		w.say(article, "%s : tous les paris sont remboursés : %s.", "%s: all bets are refunded: %s.", BetName(r.Bet), text)
	}
	if p.Settlement.RefundAll() {
		if len(p.Refunds) == 0 {
			text, article := w.reason(w.articles, p.Settlement.Reason)
			w.say(article, "Tous les paris sont remboursés : %s.", "All bets are refunded: %s.", text)
		}
		return
	}
	paid := false
	for i, d := range p.Settlement.Dividends {
		paid = paid || d != 0 && p.Stakes.OnLine[i] != 0
	}
	if !paid && p.Settlement.Procedure != tote.Hosted {
		w.say(w.articles.none, "Personne ne gagne : ce qui serait à partager est gardé pour une autre course.",
			"Nobody wins: what there is to share is kept for another race.")
		return
	}
	how := procedures[p.Settlement.Procedure]
	w.say(how.article, how.fr, how.en)
	w.substitute()
	w.dividends()
}

// substitute says which finish was paid, when not the real one.
func (w *writer) substitute() {
	level := w.pool.Settlement.Level
	switch {
	case level == "1-2-4" || level == "1-3-4" || level == "2-3-4" || level == "1-2" || level == "1-3" || level == "2-3":
		w.say(w.articles.none, "Personne n'a les chevaux arrivés en tête ; on paie ceux des places %s.",
			"Nobody has the first horses; those of the places %s are paid.", level)
	case level == "2 horses":
		w.say(w.articles.none, "Personne n'a les trois premiers ; on paie les deux premiers.", "Nobody has the first three; the first two are paid.")
	case level == "a":
		w.say("III bis-4-8", "Personne n'a de combinaison du premier rang ; un cheval de moins est demandé.",
			"Nobody has a combination of the main ranks; one horse less is asked for.")
	case level == "b":
		w.say("III bis-4-8", "Personne n'a de combinaison du premier rang, même avec un cheval de moins ; deux de moins sont demandés.",
			"Nobody has a combination of the main ranks, even with one horse less; two less are asked for.")
	case level == "four_classified":
		w.say(w.articles.none, "Quatre chevaux seulement sont classés.", "Only four horses are placed.")
	case level == "three_classified":
		w.say(w.articles.none, "Trois chevaux seulement comptent.", "Only three horses count.")
	case w.pool.Settlement.Substitute > 0:
		w.say(w.articles.none, "Personne n'a les chevaux arrivés en tête ; on paie l'arrivée de remplacement n° %s du règlement.",
			"Nobody has the first horses; substitute finish number %s of the rulebook is paid.", w.pool.Settlement.Substitute)
	}
}

// dividends lists what is paid, lines of one rank that are paid the same together.
func (w *writer) dividends() {
	type key struct {
		rank     string
		dividend tote.Dividend
	}
	var order []key
	lines := map[key][]int{}
	for i, d := range w.pool.Settlement.Dividends {
		if d == 0 || w.pool.Stakes.OnLine[i] == 0 && w.pool.Settlement.Procedure != tote.Hosted {
			continue
		}
		k := key{w.pool.Lines[i].Rank, d}
		if lines[k] == nil {
			order = append(order, k)
		}
		lines[k] = append(lines[k], i)
	}
	const rowsMax = 60
	for i, k := range order {
		if i == rowsMax {
			w.say("", "… et %s autres rapports.", "… and %s more dividends.", len(order)-rowsMax)
			break
		}
		stakes := tote.Money(0)
		for _, line := range lines[k] {
			stakes += w.pool.Stakes.OnLine[line]
		}
		w.say("", "%s : %s pour 1 €, %s de mises.", "%s: %s for €1, %s of stakes.", w.linesText(lines[k]), k.dividend, stakes)
	}
}

// accounts tells where the money went.
func (w *writer) accounts() {
	a := w.pool.Accounts
	if a == nil {
		return
	}
	w.section("Où va chaque centime", "Where every cent goes")
	rows := []struct {
		fr, en, article string
		money           tote.Money
	}{
		{"Aux gagnants, chaque gain arrondi au centime", "To winners, each win rounded to the cent", "II-14", a.Payout},
		{"Remboursé", "Refunded", "", a.Refunds},
		{"Passé à une autre masse de la course", "Moved to another pool of the race", w.articles.out, a.Transferred},
		{"Déduction proportionnelle", "Take", "II-14", a.Takeout},
		{"Déduction progressive", "Progressive deduction", "II-16", a.Progressive},
		{"Arrondis sur rapports", "Breakage", "II-14", a.Breakage},
		{"Aux fonds du pari", "To the bet's funds", "II-17", a.Booster},
		{"À l’opérateur étranger", "To the operator abroad", "III ter-1-1", max(0, -w.pool.Host)},
	}
	terms := []term{}
	for _, row := range rows {
		if row.money != 0 {
			w.say(row.article, row.fr+" : %s.", row.en+": %s.", row.money)
			terms = append(terms, plus(row.money))
		}
	}
	s := &w.pool.Stakes
	fromHost := max(0, w.pool.Host)
	in := w.sum(plus(s.Total), plus(s.Added), plus(a.TopUp), plus(fromHost))
	if fromHost != 0 {
		w.say("III ter-1-1", "De l’opérateur étranger : %s.", "From the operator abroad: %s.", fromHost)
	}
	if a.TopUp != 0 {
		w.say("II-15", "Complété par l'opérateur : %s.", "Topped up by the operator: %s.", a.TopUp)
	}
	if len(terms) > 1 {
		w.say("", "%s {=} %s.", "%s {=} %s.", in, w.sum(terms...))
	}
}
