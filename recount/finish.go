package recount

import (
	"slices"
	"strconv"
	"strings"
)

// strictOrders lists the first k horses of the arrival in every order that some
// way of breaking its ties gives (01 section 6.1); shorter lists when fewer
// than k horses are classified. Each list stands for the same number of
// complete strict orders.
func strictOrders(arrival [][]int, k int) [][]int {
	var out [][]int
	var walk func(taken []int, group int, left []int)
	walk = func(taken []int, group int, left []int) {
		for len(left) == 0 && group+1 < len(arrival) {
			group++
			left = arrival[group]
		}
		if len(taken) == k || len(left) == 0 {
			out = append(out, slices.Clone(taken))
			return
		}
		for i, h := range left {
			rest := slices.Delete(slices.Clone(left), i, i+1)
			walk(append(slices.Clone(taken), h), group, rest)
		}
	}
	walk(nil, -1, nil)
	return out
}

// place is the competition rank of a horse (1,1,3: 01 section 6); 0 when it is
// not classified.
func place(arrival [][]int, horse int) int {
	before := 0
	for _, group := range arrival {
		if slices.Contains(group, horse) {
			return before + 1
		}
		before += len(group)
	}
	return 0
}

// classified is how many horses the arrival holds.
func classified(arrival [][]int) int {
	n := 0
	for _, group := range arrival {
		n += len(group)
	}
	return n
}

// sorted is the horses in increasing order, in a list of their own.
func sorted(horses []int) []int {
	s := slices.Clone(horses)
	slices.Sort(s)
	return s
}

// write joins numbers by "-" in the order they have.
func write(horses []int) string {
	s := make([]string, len(horses))
	for i, h := range horses {
		s[i] = strconv.Itoa(h)
	}
	return strings.Join(s, "-")
}

// asSet writes horses without regard to their order.
func asSet(horses []int) string { return write(sorted(horses)) }

// holds reports whether every one of some is among all.
func holds(all, some []int) bool {
	return !slices.ContainsFunc(some, func(h int) bool { return !slices.Contains(all, h) })
}

// inFinishOrder sorts horses by place, tied ones by number.
func inFinishOrder(arrival [][]int, horses []int) []int {
	s := sorted(horses)
	slices.SortStableFunc(s, func(a, b int) int { return place(arrival, a) - place(arrival, b) })
	return s
}

// subsets lists the sets of k of the horses, each in the order of the list.
func subsets(horses []int, k int) [][]int {
	if k == 0 {
		return [][]int{{}}
	}
	var out [][]int
	for i := range horses {
		for _, rest := range subsets(horses[i+1:], k-1) {
			out = append(out, append([]int{horses[i]}, rest...))
		}
	}
	return out
}

// sets lists the different sets of horses among some lists, each in increasing
// order, the sets in increasing order too.
func sets(lists [][]int) [][]int {
	var out [][]int
	for _, l := range lists {
		out = append(out, sorted(l))
	}
	return distinct(out)
}

// distinct is the different lists, in increasing order.
func distinct(lists [][]int) [][]int {
	out := slices.Clone(lists)
	slices.SortFunc(out, slices.Compare)
	return slices.CompactFunc(out, slices.Equal)
}

// pick takes the horses at some positions (from 1) of every order that has them.
func pick(orders [][]int, positions ...int) [][]int {
	var out [][]int
	for _, o := range orders {
		if slices.Max(positions) > len(o) {
			continue
		}
		var l []int
		for _, at := range positions {
			l = append(l, o[at-1])
		}
		out = append(out, l)
	}
	return distinct(out)
}

// payable is a set of horses that pays in order and out of it.
type payable struct {
	horses []int
	key    string  // the set, in increasing order
	text   string  // the set, in finishing order
	exact  [][]int // its permutations that follow the finish
}

// payables groups the winning orders by the horses they hold, the sets in
// increasing order.
func payables(arrival [][]int, winning [][]int) []payable {
	var out []payable
	at := map[string]int{}
	for _, s := range sets(winning) {
		at[write(s)] = len(out)
		out = append(out, payable{horses: s, key: write(s), text: write(inFinishOrder(arrival, s))})
	}
	for _, w := range distinct(winning) {
		p := &out[at[asSet(w)]]
		p.exact = append(p.exact, w)
	}
	return out
}

// isExact reports whether a ticket's order is one that follows the finish.
func (p payable) isExact(order []int) bool {
	return slices.ContainsFunc(p.exact, func(e []int) bool { return slices.Equal(e, order) })
}
