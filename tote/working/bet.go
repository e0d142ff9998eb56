package working

import (
	"fmt"
	"math/big"
	"strings"

	"opentote/tote"
)

// Bet is one bet in a settled pool and how its unit combinations ended there. It is
// never expanded: the counts are those that the settlement made.
type Bet struct {
	Pattern tote.Pattern
	Unit    tote.Money // stake of a unit combination
	Units   int
	// Tally is what Card.Count gave for the pattern; its Won is empty where the
	// result alone refunds the pool.
	Tally tote.Tally
	// Received says that the units counted here were sold in another pool of the race.
	Received bool
}

// Lines tells why the bet won, lost or was refunded in the pool.
func (b *Bet) Lines(p *Pool, lang Language) []Line {
	w := &writer{pool: p, lang: lang, articles: articlesOf(p.betOf(b))}
	w.section("Pari", "Bet")
	w.bet(b)
	return w.sections[0].Lines
}

// Cancelled tells of a bet that its bettor took back.
func Cancelled(cost tote.Money, lang Language) []Line {
	return alone(lang, "II-6", "Annulé par le parieur avant le départ : %s rendu.", "Cancelled by the bettor before the start: %s returned.", cost)
}

// Late tells of a bet that came after the true start of the race.
func Late(cost tote.Money, lang Language) []Line {
	return alone(lang, "II-6", "Enregistré après le départ réel de la course : %s remboursé.", "Recorded after the true start of the race: %s refunded.", cost)
}

// Jackpot tells of the service on a bet and the multipliers drawn, in tenths: in the
// pool the bet counts without it. won and refunded are the bet's in all, its part of
// the fund included, both zero until it has ended.
func Jackpot(stake tote.Money, tenths []uint32, won, refunded tote.Money, lang Language) []Line {
	multipliers := make([]string, len(tenths))
	for i, n := range tenths {
		multipliers[i] = "×" + tote.Dividend(n*10).String()
	}
	list := strings.Join(multipliers, ", ")
	if lang == French {
		list = strings.ReplaceAll(strings.Join(multipliers, " ; "), ".", ",")
	}
	w := &writer{pool: new(Pool), lang: lang}
	w.section("Jackpot", "Jackpot")
	w.say("II-11 ter", "Service Jackpot pour %s : %s. Ce qui dépasse ×1 est payé par le fonds du service ; rien sur une combinaison remboursée, dont la part du service est rendue.",
		"Jackpot service for %s: %s. What exceeds ×1 is paid by the service's fund; nothing on a refunded combination, whose part of the service goes back.", stake, list)
	if won > 0 {
		w.say("II-11 ter", "Gain avec le service, celui de la masse compris : %s.", "Won with the service, what the pool pays included: %s.", won)
	}
	if refunded > 0 {
		w.say("II-11 ter", "Remboursé, part du service comprise : %s.", "Refunded, the part of the service included: %s.", refunded)
	}
	return w.sections[0].Lines
}

// alone writes one line that is about no pool.
func alone(lang Language, article, fr, en string, cost tote.Money) []Line {
	w := &writer{pool: new(Pool), lang: lang}
	w.section("Pari", "Bet")
	w.say(article, fr, en, cost)
	return w.sections[0].Lines
}

// betOf returns the code of a bet: in a single pool each has its own.
func (p *Pool) betOf(b *Bet) tote.BetCode {
	network, single := strings.CutSuffix(string(p.Bet), "MASSE_UNIQUE")
	names := [...]string{1: "TRIO", 2: "TRIO_ORDRE", 3: "SUPER_QUATRE"}
	if single && int(b.Pattern.Variant) < len(names) {
		return tote.BetCode(network + names[b.Pattern.Variant])
	}
	return p.Bet
}

// Pays returns what the units of the bet that end in the pool win and get back there.
func (b *Bet) Pays(p *Pool) (won, refunded tote.Money) {
	refunded = b.Unit * tote.Money(b.refunded(p))
	if p.refunds(p.betOf(b)) != "" {
		return 0, refunded
	}
	for i, n := range b.Tally.Won {
		won += p.Settlement.Dividends[i].Pay(b.Unit) * tote.Money(n)
	}
	return won, refunded
}

// refunded is how many units are refunded in the pool.
func (b *Bet) refunded(p *Pool) int {
	if p.refunds(p.betOf(b)) != "" {
		return b.Units - b.Tally.Transferred
	}
	return b.Tally.Refunded
}

// refunds is why all bets of a code are refunded, empty where they are not.
func (p *Pool) refunds(code tote.BetCode) tote.Reason {
	for _, r := range p.Refunds {
		if r.Bet == code {
			return r.Reason
		}
	}
	if p.Settlement.RefundAll() {
		return p.Settlement.Reason
	}
	return ""
}

