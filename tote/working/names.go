package working

import (
	"strings"

	"opentote/tote"
	"opentote/tote/rulebook"
)

// bets are the bets' names and their articles, by code without network.
var bets = map[string]struct {
	name string
	articles
}{
	"SIMPLE_GAGNANT":  {"Simple Gagnant", simpleArticles},
	"SIMPLE_PLACE":    {"Simple Placé", simpleArticles},
	"COUPLE_GAGNANT":  {"Couplé Gagnant", coupleArticles},
	"COUPLE_PLACE":    {"Couplé Placé", coupleArticles},
	"COUPLE_ORDRE":    {"Couplé Ordre", coupleArticles},
	"TIERCE":          {"Tiercé", articles{"III-4-1", "III-4-3", "III-4-4", "III-4-5", "III-4-7"}},
	"DEUX_SUR_QUATRE": {"2sur4", articles{"III-5-1", "III-5-3", "III-5-4", "III-5-5", "III-5-7"}},
	"QUARTE_PLUS":     {"Quarté Plus", articles{"III-6-1", "III-6-3", "III-6-4", "III-6-5", "III-6-7"}},
	"MULTI":           {"Multi", articles{"III-7-1", "III-7-4", "III-7-5", "III-7-6", "III-7-8"}},
	"MINI_MULTI":      {"Mini Multi", articles{"III-8-1", "III-8-4", "III-8-5", "III-8-6", "III-8-8"}},
	"QUINTE_PLUS":     {"Quinté Plus", articles{"III-9-1", "III-9-3", "III-9-4", "III-9-6", "III-9-9"}},
	"PICK5":           {"Pick5", articles{"III-10-1", "III-10-3", "III-10-4", "III-10-5", "III-10-7"}},
	"TRIO":            {"Trio", articles{"III bis-1-1", "III bis-1-3", "III bis-4-6", "III bis-4-7", "III bis-4-8"}},
	"TRIO_ORDRE":      {"Trio Ordre", articles{"III bis-2-1", "III bis-2-3", "III bis-4-6", "III bis-4-7", "III bis-4-8"}},
	"SUPER_QUATRE":    {"Super4", articles{"III bis-3-1", "III bis-3-3", "III bis-4-6", "III bis-4-7", "III bis-4-8"}},
	"MASSE_UNIQUE":    {"Trio, Trio Ordre, Super4", articles{"III bis-1-1", "III bis-1-3", "III bis-4-6", "III bis-4-7", "III bis-4-8"}},

	"SIMPLE_GAGNANT_INTERNATIONAL": {"Simple Gagnant international", articles{"III ter-2-1", "III ter-2-5", "III ter-2-6", "III ter-1-1", "III ter-2-7"}},
	"SIMPLE_PLACE_INTERNATIONAL":   {"Simple Placé international", articles{"III ter-2-1", "III ter-2-5", "III ter-2-6", "III ter-1-1", "III ter-2-7"}},
	"COUPLE_ORDRE_INTERNATIONAL":   {"Couplé Ordre international", articles{"III ter-3-1", "III ter-3-4", "III ter-3-5", "III ter-1-1", "III ter-3-7"}},
	"TRIO_ORDRE_INTERNATIONAL":     {"Trio Ordre international", articles{"III ter-4-1", "III ter-4-4", "III ter-4-5", "III ter-1-1", "III ter-4-7"}},
}

// articles are where the chapter of a bet says when all is refunded for want of
// runners, what non-runners do, how the pool is shared, how the minimum rapports are
// computed and what happens where there is no stake.
type articles struct{ runners, out, share, minima, none string }

var (
	simpleArticles = articles{"III-1-1", "III-1-4", "III-1-6", "III-1-7", "III-1-8"}
	coupleArticles = articles{"III-3-1", "III-3-3", "III-3-4", "III-3-5", "III-3-7"}
)

func articlesOf(bet tote.BetCode) articles { return bets[plain(string(bet))].articles }

// plain takes the network off a code.
func plain(code string) string { return strings.TrimPrefix(code, "E_") }

// BetName writes a bet's code as its name: "e-Couplé Gagnant". An unknown code stands
// for itself.
func BetName(code tote.BetCode) string {
	known, ok := bets[plain(string(code))]
	switch {
	case !ok:
		return string(code)
	case code.Network() == tote.Online:
		return "e-" + strings.ReplaceAll(known.name, ", ", ", e-")
	}
	return known.name
}

