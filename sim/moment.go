package sim

import (
	"math"
	"math/rand/v2"
	"time"
)

// The hour of a bet, counted back from the off. Half of a race's money comes in
// its last five minutes (PMU's figure in the design), more than a fifth in the
// last one, thicker towards its end; the rest thins out over the hours before,
// equal amounts in equal ratios of time:
//
//	share   before the off
//	22 %    under a minute, exponential of mean 25 s
//	29 %    1 to 5 minutes, uniform
//	29 %    5 to 30 minutes, log-uniform
//	20 %    30 minutes to the opening, log-uniform
const (
	burstShare = 0.22
	lateShare  = 0.29
	soonShare  = 0.29

	burstMean = 25 * time.Second
	lateFrom  = 5 * time.Minute
	soonFrom  = 30 * time.Minute

	// lastMoment keeps the last bets clear of STOP.
	lastMoment = 500 * time.Millisecond
)

// beforeOff draws how long before the off a bet is placed, in a race on sale
// for the given time. In short sales what would have come earlier comes at any
// moment.
func beforeOff(sale time.Duration, rng *rand.Rand) time.Duration {
	var d time.Duration
	switch u := rng.Float64(); {
	case u < burstShare:
		// Inverse of the exponential law cut at one minute.
		cut := 1 - math.Exp(-float64(time.Minute)/float64(burstMean))
		d = time.Duration(-float64(burstMean) * math.Log(1-cut*rng.Float64()))
	case u < burstShare+lateShare:
		d = time.Minute + time.Duration(rng.Float64()*float64(lateFrom-time.Minute))
	case u < burstShare+lateShare+soonShare:
		d = logUniform(lateFrom, soonFrom, rng)
	default:
		d = logUniform(soonFrom, max(sale, soonFrom+time.Minute), rng)
	}
	if d >= sale {
		d = time.Duration(rng.Float64() * float64(sale))
	}
	return max(lastMoment, d.Truncate(time.Millisecond))
}

func logUniform(from, to time.Duration, rng *rand.Rand) time.Duration {
	return time.Duration(float64(from) * math.Pow(float64(to)/float64(from), rng.Float64()))
}
