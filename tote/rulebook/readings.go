package rulebook

// Readings of doubtful text, each in one place of the code. AMB-n of 01-general,
// 02-simple and 12-international, C-n of 04-couple, D-n of 05-2sur4, Y-n of
// 06-multi, P-n of 10-pick5.
//
//	01 AMB-1   cents: exact halves up                          tote.Dividend.Pay
//	01 AMB-4   several non-runners: the complement replaces
//	           the first named                                 replacement, tote.Choice
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
//	02 s.1     Gagnant on a list of one horse: too few ran     simple.placesPaid
//	02 AMB-2   unbacked paying horse: its part goes to the
//	           others in proportion                            simpleCard.weights
//	03 AMB-1   carried: what is left once the kept part is
//	           rounded                                         ReportPlus.Carry
//	03 AMB-2   a part below one euro: nothing is carried        ReportPlus.Carry
//	03 AMB-4   order of races changed: valued, not staked       ReportPlus.Follow
//	03 AMB-5   Mix: the fraction belongs to the race            Mix
//	03 AMB-7   a race called off: the fraction still applies    LegEnd.Brings, ReportPlus.Carry
//	04 C-1     a stake's coefficient counts once, whatever the
//	           increments                                      coupleRanks.divide
//	04 C-2     order and 1 NP: any position behind one winner,
//	           the first position in a dead heat for first     ordreLines.addOut
//	04 C-3     seven declared or fewer: a third never pays at
//	           1 NP; the parts of the others as they are       couple.placedTop, outDivisions
//	04 C-4     several substitute pairs: equal parts           couple.mainDivisions
//	04 C-5     every horse tied for third is the third         substitutes, ordreSubstitutes
//	04 C-7     a substitute gets the main part alone           couple.outDivisions
//	04 C-8     constrained: unbacked pairs drop out            cascade
//	04 C-9     one rule of ten percent for all three           settle
//	04 C-10    of two horses: the first named of the whole
//	           bet, wherever it stands; the others stay        replacement
//	05 D-2     nothing on either rank, or nothing on the main
//	           rank and no non-runner: the mass is kept        pairCard.Share
//	05 D-3     constrained with no main stake: minimum to the
//	           non-runner rank, surplus kept                   pairCard.constrained
//	05 D-5     money kept for a booster is not available
//	           gross product                                   tote.Pool.Covers
//	11 AMB-1   a field whose bases are all out: the complement
//	           first; units left without a non-runner count     SingleCard.Count
//	11 AMB-2   Super4 with two non-runners: relative order      SingleCard.addRank
//	11 AMB-3   Super4 1NP, two first and several third: the
//	           general tie-breaking test                       SingleCard.finishes
//	11 AMB-4   groups of a rank: by the horses that ran         poolGroup
//	11 AMB-5   every recorded unit is cited, as named           Citations.Add
//	11 AMB-6   reference: the highest group probability         SingleCard.reference
//	11 AMB-7   cap of the Trio's 2NP: on the capped 1NP         SingleCard.limit
//	11 AMB-8   Super4 without Trio Ordre: no cap                SingleCard.limit
//	11 AMB-9   coefficients are not rounded                     SingleCard.coefficients
//	11 AMB-10  thin winners: weighted, net, of the bets on
//	           offer; of equal minimum stakes the first bet's   poolShare.reference, leastStake
//	11 AMB-11  no thin winners in the minimum procedure         poolShare.minimum
//	11 AMB-12  no progressive deduction there either            poolShare.minimum
//	11 AMB-13  negative surplus: no increment                   poolShare.minimum
//	11 AMB-14  article 8: one group a set of finishers          poolGroup
//	11 AMB-15  prime of thin winners: weighted stakes against
//	           the bet's own net minimum                       poolShare.usable
//	11 AMB-16  groups without stakes trigger no minimum         poolShare.ordinary
//	11 AMB-17  level b: both ranks with non-runners disappear   SinglePool.card
//	11 s.12    an ordinary calculation topped up (takes below
//	           10 %) is named as the minimum one               SingleCard.Share
//	11 s.2     nothing on offer on a race called off: called off SingleCard.firstReason
//	11 s.2     no bet treated: the first bet's reason           SingleCard.firstReason
//	06 Y-1     a unit with several winning fours is paid once  multiCard.Count, CountAlso
//	06 Y-2     the base is rounded before it is tested         multiCard.Share
//	06 Y-3     minima: the surplus may be negative             multiCard.minima
//	06 Y-4     a substitute's n-th horse is any that some
//	           breaking of the ties puts n-th                  foursAt
//	06 Y-5     the cheapest k is tested, held or not           multiCard.payable
//	06 Y-9     minima: rounded to the tenth, then lifted       multiCard.minima
//	07 II-9    of three horses or more: the complement replaces
//	           the first named of each unit                    tote.Choice
//	07 T-1     the exact order has its weight times all of the
//	           other orders' rapport; 09 V-9                   orderedCard.nets
//	07 T-2     thin 1 NP and 2 NP: the rest is kept             tierceCard.step
//	07 T-3     a pair or horse nobody backs in a dead heat:
//	           its part is kept                                tierceCard.step
//	07 T-4     substitutes in dead heats: the places in every
//	           breaking of the ties; 08 Q-4                    positionSets
//	07 T-5     a substitute set has both orders, reserved       tierceCard.ladder
//	07 T-6     1-3-4 and 2-3-4 have all 1 NP and 2 NP
//	           increments, and are in their divisors           tierceCard.ladder
//	07 T-7     first two of three classified: coefficient and
//	           2 NP increments on top                          tierceCard.addTwoHorses
//	07 T-8     constrained part of a set without exact order:
//	           kept; 08 Q-8, 09 V-7                            orderedCard.divideConstrained
//	07 T-9     constrained surplus negative, no exact order:
//	           refund                                          orderedCard.divideConstrained
//	07 T-10    no stake: judged on the divisor, exact orders
//	           included                                        ladder.divideSets
//	07 T-11    thin winners: the full minimum stake             tote.Pool.Divide
//	07 T-12    all exact: the other orders' share is in the one
//	           rapport                                         ladder.divideSets
//	07 T-13    a base out: only units that still hold a
//	           non-runner are refunded                         orderedCard.refunded
//	08 Q-1     a Bonus with a non-runner counts twice, also in
//	           reservation and divisor                         quarteCard.addNominal
//	08 Q-2     Bonus: an unclassified fourth horse counts       quarteCard.addNominal
//	08 Q-3     substitutes: with a non-runner paid once         quarteCard.holdingFirst
//	08 Q-5     three classified: with a non-runner still twice  quarteCard.addNominal
//	08 Q-7     the Bonus increment is added after deduction     orderedCard.nets
//	09 V-1     Bonus 3: two beyond the fourth; beyond the fifth
//	           when a tie starts at the third or before        quinteCard.addThrees
//	09 V-2     Bonus 3: of the first three, not of five         quinteCard.addThrees
//	09 V-3     the levy is not available gross product          tote.Terms.Open
//	09 V-4     no cap in the constrained calculation            orderedCard.divideConstrained
//	09 V-5     four classified, nobody has them: the first
//	           three                                           quinteCard.build
//	09 V-6     no cap when one of the orders is unbacked        ladder.hold
//	09 V-8     Tirelire of thin winners: all exact orders of
//	           the race together                               quinteCard.addPrize
//	09 V-11    units leave for the Quarté Plus whatever becomes
//	           of this pool                                    quinte.Card
//	09 V-12    Tirelire: the sum is rounded                     quinteCard.addPrize
//	10 P-3     thin 1 NP winners: the rest is kept             tote.Pool.Increment
//	10 P-4     a five nobody backs: its part is kept, in the
//	           constrained calculation too                     pick5Card.nets
//	10 P-6     one base out and replaced: refunded only with
//	           another non-runner                              pick5Card.Count
//	12 AMB-1   a minimum dividend is a top-up, at most to the
//	           stakes played                                   hostPool.pays
//	12 AMB-2   fewer classified than places: equal parts       international.horseCard
//	12 AMB-3   mates tie over two places that hold only their
//	           stable                                          mergeStables
//	12 s.10    a code without E_: one pool of both networks     tote.BetCode.Network
//	12 s.2     nobody has the winner: what the host pays
//	           instead is not known, and refused               HostedBet.Check
//	12 s.5     a negative profit: an unbacked part is a debt, paid
//	           first by what thin winners leave                hostPool.rapports
//	12         unbacked firsts and stables: the others share
//	           by number of firsts                             hostPool.dropUnbacked
//	II-6       the complement horse is not one of the twenty
//	           numbers, and horses of a full field are not
//	           named                                           tote.Shape.check
//	II-6       a horse that a free field lists at several
//	           places is one of the twenty; a ticket sold
//	           (tote.Pattern) lists at most twenty numbers     cases.Expand
