package rulebook_test

import (
	"slices"
	"strconv"
	"strings"

	"opentote/tote"
)

// orderedModel is the slow model of the ordered bets' ranks: it breaks the ties of
// the finish in every way and looks at one unit at a time.
type orderedModel struct {
	bet    tote.BetCode
	result tote.Result
	orders [][]tote.Horse // every strict order of the first five
	places tote.Places
	// fourOfFive: the Bonus of four takes any four of the first five.
	fourOfFive bool
}

func modelOf(bet tote.BetCode, r tote.Result) *orderedModel {
	m := &orderedModel{bet: bet, result: r, places: tote.PlacesOf(r.Arrival)}
	for order := range tote.TopOrderings(r.Arrival, min(5, r.Classified())) {
		m.orders = append(m.orders, slices.Clone(order))
	}
	return m
}

// sizes of the three bets' combinations.
var orderedSizes = map[tote.BetCode]int{"E_TIERCE": 3, "E_QUARTE_PLUS": 4, "E_QUINTE_PLUS": 5}

// afterComplement applies II-9-II to a unit, word for word.
func afterComplement(p *tote.Pattern, unit []tote.Horse, out tote.HorseSet) []tote.Horse {
	unit = slices.Clone(unit)
	c := p.Complement
	if c == 0 || out.Has(c) || slices.Contains(unit, c) {
		return unit
	}
	if i := slices.IndexFunc(unit, out.Has); i >= 0 {
		unit = append(slices.Delete(unit, i, i+1), c)
	}
	return unit
}

// ends returns where a unit is counted: "refunded", "transferred", or the ranks and
// combinations of its lines.
func (m *orderedModel) ends(p *tote.Pattern, unit []tote.Horse) []string {
	unit = afterComplement(p, unit, m.result.NonRunners)
	runners := slices.DeleteFunc(slices.Clone(unit), m.result.NonRunners.Has)
	out := len(unit) - len(runners)
	basesOut := p.Formula == tote.Base && p.Bases()&^m.result.NonRunners == 0
	switch {
	case out > 0 && basesOut:
		return []string{"refunded"}
	case m.bet == "E_TIERCE" && out == 3, m.bet != "E_TIERCE" && out >= 2:
		return []string{"refunded"}
	case m.bet == "E_QUINTE_PLUS" && out == 1:
		return []string{"transferred"}
	}
	switch m.bet {
	case "E_TIERCE":
		return m.tierce(runners, out)
	case "E_QUARTE_PLUS":
		return m.quarte(runners, out)
	}
	return m.quinte(runners)
}

// at returns what stands at the places, counted from 1, in an order, nil when it is
// too short.
func at(order []tote.Horse, places ...int) []tote.Horse {
	var horses []tote.Horse
	for _, place := range places {
		if place > len(order) {
			return nil
		}
		horses = append(horses, order[place-1])
	}
	return horses
}

// among returns the sets that stand at the places in some order, sorted, and whether
// the unit stands there exactly in one.
func (m *orderedModel) among(unit []tote.Horse, places ...int) (sets []tote.HorseSet, exact bool) {
	for _, order := range m.orders {
		horses := at(order, places...)
		if horses == nil {
			continue
		}
		sets = append(sets, tote.SetOf(horses...))
		exact = exact || slices.Equal(horses, unit)
	}
	slices.SortFunc(sets, func(a, b tote.HorseSet) int { return slices.Compare(a.Slice(), b.Slice()) })
	return slices.Compact(sets), exact
}

// inOrder names the line of the exact or of the other orders.
func (m *orderedModel) inOrder(unit []tote.Horse, exact bool) string {
	sorted := slices.Clone(unit)
	slices.SortFunc(sorted, func(a, b tote.Horse) int {
		if m.places[a] != m.places[b] {
			return int(m.places[a]) - int(m.places[b])
		}
		return int(a) - int(b)
	})
	if exact {
		return "ORDRE " + joinHorses(sorted)
	}
	return "DESORDRE " + joinHorses(sorted)
}

func joinHorses(horses []tote.Horse) string {
	var names []string
	for _, h := range horses {
		names = append(names, strconv.Itoa(int(h)))
	}
	return strings.Join(names, "-")
}

func joinSet(set tote.HorseSet) string { return joinHorses(set.Slice()) }

