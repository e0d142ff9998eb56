package working

import (
	"math/big"

	"opentote/tote"
	"opentote/tote/rulebook"
)

// multiBase writes the test of the common base of a Multi.
func (w *writer) multiBase(s *rulebook.MultiBase) {
	w.section("Rapports pour 1 €", "Dividends for €1")
	w.say("II-14", "Base commune, arrondie vers le bas à un multiple de %s : %s.", "Common base, rounded down to a multiple of %s: %s.", w.opened.Step, s.Base)
	for n, weight := range s.Weights {
		if n < len(s.Stakes) && s.Stakes[n] != 0 {
			w.say(w.articles.share, "En %s : %s × %s = %s.", "In %s: %s × %s = %s.", n+4, weight, s.Base, s.Base*tote.Dividend(weight))
		}
	}
	last := len(s.Weights) - 1
	if s.Payable {
		w.say(w.articles.minima, "Le moindre, en %s, atteint son minimum de %s.", "The least, in %s, reaches its minimum of %s.", last+4, s.Minima[last])
		return
	}
	w.say(w.articles.minima, "Le moindre, en %s, n'atteint pas son minimum de %s : on calcule les rapports minima.",
		"The least, in %s, does not reach its minimum of %s: the minimum dividends are computed.", last+4, s.Minima[last])
}

func (w *writer) multiMinimum(s *rulebook.MultiMinimum) {
	w.say(w.articles.minima, "En %s : 1 + %s × %s {=} %s, arrondi vers le bas, au moins %s → %s.",
		"In %s: 1 + %s × %s {=} %s, rounded down, at least %s → %s.",
		s.K, s.Weight, number{s.Increment}, number{s.Net}, s.Minimum, s.Paid)
}

// hostDivision writes the rapport of one group of an international pool.
func (w *writer) hostDivision(s *rulebook.HostDivision) {
	w.sharing()
	who := w.linesText(s.Lines)
	amount := new(big.Rat).Mul(s.Amount, s.Part)
	if s.Rapport == nil {
		if amount.Sign() > 0 && s.Split != rulebook.SplitProRata {
			w.unbacked = append(w.unbacked, s)
		}
		return
	}
	quotient := new(big.Rat).Quo(amount, s.Stakes.Rat())
	share := w.sum(plus(cents{s.Amount}))
	if s.Part.Cmp(big.NewRat(1, 1)) != 0 {
		of, _ := w.part(s.Part)
		share.text = of + " × " + share.text
	}
	switch s.Split {
	case rulebook.SplitProRata:
		quotient.Quo(s.Amount, s.Won.Rat())
		w.say(w.articles.share, "%s : %s ÷ %s {=} %s pour 1 €.", "%s: %s ÷ %s {=} %s for €1.", who, cents{s.Amount}, s.Won, number{quotient})
	case rulebook.SplitProfit:
		w.say(w.articles.share, "%s : 1 + %s ÷ %s {=} %s pour 1 €.", "%s: 1 + %s ÷ %s {=} %s for €1.",
			who, share, s.Stakes, number{quotient.Add(quotient, big.NewRat(1, 1))})
	default:
		w.say(w.articles.share, "%s : %s ÷ %s {=} %s pour 1 €.", "%s: %s ÷ %s {=} %s for €1.",
			who, share, s.Stakes, number{quotient})
	}
	if s.Least != 0 {
		w.say(w.articles.none, "Les mises gagnantes, %s, sont inférieures à la mise minimale %s : le rapport est réduit à proportion.",
			"The winning stakes, %s, are below the minimum stake %s: the dividend is cut in proportion.", s.Won, s.Least)
	}
	w.say(w.articles.share, "%s : %s avant l'arrondi à %s de l'organisateur, au moins %s.", "%s: %s before the host rounds to %s, at least %s.",
		who, number{s.Rapport}, w.opened.Step, w.opened.Minimum)
}

