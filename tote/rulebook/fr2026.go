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
	quinteRetailObserved = quinteOf(orderedShares{
		order: 8 * percent, disorder: 43 * percent, lower: []tote.Rate{65 * percent / 10, 425 * percent / 10},
	}, quinteObserved)
)

// Terms of the ordered bets as observed: a coefficient of 0.6, the base stakes of the
// 2026 offer, no deduction on rapports.
var (
	tierceTermsObserved = reserving(60*percent, french(2265*percent/100, 100, nil))
	quarteTermsObserved = reserving(60*percent, french(2465*percent/100, 150, nil))
	quinteTermsObserved = levying(8*percent, reserving(60*percent, french(3565*percent/100, 200, nil)))
)

// onlineObserved returns the provisional online book under one of its names. For
// never serves it: what is sold and settled follows the text of 2020 until there
// is another text.
func onlineObserved(id ID) Book {
	return Book{
		ID:          id,
		Network:     tote.Online,
		From:        20251101,
		Provisional: true,
		CancelDelay: cancelDelay,
		apart: []bet{
			{code: "E_QUINTE_PLUS", terms: quinteTermsObserved, build: quinteOnlineObserved},
		},
		bets: []bet{
			{
				code:  "E_COUPLE_GAGNANT",
				terms: french(2670*percent/100, 100, nil),
				build: coupleOf(coupleGagnant, coupleShares{main: 75 * percent, common: true}),
			},
			{
				code:  "E_COUPLE_PLACE",
				terms: french(2670*percent/100, 100, nil),
				build: coupleOf(couplePlace, coupleShares{main: 50 * percent}),
			},
			{
				code:  "E_DEUX_SUR_QUATRE",
				terms: french(2685*percent/100, 300, nil),
				build: deuxSurQuatre(75 * percent),
			},
			{code: "E_QUARTE_PLUS", terms: quarteTermsObserved, build: quarteObserved},
			{code: "E_SIMPLE_GAGNANT", terms: french(1390*percent/100, 100, nil), build: simpleGagnant},
			{code: "E_SIMPLE_PLACE", terms: french(1390*percent/100, 100, nil), build: simplePlace},
			{code: "E_TIERCE", terms: tierceTermsObserved, build: tierceObserved},
		},
	}
}