func (w *writer) bet(b *Bet) {
	cost, _ := b.Unit.Times(b.Units)
	w.say("", "%s, %s à %s : %s.", "%s, %s at %s: %s.", BetName(w.pool.betOf(b)), w.combinations(b.Units), b.Unit, cost)
	if b.Received {
		w.say(w.articles.out, "Combinaisons d'un Quinté Plus avec un non-partant, qui jouent ici.",
			"Combinations of a Quinté Plus with one non-runner, which play here.")
	}
	w.outHorses(b)
	w.refunded(b)
	if n := b.Tally.Transferred; n > 0 {
		w.say(w.articles.out, "Passé au Quarté Plus de la course, avec un non-partant : %s, %s.",
			"Moved to the race's Quarté Plus, with one non-runner: %s, %s.", w.combinations(n), b.Unit*tote.Money(n))
	}
	if w.pool.refunds(w.pool.betOf(b)) != "" {
		return
	}
	winning, won := w.wins(b)
	if left := b.Units - b.Tally.Refunded - b.Tally.Transferred - winning; left > 0 {
		w.losses(b, left, winning)
	}
	if winning > 0 {
		w.say("", "Gain : %s.", "Won: %s.", won)
	}
}

// refunded tells which units are refunded, and why.
func (w *writer) refunded(b *Bet) {
	n := b.refunded(w.pool)
	if n == 0 {
		return
	}
	back := b.Unit * tote.Money(n)
	switch reason := w.pool.refunds(w.pool.betOf(b)); {
	case reason == "":
		w.say("II-9, "+w.articles.out, "Remboursé à cause des non-partants : %s, %s.", "Refunded because of non-runners: %s, %s.", w.combinations(n), back)
	case n == b.Units:
		text, article := w.reason(w.articles, reason)
		w.say(article, "Remboursé en entier, %s : %s.", "Refunded in full, %s: %s.", back, text)
	default:
		text, article := w.reason(w.articles, reason)
		w.say(article, "Remboursé, %s, %s : %s.", "Refunded, %s, %s: %s.", w.combinations(n), back, text)
	}
}

// combinations writes a number of unit combinations.
func (w *writer) combinations(n int) string {
	text, _ := w.decimal(big.NewRat(int64(n), 1), 0)
	switch {
	case n == 1 && w.lang == French:
		return "1 combinaison"
	case n == 1:
		return "1 combination"
	case w.lang == French:
		return text + " combinaisons"
	}
	return text + " combinations"
}

// outHorses tells which horses of the bet did not run, and what the complement does.
func (w *writer) outHorses(b *Bet) {
	out := w.pool.Result.NonRunners
	named := (tote.SetOf(b.Pattern.Horses[:]...) | b.Pattern.Field) &^ 1
	if named&out == 0 {
		return
	}
	w.say("II-9", "Non-partants de ce pari : %s.", "Non-runners in this bet: %s.", w.horses(named&out))
	switch c := b.Pattern.Complement; {
	case c == 0:
	case out.Has(c):
		w.say("II-9", "Le cheval de complément, %s, est lui-même non-partant.", "The replacement horse, %s, is a non-runner itself.", c)
	default:
		w.say("II-9", "Le cheval de complément, %s, remplace un non-partant de chaque combinaison qui ne le contient pas déjà.",
			"The replacement horse, %s, replaces one non-runner in each combination that does not hold it already.", c)
	}
}

// winsMax bounds the winning lines that are written.
const winsMax = 12

// wins writes what the bet wins, line by line, each combination rounded on its own.
func (w *writer) wins(b *Bet) (units int, sum tote.Money) {
	written := 0
	for i, n := range b.Tally.Won {
		if n == 0 || w.pool.Settlement.Dividends[i] == 0 {
			continue
		}
		dividend := w.pool.Settlement.Dividends[i]
		each := dividend.Pay(b.Unit)
		units += n
		sum += each * tote.Money(n)
		if written++; written > winsMax {
			continue
		}
		exact := new(big.Rat).Mul(b.Unit.Rat(), big.NewRat(int64(dividend), 100))
		round := ""
		if exact.Cmp(each.Rat()) != 0 {
			text, _ := w.euros(each.Rat())
			round = " → " + text
		}
		if n > 1 || b.Units > 1 {
			round += w.said("\u00a0; ", "; ") + w.combinations(n)
		}
		w.say("II-14", "%s : gagnant, %s × %s = %s%s.", "%s: won, %s × %s = %s%s.", w.line(i), b.Unit, dividend, cents{exact}, round)
	}
	if written > winsMax {
		w.say("", "… et %s autres lignes gagnantes.", "… and %s more winning lines.", written-winsMax)
	}
	return units, sum
}