func (w *writer) hostPayments(s *rulebook.HostPayments) {
	if n := len(w.unbacked); n > 0 {
		parts, amount := new(big.Rat), w.unbacked[0].Amount
		for _, d := range w.unbacked {
			parts.Add(parts, d.Part)
		}
		w.say(w.articles.none, "Combinaisons payables sans mise, %s : %s × %s {=} %s est reporté.",
			"Payable combinations without stakes, %s: %s × %s {=} %s is carried over.",
			n, part{parts}, cents{amount}, cents{new(big.Rat).Mul(parts, amount)})
	}
	if s.Payments.Sign() == 0 {
		return
	}
	w.section("Contrôle des paiements", "Test of the payments")
	w.say("III ter-1-1", "Payé aux gagnants : %s ; masse : %s.", "Paid to winners: %s; mass: %s.", cents{s.Payments}, cents{s.Mass})
	if s.Payments.Cmp(s.Mass) > 0 && s.Passed {
		w.say("III ter-1-1", "L'opérateur complète, dans la limite des enjeux joués, %s.", "The operator tops up, within the stakes played, %s.", s.Played)
	}
}

// euroOf turns thirds of a cent into cents.
func euroOf(thirds int64) cents { return cents{big.NewRat(thirds, rulebook.CitedEuro/100)} }

// single writes the steps of a single pool.
func (w *writer) single(step tote.Step) {
	switch s := step.(type) {
	case *rulebook.SingleMass:
		w.singleMass(s)
	case *rulebook.SingleChance:
		w.singleChance(s)
	case *rulebook.SingleStake:
		if s.Stakes != 0 {
			w.once("stakes", "Mises pondérées", "Weighted stakes")
			w.say("III bis-4-6", "%s : %s × %s (après déduction) × %s {=} %s.", "%s: %s × %s (after the take) × %s {=} %s.",
				w.linesText(s.Lines), s.Stakes, number{s.Kept}, number{s.Coefficient}, cents{s.Weighted})
		}
	case *rulebook.SingleReference:
		w.singleReference(s)
	case *rulebook.SingleMinimum:
		w.singleMinimum(s)
	case *rulebook.SingleRapport:
		w.singleRapport(s)
	}
}

func (w *writer) singleMinimum(s *rulebook.SingleMinimum) {
	w.increment, w.under = s.Increment, ""
	w.section("Calcul des rapports minima", "Calculation of the minimum dividends")
	w.say("III bis-4-7", "Un rapport n'atteindrait pas le minimum : les masses sont partagées entières, sans part des fonds ni déduction progressive.",
		"A dividend would not reach the minimum: the masses are shared whole, without the funds' part and the progressive deduction.")
	if s.Increment.Sign() == 0 {
		w.say("III bis-4-7", "%s − %s × %s n'est pas positif : le rapport incrémental est nul.", "%s − %s × %s is not positive: the incremental rapport is zero.",
			cents{s.Mass}, number{s.Coefficient.Rat()}, s.Payable)
		return
	}
	w.say("III bis-4-7", "Rapport incrémental : (%s − %s × %s) ÷ %s {=} %s.", "Incremental rapport: (%s − %s × %s) ÷ %s {=} %s.",
		cents{s.Mass}, number{s.Coefficient.Rat()}, s.Payable, cents{s.Weighted}, number{s.Increment})
}

// once starts a section, unless it is the one under way.
func (w *writer) once(name, fr, en string) {
	if w.under != name {
		w.section(fr, en)
	}
	w.under = name
}

func (w *writer) singleMass(s *rulebook.SingleMass) {
	w.once("masses", "Masses", "Masses")
	played := s.Total - s.Refunded
	w.say("II-14", "%s : %s × (1 − %s) {=} %s.", "%s: %s × (1 − %s) {=} %s.", BetName(s.Bet), played, s.Take, cents{s.Mass})
	if s.Prime != 0 {
		w.say("II-17-II", "%s : prime de %s, prise sur le fonds de réserve.", "%s: prize of %s, from the reserve fund.", BetName(s.Bet), s.Prime)
	}
}

