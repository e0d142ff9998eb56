package rulebook

// Readings of doubtful text, each in one place of the code. AMB-n of 01-general
// and 02-simple, D-n of 05-2sur4.
//
//	01 AMB-1   cents: exact halves up                          tote.Dividend.Pay
//	01 AMB-4   several non-runners: the complement replaces
//	           the first named                                 replacement, tote.Choice
//	04 C-10    of two horses: the first named of the whole
//	           bet, wherever it stands; the others stay        replacement
//	01 AMB-5   thin winners: tested on each division, against
//	           the full minimum stake                          tote.Pool.Increment
//	01 AMB-6   10 % of the stakes played; exact products;
//	           booster money is not available                  tote.Pool.Covers
//	01 AMB-7   after a top-up the constrained dividends are
//	           paid, lifted to the minimum                     settle
//	01 AMB-8   added money enters X and X', not M/M'           tote.Terms.Open, OpenConstrained
//	01 AMB-9   previous bracket's highest: after deduction     tote.Scale.Apply
//	01 AMB-10  whole rapport, not slices                       tote.Scale.Apply
//	01 AMB-11  round down, then lift                           tote.Terms.Publish
//	02 AMB-1   declared horses include later non-runners       placesPaid
//	02 AMB-2   unbacked paying horse: its part goes to the
//	           others in proportion                            simpleCard.weights
//	05 D-2     nothing on either rank, or nothing on the main
//	           rank and no non-runner: the mass is kept        pairCard.Share
//	05 D-3     constrained with no main stake: minimum to the
//	           non-runner rank, surplus kept                   pairCard.constrained
//	05 D-5     money kept for a booster is not available
//	           gross product                                   tote.Pool.Covers
//	II-6       the complement horse is not one of the twenty
//	           numbers, and horses of a full field are not
//	           named                                           tote.Shape.check
