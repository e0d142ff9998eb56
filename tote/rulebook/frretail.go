package rulebook

import "opentote/tote"

// frRetailObserved is the shops' rulebook as far as published dividends tell:
// evidence, not law. Sources: rules/README (what 2025-26 dividends show) and the
// checks at the end of 02-simple, 04-couple and 05-2sur4. The Simple's take of
// 15.05 % is that of the probable odds of 29 May 2021; every other take is the
// online one of 2020, for want of a published one. The Couplé shares 75/25, Placé
// 50/50, with one 1 NP increment in a dead heat for first, the 2sur4 75/25, since 1
// November 2025 at the latest. Base stakes are those of the offer of 2025-26; no
// progressive deduction is visible. Multi, Pick5, Couplé Ordre and the single pool
// are the online ones of 2020 for the rest. From is the day when the networks'
// pools were separated, not the day when the figures were observed.
var frRetailObserved = Book{
	ID:          "fr-retail-2026-observed",
	Network:     tote.Retail,
	From:        20150101,
	Provisional: true,
	CancelDelay: cancelDelay,
	single:      singlePoolObserved([PoolBetCount]tote.BetCode{"TRIO", "TRIO_ORDRE", "SUPER_QUATRE"}, 200),
	apart: []bet{
		{code: "QUINTE_PLUS", terms: quinteTermsObserved, build: quinteRetailObserved},
	},
	bets: []bet{
		{code: "COUPLE_GAGNANT", terms: french(couplePercent, 200, nil), build: coupleGagnantObserved},
		{code: "COUPLE_ORDRE", terms: french(couplePercent, 200, nil), build: coupleOrdreObserved},
		{code: "COUPLE_PLACE", terms: french(couplePercent, 200, nil), build: couplePlaceObserved},
		{code: "DEUX_SUR_QUATRE", terms: french(pairPercent, 300, nil), build: deuxSurQuatre(75 * percent)},
		{code: "MINI_MULTI", terms: multiTermsObserved, build: multiOf(&miniMultiOf2020)},
		{code: "MULTI", terms: multiTermsObserved, build: multiOf(&multiOf2020)},
		{code: "PICK5", terms: pick5TermsObserved, build: pick5Of(50 * percent)},
		{code: "QUARTE_PLUS", terms: quarteTermsObserved, build: quarteObserved},
		{code: "SIMPLE_GAGNANT", terms: french(1505*percent/100, 200, nil), build: simpleGagnant},
		{code: "SIMPLE_PLACE", terms: french(1505*percent/100, 200, nil), build: simplePlace},
		{code: "TIERCE", terms: tierceTermsObserved, build: tierceObserved},
	},
}
