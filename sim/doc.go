// Package sim is the public of a tote: a seeded population of bettors in shops
// and online, the race control of a day, and the checks that every cent is
// where it should be. It drives the public API and nothing else, so that what
// it proves holds for any client.
//
// Everything the population does is planned before the first bet from the
// programme and a seed ([NewPlan]); how fast the day runs, how the server
// schedules and how often it was busy change nothing of the pools. [Day] carries
// a plan out:
//
//	programme --> import --> accounts, tills --> timeline of the day
//	                                               |  slices of bets, answered whole,
//	                                               |  between race control's acts:
//	                                               |  open, non-runner, call off, STOP,
//	                                               |  result, dividends, settle, pay
//	                                               v
//	                                             report and checks
//
// The models, each beside its code: true chances and the favourite-longshot
// bias (chance.go), stakes (stake.go), the hour of a bet (moment.go), what is bet
// on (wager.go) and in which formulas (formula.go). Chances are floats; amounts
// never are.
package sim
