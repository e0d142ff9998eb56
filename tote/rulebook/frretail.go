package rulebook

import "opentote/tote"

// frRetailObserved is the shops' rulebook as far as published dividends tell:
// evidence, not law. Sources: rules/README (what 2025-26 dividends show) and the
// checks at the end of 02-simple, 04-couple and 05-2sur4. The Simple's take of 15.05 % is
// that of the probable odds of 29 May 2021, the Couplé's and the 2sur4's are the
// online ones; the Couplé shares 75/25, Placé 50/50, with one 1 NP increment in a
// dead heat for first, the 2sur4 75/25, since 1 November 2025 at the latest; base
// stakes are those of the 2026 offer; no progressive deduction is visible. From is the day when the networks' pools were
// separated, not the day when the figures were observed.
var frRetailObserved = Book{
	ID:          "fr-retail-2026-observed",
	Network:     tote.Retail,
	From:        20150101,
	Provisional: true,
	CancelDelay: cancelDelay,
	apart: []bet{
		{code: "QUINTE_PLUS", terms: quinteTermsObserved, build: quinteRetailObserved},
	},
	bets: []bet{
		{
			code:  "COUPLE_GAGNANT",
			terms: french(2670*percent/100, 200, nil),
			build: coupleOf(coupleGagnant, coupleShares{main: 75 * percent, common: true}),
		},
		{
			code:  "COUPLE_PLACE",
			terms: french(2670*percent/100, 200, nil),
			build: coupleOf(couplePlace, coupleShares{main: 50 * percent}),
		},
		{
			code:  "DEUX_SUR_QUATRE",
			terms: french(2685*percent/100, 300, nil),
			build: deuxSurQuatre(75 * percent),
		},
		{code: "QUARTE_PLUS", terms: quarteTermsObserved, build: quarteObserved},
		{
			code:  "SIMPLE_GAGNANT",
			terms: french(1505*percent/100, 200, nil),
			build: simpleGagnant,
		},
		{
			code:  "SIMPLE_PLACE",
			terms: french(1505*percent/100, 200, nil),
			build: simplePlace,
		},
		{code: "TIERCE", terms: tierceTermsObserved, build: tierceObserved},
	},
}
