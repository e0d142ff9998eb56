package sim

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"time"

	"opentote/tote"
)

// PlanOptions sizes a day.
type PlanOptions struct {
	Seed    uint64
	Bettors int
	// OpenBefore is how long before its start a race goes on sale; zero means
	// four hours.
	OpenBefore time.Duration
	// Lead is how long before the day's first start the day begins; no race
	// opens earlier. Zero means OpenBefore.
	Lead time.Duration
}

func (o PlanOptions) withDefaults() PlanOptions {
	if o.OpenBefore <= 0 {
		o.OpenBefore = 4 * time.Hour
	}
	if o.Lead <= 0 {
		o.Lead = o.OpenBefore
	}
	return o
}

// Plan is a whole day decided in advance: the same for the same races, seed and
// number of bettors, whatever happens when it is carried out.
type Plan struct {
	Options PlanOptions
	Begins  time.Time
	Races   []*RacePlan // in the order of their start
	// Deposits are what each online account pays in before the day: the cost of
	// all it will bet and some change, so that no bet waits for a win. The last
	// account stays empty: its bets must be refused.
	Deposits []tote.Money
	Tills    int
	Chains   []*Chain // of reports

	bets      int // planned, deliberate refusals left out
	people    []bettor
	penniless int // account without a deposit
}

// RacePlan is the schedule of one race.
type RacePlan struct {
	Race    *Race
	Opens   time.Time
	Off     time.Time // STOP
	Chances chances   // true probabilities to win
	// Scratched are the non-runners in the order of their declaration.
	Scratched []Scratch
	// CalledOffAt is when a cancelled race is called off, before its off.
	CalledOffAt time.Time
	// Wagers are in order of time.
	Wagers []Wager
	// Late are sent after STOP and must be refused.
	Late []Wager
}

// Scratch is the declaration of a non-runner.
type Scratch struct {
	Horse tote.Horse
	At    time.Time
}

// NewPlan plans a day. It sorts races by start.
func NewPlan(races []*Race, o PlanOptions) *Plan {
	o = o.withDefaults()
	p := &Plan{Options: o}
	if len(races) == 0 {
		return p
	}
	sortRaces(races)
	p.Begins = races[0].Start.Add(-o.Lead)
	people, accounts, tills := drawBettors(o.Seed, o.Bettors)
	p.people, p.Tills, p.penniless = people, tills, accounts
	p.Deposits = make([]tote.Money, accounts+1)
	visits := drawVisits(o.Seed, people, races)
	for i, r := range races {
		p.Races = append(p.Races, p.planRace(r, visits[i]))
	}
	p.planChains()
	p.fund()
	return p
}

// planRace schedules one race from its own stream of randomness.
func (p *Plan) planRace(r *Race, visits []visit) *RacePlan {
	rng := rand.New(rand.NewPCG(p.Options.Seed, raceStream^uint64(r.ID)))
	rp := &RacePlan{Race: r, Off: r.Start, Opens: r.Start.Add(-p.Options.OpenBefore)}
	if rp.Opens.Before(p.Begins) {
		rp.Opens = p.Begins
	}
	rp.Chances = trueChances(r, rng)
	rp.planControl(rng)
	n := 0
	for _, v := range visits {
		n += int(v.bets)
	}
	rp.Wagers = make([]Wager, 0, n)
	for _, v := range visits {
		rp.planVisit(p, v, rng)
	}
	rp.finish(p.Options.Seed, p.penniless, rng)
	return rp
}

// planControl draws when non-runners are declared and when a race that will be
// cancelled is called off. Two in five non-runners come before most of the money,
// the others in the last forty minutes, when bets on them have been sold.
func (rp *RacePlan) planControl(rng *rand.Rand) {
	sale := rp.Off.Sub(rp.Opens)
	for _, h := range rp.Race.NonRunners {
		before := 5*time.Minute + time.Duration(rng.Float64()*float64(35*time.Minute))
		if rng.Float64() < 0.4 {
			before = logUniform(40*time.Minute, max(sale, 41*time.Minute), rng)
		}
		before = min(before, sale*9/10).Truncate(time.Second)
		rp.Scratched = append(rp.Scratched, Scratch{Horse: h, At: rp.Off.Add(-before)})
	}
	slices.SortStableFunc(rp.Scratched, func(a, b Scratch) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Horse, b.Horse))
	})
	called := 3*time.Minute + time.Duration(rng.Float64()*float64(27*time.Minute))
	if rp.Race.Fate == CalledOff {
		rp.CalledOffAt = rp.Off.Add(-min(called, sale/2).Truncate(time.Second))
	}
}