func (m *orderedModel) tierce(runners []tote.Horse, out int) []string {
	set := tote.SetOf(runners...)
	pairs, _ := m.among(nil, 1, 2)
	firsts, _ := m.among(nil, 1)
	threeOnly := m.result.Classified() == 3
	switch out {
	case 2:
		if slices.Contains(firsts, set) {
			return []string{"2NP " + joinSet(set) + "-NP-NP"}
		}
		return nil
	case 1:
		if !slices.Contains(pairs, set) {
			return nil
		}
		if threeOnly {
			return []string{"1NP " + joinSet(set) + "-NP", "2CHEVAUX " + joinSet(set)}
		}
		return []string{"1NP " + joinSet(set) + "-NP"}
	}
	for _, places := range [][]int{{1, 2, 3}, {1, 2, 4}, {1, 3, 4}, {2, 3, 4}} {
		if sets, exact := m.among(runners, places...); slices.Contains(sets, set) {
			return []string{m.inOrder(runners, exact)}
		}
	}
	if threeOnly {
		for _, pair := range pairs {
			if pair&^set == 0 {
				return []string{"2CHEVAUX " + joinSet(pair)}
			}
		}
	}
	return nil
}

// quarte returns the line of the real finish and those of each substitute, which
// exclude each other.
func (m *orderedModel) quarte(runners []tote.Horse, out int) []string {
	set := tote.SetOf(runners...)
	var ends []string
	quartets, exact := m.among(runners, 1, 2, 3, 4)
	trios, _ := m.among(nil, 1, 2, 3)
	switch {
	case out == 0 && slices.Contains(quartets, set):
		ends = append(ends, m.inOrder(runners, exact))
	default:
		for _, trio := range trios {
			if trio&^set != 0 {
				continue
			}
			if out == 1 {
				ends = append(ends, "BONUS_1NP "+joinSet(trio)+"-NP")
				break
			}
			ends = append(ends, "BONUS "+joinSet(trio))
			break
		}
	}
	if m.result.Classified() == 3 {
		return ends
	}
	tried := trios
	for _, places := range [][]int{{1, 2, 4}, {1, 3, 4}, {2, 3, 4}, {1, 2}, {1, 3}, {2, 3}} {
		sets, _ := m.among(nil, places...)
		sets = slices.DeleteFunc(sets, func(s tote.HorseSet) bool { return slices.Contains(tried, s) })
		tried = append(tried, sets...)
		for _, s := range sets {
			if s&^set == 0 {
				rank := map[int]string{3: "BONUS ", 2: "2CHEVAUX "}[len(places)]
				ends = append(ends, rank+joinSet(s))
				break
			}
		}
	}
	return ends
}

func (m *orderedModel) quinte(runners []tote.Horse) []string {
	set := tote.SetOf(runners...)
	if quintets, exact := m.among(runners, 1, 2, 3, 4, 5); slices.Contains(quintets, set) {
		return []string{m.inOrder(runners, exact)}
	}
	for _, four := range m.fours() {
		if four&^set == 0 {
			return []string{"BONUS_4 " + joinSet(four)}
		}
	}
	beyond := m.bonus3Limit()
	trios, _ := m.among(nil, 1, 2, 3)
	for _, trio := range trios {
		if trio&^set != 0 {
			continue
		}
		for h := range (set &^ trio).All {
			if m.places[h] != 0 && int(m.places[h]) <= beyond {
				return nil
			}
		}
		return []string{"BONUS_3 " + joinSet(trio)}
	}
	return nil
}

// fours returns the sets of the Bonus of four horses.
func (m *orderedModel) fours() []tote.HorseSet {
	fours, _ := m.among(nil, 1, 2, 3, 4)
	if !m.fourOfFive {
		return fours
	}
	for _, places := range [][]int{{1, 2, 3, 5}, {1, 2, 4, 5}, {1, 3, 4, 5}, {2, 3, 4, 5}} {
		more, _ := m.among(nil, places...)
		fours = append(fours, more...)
	}
	slices.SortFunc(fours, func(a, b tote.HorseSet) int { return slices.Compare(a.Slice(), b.Slice()) })
	return slices.Compact(fours)
}

// bonus3Limit is the place beyond which the other two horses of a Bonus of three
// must be.
func (m *orderedModel) bonus3Limit() int {
	before := 0
	for _, group := range m.result.Arrival {
		if m.fourOfFive || len(group) > 1 && before < 3 {
			return 5
		}
		before += len(group)
	}
	return 4
}