// asks are what the bets ask for: so many of the first places, in order or not.
var asks = map[string]struct {
	horses, places int
	ordered        bool
	fr, en         string
}{
	"SIMPLE_GAGNANT":  {1, 1, false, "le premier", "the first"},
	"SIMPLE_PLACE":    {1, 3, false, "l’un des chevaux placés", "one of the placed horses"},
	"COUPLE_GAGNANT":  {2, 2, false, "les deux premiers", "the first two"},
	"COUPLE_PLACE":    {2, 3, false, "deux des trois premiers", "two of the first three"},
	"COUPLE_ORDRE":    {2, 2, true, "les deux premiers dans l’ordre", "the first two in order"},
	"TIERCE":          {3, 3, false, "les trois premiers", "the first three"},
	"DEUX_SUR_QUATRE": {2, 4, false, "deux des quatre premiers", "two of the first four"},
	"QUARTE_PLUS":     {4, 4, false, "les quatre premiers, ou les trois premiers pour le Bonus", "the first four, or the first three for the Bonus"},
	"QUINTE_PLUS":     {5, 5, false, "les cinq premiers, ou trois ou quatre d’entre eux pour les Bonus", "the first five, or three or four of them for the Bonuses"},
	"MULTI":           {4, 4, false, "les quatre premiers", "the first four"},
	"MINI_MULTI":      {4, 4, false, "les quatre premiers", "the first four"},
	"PICK5":           {5, 5, false, "les cinq premiers", "the first five"},
	"TRIO":            {3, 3, false, "les trois premiers", "the first three"},
	"TRIO_ORDRE":      {3, 3, true, "les trois premiers dans l’ordre", "the first three in order"},
	"SUPER_QUATRE":    {4, 4, true, "les quatre premiers dans l’ordre", "the first four in order"},

	"SIMPLE_GAGNANT_INTERNATIONAL": {1, 1, false, "le premier", "the first"},
	"SIMPLE_PLACE_INTERNATIONAL":   {1, 3, false, "l’un des chevaux placés", "one of the placed horses"},
	"COUPLE_ORDRE_INTERNATIONAL":   {2, 2, true, "les deux premiers dans l’ordre", "the first two in order"},
	"TRIO_ORDRE_INTERNATIONAL":     {3, 3, true, "les trois premiers dans l’ordre", "the first three in order"},
}

// losses tells what the bet asks for and where its horses finished.
func (w *writer) losses(b *Bet, units, winning int) {
	switch {
	case w.nobodyWins():
		w.say(w.articles.none, "Perdant : %s. Personne ne gagne dans cette masse.", "Lost: %s. Nobody wins in this pool.", w.combinations(units))
	case winning > 0:
		w.say("", "Les autres perdent : %s.", "The others lose: %s.", w.combinations(units))
	default:
		w.say("", "Perdant : %s.", "Lost: %s.", w.combinations(units))
	}
	bet := asks[plain(string(w.pool.betOf(b)))]
	if bet.fr == "" {
		return
	}
	w.say("", "Il fallait %s.", "It took %s.", w.said(bet.fr, bet.en))
	w.finishes(b)
	if bet.ordered && winning == 0 && w.inTop(b, bet.horses, bet.places) {
		w.say("", "Les chevaux y sont, mais pas dans l'ordre du pari.", "The horses are there, but not in the order of the bet.")
	}
}

func (w *writer) said(fr, en string) string {
	if w.lang == French {
		return fr
	}
	return en
}

func (w *writer) nobodyWins() bool {
	for i, d := range w.pool.Settlement.Dividends {
		if d != 0 && w.pool.Stakes.OnLine[i] != 0 {
			return false
		}
	}
	return true
}

// finishes tells where the horses of the bet finished: those placed first, then
// how many others there are.
func (w *writer) finishes(b *Bet) {
	places := tote.PlacesOf(w.pool.Result.Arrival)
	set := ((tote.SetOf(b.Pattern.Horses[:]...) | tote.SetOf(b.Pattern.Complement) | b.Pattern.Field) &^ 1).Without(w.pool.Result.NonRunners)
	var placed, others []string
	for place := 1; place <= int(tote.MaxHorse); place++ {
		for h := range set.All {
			if int(places[h]) == place {
				placed = append(placed, fmt.Sprintf("%s (%s)", h, w.ordinal(place)))
			}
		}
	}
	for h := range set.All {
		if places[h] == 0 {
			others = append(others, h.String())
		}
	}
	if len(placed) > 0 {
		w.say("II-12", "Arrivée de ses chevaux : %s.", "Its horses finished: %s.", w.list(placed, 12))
	}
	if len(others) > 0 {
		w.say("II-12", "Non classés : %s.", "Not placed: %s.", w.list(others, 12))
	}
}

// inTop reports whether enough horses of the bet are among the places asked for.
func (w *writer) inTop(b *Bet, horses, places int) bool {
	finished := tote.PlacesOf(w.pool.Result.Arrival)
	top := finished.Top(places)
	return (tote.SetOf(b.Pattern.Horses[:]...) & top).Len() >= horses
}

// ordinal writes a place.
func (w *writer) ordinal(n int) string {
	if w.lang == French {
		if n == 1 {
			return "1er"
		}
		return fmt.Sprintf("%de", n)
	}
	suffix := "th"
	switch {
	case n%10 == 1 && n%100 != 11:
		suffix = "st"
	case n%10 == 2 && n%100 != 12:
		suffix = "nd"
	case n%10 == 3 && n%100 != 13:
		suffix = "rd"
	}
	return fmt.Sprintf("%d%s", n, suffix)
}