// suffixes are the ranks below or beside a bet's main one.
var suffixes = map[string]struct{ fr, en string }{
	"_ORDRE":     {"ordre", "exact order"},
	"_DESORDRE":  {"désordre", "any order"},
	"_1NP":       {"un non-partant", "one non-runner"},
	"_2NP":       {"deux non-partants", "two non-runners"},
	"_BONUS":     {"Bonus", "Bonus"},
	"_BONUS_1NP": {"Bonus, un non-partant", "Bonus, one non-runner"},
	"_BONUS_3":   {"Bonus 3", "Bonus 3"},
	"_BONUS_4":   {"Bonus 4", "Bonus 4"},
	"_2CHEVAUX":  {"deux chevaux", "two horses"},
	"_EN_4":      {"en 4", "in 4"},
	"_EN_5":      {"en 5", "in 5"},
	"_EN_6":      {"en 6", "in 6"},
	"_EN_7":      {"en 7", "in 7"},
}

// rank names a rank: "ordre", or the bet for its main rank.
func (w *writer) rank(rank string) string {
	bet, suffix := split(rank)
	name, ok := suffixes[suffix]
	switch {
	case tote.BetCode(rank) == w.pool.Bet:
		return w.said("principal", "main")
	case !ok:
		return BetName(tote.BetCode(rank))
	case w.lang == French:
		return w.ofBet(bet, name.fr)
	}
	return w.ofBet(bet, name.en)
}

// ofBet names the bet too where the pool has several.
func (w *writer) ofBet(bet, name string) string {
	if tote.BetCode(bet) == w.pool.Bet {
		return name
	}
	return BetName(tote.BetCode(bet)) + ", " + name
}

// split parts a rank into the code of the bet and the suffix.
func split(rank string) (bet, suffix string) {
	if _, whole := bets[plain(rank)]; whole {
		return rank, "" // TRIO_ORDRE is a bet, not a rank of the Trio
	}
	for i, c := range rank {
		_, known := bets[plain(rank[:i])]
		if _, ok := suffixes[rank[i:]]; c == '_' && known && ok {
			return rank[:i], rank[i:]
		}
	}
	return rank, ""
}

// reasons say why a whole pool is refunded.
var reasons = map[tote.Reason]struct{ fr, en string }{
	tote.RaceCancelled:          {"la course n’a pas été courue ce jour-là", "the race was not run that day"},
	tote.TooFewRunners:          {"trop peu de chevaux ont pris part à la course", "too few horses took part in the race"},
	tote.NoHorseClassified:      {"aucun cheval n’est classé à l’arrivée", "no horse is placed in the arrival"},
	tote.TooFewClassified:       {"trop peu de chevaux sont classés à l’arrivée", "too few horses are placed in the arrival"},
	tote.NoWinningStake:         {"aucune mise ne figure sur une combinaison payable", "there is no stake on a payable combination"},
	tote.BelowMinimum:           {"les rapports n’atteignent pas le minimum que le règlement garantit", "dividends do not reach the minimum that the rulebook guarantees"},
	tote.BetNotOffered:          {"le pari n’est pas proposé sur une telle course", "the bet is not offered on such a race"},
	rulebook.NotComputed:        {"l’organisateur étranger n’a pas réparti la masse le jour même", "the host did not share the pool on the day"},
	rulebook.PaymentsExceedMass: {"les paiements dépasseraient ce que la masse et l’organisateur couvrent", "payments would pass what the pool and the host bear"},
}

// reason writes why a pool is refunded and names the article.
func (w *writer) reason(of articles, r tote.Reason) (text, article string) {
	text = string(r)
	if said, ok := reasons[r]; ok {
		text = said.en
		if w.lang == French {
			text = said.fr
		}
	}
	switch r {
	case tote.RaceCancelled:
		return text, "II-4"
	case tote.TooFewRunners, tote.BetNotOffered:
		return text, of.runners
	case tote.BelowMinimum:
		return text, "II-15, " + of.minima
	case rulebook.NotComputed:
		return text, "III ter-1-2"
	case rulebook.PaymentsExceedMass:
		return text, "III ter-1-1"
	}
	return text, of.none
}