func (w *writer) singleChance(s *rulebook.SingleChance) {
	if !s.Reference && w.linesText(s.Lines) == "" {
		return // nobody has it
	}
	w.once("chances", "Probabilités et coefficients de difficulté", "Probabilities and difficulty coefficients")
	who := w.line(s.Lines[0])
	const ordersMax = 6
	for i, order := range s.Orders {
		if i == ordersMax {
			break
		}
		text, exact := "", true
		for k, f := range order.Factors {
			if k > 0 {
				text += " × "
			}
			cited, is := w.euros(euroOf(f[0]).Rat)
			left, and := w.euros(euroOf(f[1]).Rat)
			text += "(" + cited + " ÷ " + left + ")"
			exact = exact && is && and
		}
		w.say("III bis-4-2", "%s, ordre %s : %s.", "%s, order %s: %s.", who, orderName(order.Horses), quoted{text, exact})
	}
	w.say("III bis-4-2", "%s : probabilité {=} %s.", "%s: probability {=} %s.", who, number{s.Chance})
	if s.Reference {
		w.say("III bis-4-4", "C'est la combinaison de référence, de coefficient 1.", "This is the reference combination, with the coefficient 1.")
	}
	if s.Uncapped.Cmp(s.Coefficient) != 0 {
		w.say("III bis-4-5", "%s : coefficient %s, limité à %s.", "%s: coefficient %s, capped at %s.", who, number{s.Uncapped}, number{s.Coefficient})
		return
	}
	if s.Reference {
		return
	}
	if s.Among != s.Size {
		w.say("III bis-4-4", "%s : coefficient de difficulté (%s × %s) ÷ (%s × %s) {=} %s.", "%s: difficulty coefficient (%s × %s) ÷ (%s × %s) {=} %s.",
			who, number{s.ReferenceChance}, s.Among, number{s.Chance}, s.Size, number{s.Coefficient})
		return
	}
	w.say("III bis-4-4", "%s : coefficient de difficulté %s ÷ %s {=} %s.", "%s: difficulty coefficient %s ÷ %s {=} %s.",
		who, number{s.ReferenceChance}, number{s.Chance}, number{s.Coefficient})
}

func orderName(horses []tote.Horse) string {
	name := ""
	for i, h := range horses {
		if i > 0 {
			name += "-"
		}
		name += h.String()
	}
	return name
}

func (w *writer) singleReference(s *rulebook.SingleReference) {
	w.once("reference", "Rapport de référence", "Reference rapport")
	w.say("III bis-4-6", "Solde après %s pour les fonds de réserve : %s − %s × %s {=} %s.",
		"Balance after %s for the reserve funds: %s − %s × %s {=} %s.", s.Reserve, cents{s.Mass}, s.Reserve, cents{s.Mass}, cents{s.Balance})
	if s.Weighted.Cmp(s.Least) < 0 {
		w.say("II-17-II", "Les mises pondérées, %s, sont inférieures à la mise minimale nette %s, qui divise ; le reste va aux fonds de réserve.",
			"The weighted stakes, %s, are below the net minimum stake %s, which divides; the rest goes to the reserve funds.", cents{s.Weighted}, cents{s.Least})
	}
	w.reference = s.Reference
	divisor := s.Weighted
	if divisor.Cmp(s.Least) < 0 {
		divisor = s.Least
	}
	w.say("III bis-4-6", "Rapport brut de référence : %s ÷ %s {=} %s.", "Gross reference rapport: %s ÷ %s {=} %s.", cents{s.Balance}, cents{divisor}, number{s.Reference})
}

// commonRapport writes the gross rapport that the winners of a group have in common.
func (w *writer) commonRapport(s *rulebook.SingleRapport) {
	who := w.linesText(s.Lines)
	if w.increment != nil {
		base := new(big.Rat).Mul(w.increment, s.Coefficient)
		base.Sub(s.Common, base)
		w.say("III bis-4-7", "%s : %s ÷ %s + %s × %s {=} %s.", "%s: %s ÷ %s + %s × %s {=} %s.",
			who, number{base.Mul(base, s.Kept)}, number{s.Kept}, number{w.increment}, number{s.Coefficient}, number{s.Common})
		return
	}
	gross := new(big.Rat).Mul(w.reference, s.Coefficient)
	w.say("III bis-4-6", "%s : %s × %s {=} %s brut.", "%s: %s × %s {=} %s gross.", who, number{w.reference}, number{s.Coefficient}, number{gross})
	if gross.Cmp(s.Common) != 0 {
		w.deducted(gross, s.Common)
	}
}

func (w *writer) singleRapport(s *rulebook.SingleRapport) {
	if w.under != "rapports" {
		w.section("Rapports pour 1 €", "Dividends for €1")
	}
	w.under = "rapports"
	w.commonRapport(s)
	common := w.sum(plus(number{s.Common}))
	if s.Prime.Sign() != 0 {
		common = w.sum(plus(number{s.Common}), plus(number{s.Prime}))
		common.text = "(" + common.text + ")"
	}
	w.say("II-14", "%s : net %s × %s {=} %s → %s.", "%s: net %s × %s {=} %s → %s.", w.linesText(s.Lines), common, number{s.Kept}, number{s.Net}, s.Dividend)
}
