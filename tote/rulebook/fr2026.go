package rulebook

import "opentote/tote"

// What published dividends of 2025-26 tell of the online shares (rules/README and the
// checks at the end of 04, 05, 07, 08 and 09): evidence, not law. The take rates and
// the levy do not show in dividends; they are those of 2020. The Tiercé's 43 % of
// both non-runner ranks are cut as its 40 % were. No progressive deduction is
// visible.
var (
	tierceObserved = tierceOf(orderedShares{
		order: 10 * percent, disorder: 47 * percent,
		lower: []tote.Rate{3225 * percent / 100, 1075 * percent / 100},
	})
	quarteObserved = quarteOf(orderedShares{
		order: 9 * percent, disorder: 42 * percent, lower: []tote.Rate{49 * percent},
	})
	quinteObserved       = quinteRules{cap: 120, fourOfFive: true}
	quinteOnlineObserved = quinteOf(orderedShares{
		order: 13 * percent, disorder: 385 * percent / 10, lower: []tote.Rate{7 * percent, 415 * percent / 10},
	}, quinteObserved)
	coupleGagnantObserved = coupleOf(coupleGagnant, coupleShares{main: 75 * percent, common: true})
	coupleOrdreObserved   = coupleOf(coupleOrdre, coupleShares{main: 86 * percent}) // as in 2020: no dividend tells
	couplePlaceObserved   = coupleOf(couplePlace, coupleShares{main: 50 * percent})
	quinteRetailObserved  = quinteOf(orderedShares{
		order: 8 * percent, disorder: 43 * percent, lower: []tote.Rate{65 * percent / 10, 425 * percent / 10},
	}, quinteObserved)
)

// Terms of the ordered bets as observed: a coefficient of 0.6, the base stakes of the
// offer of 2025-26, no deduction on rapports.
var (
	tierceTermsObserved = reserving(60*percent, french(2265*percent/100, 100, nil))
	quarteTermsObserved = reserving(60*percent, french(2465*percent/100, 150, nil))
	quinteTermsObserved = levying(8*percent, reserving(60*percent, french(3565*percent/100, 200, nil)))
)

// Terms of the bets of which no dividend of 2025-26 tells a share: the text of 2020 at
// the base stakes of the offer, without the deduction on rapports, which no bet
// that could show it still has (04-couple section 13, 07-tierce section 13).
var (
	multiTermsObserved = atLeast(105, french(3185*percent/100, 300, nil))
	pick5TermsObserved = french(3655*percent/100, 100, nil)
)

// couplePercent is the take of the Couplés and pairPercent that of the 2sur4 (II-14).
const (
	couplePercent = 2670 * percent / 100
	pairPercent   = 2685 * percent / 100
)

// singlePoolObserved returns the single pool under a network's codes and base stake of
// its Trios.
func singlePoolObserved(codes [PoolBetCount]tote.BetCode, trios tote.Money) *SinglePool {
	return &SinglePool{SingleTerms{
		Codes: codes,
		Bets: [PoolBetCount]tote.Terms{
			reserving(80*percent, french(2515*percent/100, trios, nil)),
			reserving(80*percent, french(2515*percent/100, trios, nil)),
			reserving(80*percent, french(1675*percent/100, 100, nil)),
		},
		Reserve: 150 * percent / 100,
		Cap:     100,
	}}
}

// onlineObserved returns the provisional online book under one of its names. It is in
// force from the first day whose programme offers its base stakes (ADR 8).
func onlineObserved(id ID) Book {
	return Book{
		ID:          id,
		Network:     tote.Online,
		From:        20251024,
		Provisional: true,
		CancelDelay: cancelDelay,
		jackpots:    jackpotsObserved,
		report:      frOnline2020.report,
		single:      singlePoolObserved([PoolBetCount]tote.BetCode{"E_TRIO", "E_TRIO_ORDRE", "E_SUPER_QUATRE"}, 100),
		apart: []bet{
			{code: "E_QUINTE_PLUS", terms: quinteTermsObserved, build: quinteOnlineObserved},
		},
		bets: []bet{
			{code: "E_COUPLE_GAGNANT", terms: french(couplePercent, 100, nil), build: coupleGagnantObserved},
			{code: "E_COUPLE_ORDRE", terms: french(couplePercent, 100, nil), build: coupleOrdreObserved},
			{code: "E_COUPLE_PLACE", terms: french(couplePercent, 100, nil), build: couplePlaceObserved},
			{code: "E_DEUX_SUR_QUATRE", terms: french(pairPercent, 300, nil), build: deuxSurQuatre(75 * percent)},
			{code: "E_MINI_MULTI", terms: multiTermsObserved, build: multiOf(&miniMultiOf2020)},
			{code: "E_MULTI", terms: multiTermsObserved, build: multiOf(&multiOf2020)},
			{code: "E_PICK5", terms: pick5TermsObserved, build: pick5Of(50 * percent)},
			{code: "E_QUARTE_PLUS", terms: quarteTermsObserved, build: quarteObserved},
			{code: "E_SIMPLE_GAGNANT", terms: french(1390*percent/100, 100, nil), build: simpleGagnant},
			{code: "E_SIMPLE_PLACE", terms: french(1390*percent/100, 100, nil), build: simplePlace},
			{code: "E_TIERCE", terms: tierceTermsObserved, build: tierceObserved},
		},
	}
}
