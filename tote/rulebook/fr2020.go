package rulebook

import "opentote/tote"

// percent writes rates as the rulebooks print them: 13.90 % is 1390*percent/100.
const percent = tote.One / 100

// cancelDelay is fifteen minutes, in milliseconds (II-6).
const cancelDelay = 15 * 60 * 1000

// Progressive deduction, groups of II-16.
var (
	group1 = tote.Scale{{UpTo: 500}, {Rate: 25 * percent}}
	group3 = tote.Scale{
		{UpTo: 20},
		{UpTo: 50, Rate: 10 * percent},
		{UpTo: 100, Rate: 15 * percent},
		{UpTo: 200, Rate: 20 * percent},
		{Rate: 25 * percent},
	}
	group2 = tote.Scale{
		{UpTo: 50},
		{UpTo: 100, Rate: 10 * percent},
		{UpTo: 200, Rate: 15 * percent},
		{UpTo: 500, Rate: 20 * percent},
		{Rate: 25 * percent},
	}
	group4 = tote.Scale{
		{UpTo: 10},
		{UpTo: 25, Rate: 10 * percent},
		{UpTo: 50, Rate: 15 * percent},
		{UpTo: 100, Rate: 20 * percent},
		{Rate: 25 * percent},
	}
	group5 = tote.Scale{
		{UpTo: 10},
		{UpTo: 20, Rate: 10 * percent},
		{UpTo: 30, Rate: 15 * percent},
		{UpTo: 50, Rate: 20 * percent},
		{Rate: 25 * percent},
	}
)

// frOnline2020 is the French online rulebook of 5 February 2020: take rates of
// II-14, minimum stakes of the heads of the chapters, minimum of II-14 and
// margin of II-15. The Couplé shares its surplus 77/23, in order
// 86/14, Placé 52/48 (III-3-4), the 2sur4 80/20 (III-5-4).
var frOnline2020 = Book{
	ID:          "fr-online-2020",
	Network:     tote.Online,
	From:        20200205,
	CancelDelay: cancelDelay,
	jackpots:    jackpotsOf2020,
	report: &ReportTerms{
		Bets:     []tote.BetCode{"E_COUPLE_GAGNANT", "E_COUPLE_PLACE", "E_DEUX_SUR_QUATRE", "E_SIMPLE_GAGNANT", "E_SIMPLE_PLACE"},
		MinStake: 100,
		MaxStake: 1000_00,
		LegsMin:  2,
	},
	single: &SinglePool{SingleTerms{
		Codes: [PoolBetCount]tote.BetCode{"E_TRIO", "E_TRIO_ORDRE", "E_SUPER_QUATRE"},
		Bets: [PoolBetCount]tote.Terms{
			reserving(80*percent, french(2515*percent/100, 150, group2)),
			reserving(80*percent, french(2515*percent/100, 150, group2)),
			reserving(80*percent, french(1675*percent/100, 100, group2)),
		},
		Reserve: 150 * percent / 100,
		Cap:     100,
	}},
	apart: []bet{{
		code:  "E_QUINTE_PLUS",
		terms: levying(8*percent, reserving(60*percent, french(3565*percent/100, 200, nil))),
		build: quinteOf(orderedShares{
			order: 12 * percent, disorder: 405 * percent / 10, lower: []tote.Rate{15 * percent, 325 * percent / 10},
		}, quinteRules{cap: 120}),
	}},
	bets: []bet{
		{
			code:  "E_COUPLE_GAGNANT",
			terms: french(2670*percent/100, 150, group3),
			build: coupleOf(coupleGagnant, coupleShares{main: 77 * percent}),
		},
		{
			code:  "E_COUPLE_ORDRE",
			terms: french(2670*percent/100, 150, group3),
			build: coupleOf(coupleOrdre, coupleShares{main: 86 * percent}),
		},
		{
			code:  "E_COUPLE_PLACE",
			terms: french(2670*percent/100, 150, group3),
			build: coupleOf(couplePlace, coupleShares{main: 52 * percent}),
		},
		{
			code:  "E_DEUX_SUR_QUATRE",
			terms: french(2685*percent/100, 300, group5),
			build: deuxSurQuatre(80 * percent),
		},
		{
			code:  "E_MINI_MULTI",
			terms: atLeast(105, french(3185*percent/100, 300, group5)),
			build: multiOf(&miniMultiOf2020),
		},
		{
			code:  "E_MULTI",
			terms: atLeast(105, french(3185*percent/100, 300, group5)),
			build: multiOf(&multiOf2020),
		},
		{
			code:  "E_PICK5",
			terms: french(3655*percent/100, 100, nil),
			build: pick5Of(50 * percent),
		},
		{
			code:  "E_QUARTE_PLUS",
			terms: reserving(80*percent, french(2465*percent/100, 130, group4)),
			build: quarteOf(orderedShares{
				order: 10 * percent, disorder: 46 * percent, lower: []tote.Rate{44 * percent},
			}),
		},
		{
			code:  "E_SIMPLE_GAGNANT",
			terms: french(1390*percent/100, 150, group1),
			build: simpleGagnant,
		},
		{
			code:  "E_SIMPLE_PLACE",
			terms: french(1390*percent/100, 150, group1),
			build: simplePlace,
		},
		{
			code:  "E_TIERCE",
			terms: french(2265*percent/100, 100, group5),
			build: tierceOf(orderedShares{
				order: 10 * percent, disorder: 50 * percent,
				lower: []tote.Rate{30 * percent, 10 * percent},
			}),
		},
	},
}

// french fills in what these bets have in common: a coefficient of 1, a minimum
// dividend of 1.10 in steps of 0.10, a margin of 10 %.
func french(take tote.Rate, minStake tote.Money, scale tote.Scale) tote.Terms {
	return tote.Terms{
		Take:        take,
		Coefficient: tote.One,
		MinStake:    minStake,
		Scale:       scale,
		Minimum:     110,
		Step:        10,
		Margin:      10 * percent,
	}
}

// atLeast changes the minimum dividend.
func atLeast(minimum tote.Dividend, terms tote.Terms) tote.Terms {
	terms.Minimum = minimum
	return terms
}

// reserving changes the net reservation coefficient.
func reserving(coefficient tote.Rate, terms tote.Terms) tote.Terms {
	terms.Coefficient = coefficient
	return terms
}

// levying sets part of the mass aside for a reserve fund (III-9-4).
func levying(levy tote.Rate, terms tote.Terms) tote.Terms {
	terms.Levy = levy
	return terms
}
