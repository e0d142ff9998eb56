package sim

import (
	"math/rand/v2"

	"opentote/tote"
)

// bettor is one person: online with an account, or the customer of a shop.
type bettor struct {
	online bool
	payer  int     // index of his account, or of his shop's till
	purse  float64 // in base stakes
}

func (b *bettor) network() tote.Network {
	if b.online {
		return tote.Online
	}
	return tote.Retail
}

const (
	// onlineShare of the bettors have an account.
	onlineShare = 0.25
	// meanRaces is how many races a bettor plays on a day, at most all.
	meanRaces = 4.0
	// anotherBet is the chance that a bettor places one more bet on a race, up
	// to betsMax.
	anotherBet = 0.35
	betsMax    = 5

	customersPerTill = 300
	tillsMin         = 2
	tillsMax         = 48
)

// streams of randomness: each part of a plan draws from its own, so that one
// cannot shift another.
const (
	bettorStream = 0x62657474 << 32
	raceStream   = 0x72616365 << 32
	shopStream   = 0x73686f70 << 32
)

// drawBettors draws n people and returns them with the numbers of accounts and
// tills they need.
func drawBettors(seed uint64, n int) (people []bettor, accounts, tills int) {
	rng := rand.New(rand.NewPCG(seed, bettorStream))
	tills = max(tillsMin, min(tillsMax, n/customersPerTill))
	people = make([]bettor, n)
	for i := range people {
		b := &people[i]
		b.online = rng.Float64() < onlineShare
		b.purse = drawPurse(rng)
		// Shops differ in size: the square favours the first ones.
		u := rng.Float64()
		if b.payer = int(u * u * float64(tills)); b.online {
			b.payer = accounts
			accounts++
		}
	}
	return people, accounts, tills
}

// visit is a bettor who plays a race.
type visit struct {
	bettor int32
	bets   int8
}

// drawVisits decides who plays which races: for each race its visitors, in
// order of their numbers.
func drawVisits(seed uint64, people []bettor, races []*Race) [][]visit {
	visits := make([][]visit, len(races))
	var appeal [3][]float64 // by network, cumulated
	for _, n := range []tote.Network{tote.Online, tote.Retail} {
		sum := 0.0
		appeal[n] = make([]float64, len(races))
		for i, r := range races {
			sum += r.appeal(n)
			appeal[n][i] = sum
		}
	}
	rng := rand.New(rand.NewPCG(seed, raceStream))
	seen := make([]bool, len(races))
	for i := range people {
		cumulated := appeal[people[i].network()]
		total := cumulated[len(cumulated)-1]
		if total == 0 {
			continue
		}
		clear(seen)
		for want := 1 + int(rng.ExpFloat64()*(meanRaces-1)+0.5); want > 0; want-- {
			race := search(cumulated, rng.Float64()*total)
			bets := int8(1)
			for bets < betsMax && rng.Float64() < anotherBet {
				bets++
			}
			if !seen[race] { // a race drawn twice is played once
				seen[race] = true
				visits[race] = append(visits[race], visit{bettor: int32(i), bets: bets})
			}
		}
	}
	return visits
}

// appeal is how much a race draws bettors: by its bets and its prize money.
func (r *Race) appeal(n tote.Network) float64 {
	prize := min(float64(r.Prize)/100, 500_000)
	return float64(len(r.sold(n))) * (1 + prize/30_000)
}

// search returns the first index whose cumulated value passes at.
func search(cumulated []float64, at float64) int {
	low, high := 0, len(cumulated)-1
	for low < high {
		if mid := (low + high) / 2; cumulated[mid] > at {
			high = mid
		} else {
			low = mid + 1
		}
	}
	return low
}