// runs returns the horses that run as known at t.
func (rp *RacePlan) runs(t time.Time) tote.HorseSet {
	runs := rp.Race.Declared
	for _, s := range rp.Scratched {
		if !t.Before(s.At) {
			runs = runs.Without(tote.SetOf(s.Horse))
		}
	}
	return runs
}

// closes returns when the last bet can be placed.
func (rp *RacePlan) closes() time.Time {
	if rp.Race.Fate == CalledOff {
		return rp.CalledOffAt
	}
	return rp.Off
}

// planVisit plans the bets of one bettor on the race. All he plays comes within
// half a minute.
func (rp *RacePlan) planVisit(p *Plan, v visit, rng *rand.Rand) {
	b := &p.people[v.bettor]
	at := rp.Off.Add(-beforeOff(rp.Off.Sub(rp.Opens), rng))
	offers := rp.Race.sold(b.network())
	for range v.bets {
		w := Wager{At: at, Bettor: int(v.bettor), Online: b.online, Payer: b.payer}
		at = at.Add(time.Duration(500+rng.IntN(10_000)) * time.Millisecond)
		ok := rp.planWager(&w, b, offers, rng)
		w.draw(rng)
		if ok && w.At.Before(rp.closes()) {
			rp.Wagers = append(rp.Wagers, w)
		}
	}
}

// planWager chooses the bet. It returns false when the field is too small.
func (rp *RacePlan) planWager(w *Wager, b *bettor, offers []int, rng *rand.Rand) bool {
	total := 0.0
	for _, i := range offers {
		total += rp.Race.Offers[i].weight()
	}
	at := rng.Float64() * total
	for _, i := range offers {
		w.Offer = i
		if at -= rp.Race.Offers[i].weight(); at < 0 {
			break
		}
	}
	o := &rp.Race.Offers[w.Offer]
	runs := rp.runs(w.At)
	field := tote.Field{Declared: rp.Race.Declared, NonRunners: rp.Race.Declared.Without(runs)}
	w.Pattern, w.Units = o.choose(rp.Chances.perceived(runs, rng), field, unitsOf(b.purse), rng)
	if w.Units == 0 {
		return false
	}
	w.Unit = o.unitStake(b.purse, w.Units, rng)
	return true
}

// finish sorts the wagers, spoils a few on purpose and plans the late ones.
func (rp *RacePlan) finish(seed uint64, penniless int, rng *rand.Rand) {
	rp.sort()
	for i := range rp.Wagers {
		rp.Wagers[i].spoil(rp, penniless, rng)
	}
	if len(rp.Wagers) == 0 {
		return
	}
	for range 1 + len(rp.Wagers)/500 {
		late := rp.Wagers[rng.IntN(len(rp.Wagers))]
		if late.Deed == Refused {
			continue // it would be refused for another reason
		}
		late.Deed, late.Wants, late.Units = Refused, []Code{RaceStopped}, 0
		late.At = rp.closes()
		rp.Late = append(rp.Late, late)
	}
	rp.planJackpots(seed)
	rp.planSpots(seed)
	rp.sort()
}

func (rp *RacePlan) sort() {
	slices.SortStableFunc(rp.Wagers, func(a, b Wager) int { return a.At.Compare(b.At) })
}

// fund counts the bets and sizes the deposits.
func (p *Plan) fund() {
	for _, rp := range p.Races {
		for i := range rp.Wagers {
			w := &rp.Wagers[i]
			if w.Deed == Refused {
				continue
			}
			p.bets++
			if w.Online {
				p.Deposits[w.Payer] += w.Price()
			}
		}
	}
	const note = 10_00
	for i, sum := range p.Deposits[:p.penniless] {
		p.Deposits[i] = (sum/note + 1) * note
	}
}

// Bets returns how many bets the plan places, deliberate refusals left out.
func (p *Plan) Bets() int { return p.bets }
