package rulebook

import "opentote/tote"

// multiPlaces are the four places paid: the first four, then the substitutes of
// III-7-8 in the order in which they are tried.
var multiPlaces = [...][]int{{1, 2, 3, 4}, {1, 2, 3, 5}, {1, 2, 4, 5}, {1, 3, 4, 5}, {2, 3, 4, 5}}

// four is a combination that a winning unit contains. A unit that contains
// several of one finish counts at the one of its lowest numbers: the one whose
// skipped horses it does not hold.
type four struct{ set, skip tote.HorseSet }

// addFinishes fills the card's fours. finishes holds the number of fours at the
// end of each: the real one, then the substitutes, each less what an earlier one
// holds. With dead heats a horse counts at every place that some breaking of the
// ties gives it (Y-4); without five classified there are no substitutes.
func (c *multiCard) addFinishes(arrival [][]tote.Horse) {
	seen := map[tote.HorseSet]bool{}
	for _, places := range multiPlaces {
		for _, f := range foursAt(arrival, places) {
			if !seen[f.set] {
				seen[f.set] = true
				c.fours = append(c.fours, f)
			}
		}
		c.finishes = append(c.finishes, len(c.fours))
		if !c.bet.figures.substitutes {
			break
		}
	}
}

// foursAt returns the sets of horses that some breaking of the ties puts exactly
// at the places, which are sorted. A group of tied horses gives as many as the
// places it covers, any of them.
func foursAt(arrival [][]tote.Horse, places []int) []four {
	fours := []four{{}}
	first := 1
	for _, group := range arrival {
		next := first + len(group)
		taken := 0
		for _, place := range places {
			if place >= first && place < next {
				taken++
			}
		}
		fours = withTaken(fours, tote.SetOf(group...), taken)
		first = next
	}
	if first <= places[len(places)-1] {
		return nil
	}
	return fours
}

// withTaken completes each of the fours with every choice of n of the tied
// horses.
func withTaken(fours []four, tied tote.HorseSet, n int) []four {
	if n == 0 {
		return fours
	}
	var all []four
	for _, f := range fours {
		for chosen := range tote.SetsInTop([][]tote.Horse{tied.Slice()}, n, tied.Len()) {
			below := tote.HorseSet(0) // the tied horses under the highest chosen
			if _, high := ends(chosen); high > 0 {
				below = tied & tote.Numbered(int(high)-1)
			}
			all = append(all, four{set: f.set | chosen, skip: f.skip | below.Without(chosen)})
		}
	}
	return all
}
