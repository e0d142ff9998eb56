package recount

import (
	"fmt"
	"math/big"
	"slices"
)

// multi is e-Multi (III-7) and e-Mini Multi (III-8): four of the first four,
// named among four to seven horses for one price.
type multi struct {
	*pool
	weights  map[int]int64    // w_k
	minima   map[int]*big.Rat // of "en k"
	cheapest int              // the largest k
	fours    [][]int          // winning sets of four
	step     int
}

func (p *pool) multi() (*Answer, error) {
	m := &multi{pool: p, cheapest: p.r.horsesMost}
	m.weights = map[int]int64{4: 105, 5: 21, 6: 7, 7: 3}
	m.minima = map[int]*big.Rat{4: dec("1.30"), 5: dec("1.20"), 6: dec("1.10"), 7: dec("1.05")}
	least := 8 // III-7-1
	if m.cheapest == 6 {
		m.weights = map[int]int64{4: 15, 5: 3, 6: 1}
		m.minima = map[int]*big.Rat{4: dec("1.15"), 5: dec("1.10"), 6: dec("1.05")}
		least = 7 // III-8-1
	}
	for _, u := range p.units {
		if len(u.running) < 4 { // III-7-4: what is left plays as "en k'"
			u.fate = refunded
		}
	}
	switch {
	case p.c.off():
		return p.refundAll(raceCancelled)
	case p.c.ran() < least:
		return p.refundAll(tooFewRunners)
	case classified(p.c.Race.Arrival) < 4:
		return p.refundAll(tooFewPlaced)
	}
	if !m.winners() {
		k := newReckoning("no_winner")
		k.keep(add(p.mass(), p.added))
		return p.answer(k)
	}
	k := m.ordinary()
	if k == nil {
		if k = m.minimal(); k == nil {
			return p.refundAll(minimumFails)
		}
	}
	return m.publish(k)
}

func (m *multi) rank(k int) string { return fmt.Sprintf("%s_EN_%d", m.c.Bet, k) }

// winners finds the first line of winning fours that somebody has: the finish,
// then for e-Multi the substitutes of III-7-8. A ticket wins once (06 Y-1).
func (m *multi) winners() bool {
	lines := [][][]int{sets(strictOrders(m.c.Race.Arrival, 4))}
	if m.cheapest == 7 {
		five := strictOrders(m.c.Race.Arrival, 5)
		lines = append(lines, sets(pick(five, 1, 2, 3, 5)), sets(pick(five, 1, 2, 4, 5)), sets(pick(five, 1, 3, 4, 5)), sets(pick(five, 2, 3, 4, 5)))
	}
	for step, fours := range lines {
		found := false
		for _, u := range m.units {
			if u.fate == lost && slices.ContainsFunc(fours, func(f []int) bool { return holds(u.running, f) }) {
				u.win(m.rank(len(u.running)), "")
				found = true
			}
		}
		if found {
			m.fours, m.step = fours, step
			return true
		}
	}
	return false
}

// weighted is W, the gross stakes times their weights.
func (m *multi) weighted() *big.Rat {
	w := new(big.Rat)
	for _, u := range m.units {
		if u.fate == won {
			w.Add(w, mul(u.cents, num(m.weights[len(u.running)])))
		}
	}
	return w
}

// ordinary is III-7-5; nil when the cheapest ticket would get less than 1.05.
func (m *multi) ordinary() *reckoning {
	w := m.weighted()
	k := newReckoning("normal")
	given, rest := thin(add(m.mass(), m.added), w, m.minimum)
	k.keep(rest)
	base := floorTo(mul(m.kept(), progressive(m.r.scale, div(given, mul(m.kept(), w)))), tenth)
	if less(mul(base, num(m.weights[m.cheapest])), dec("1.05")) {
		return nil
	}
	for en := 4; en <= m.cheapest; en++ {
		k.paid[m.rank(en)+" "] = mul(base, num(m.weights[en]))
	}
	return k
}

// minimal is III-7-6, the minimum rapports; nil is a refund.
func (m *multi) minimal() *reckoning {
	w := m.weighted()
	k := newReckoning("minima")
	held := m.sum(func(u *unit) bool { return u.fate == won })
	given, rest := thin(sub(add(m.mass(), m.added), held), w, m.minimum)
	k.keep(rest)
	i := div(given, w)
	for en := 4; en <= m.cheapest; en++ {
		net := add(num(1), mul(num(m.weights[en]), i))
		k.paid[m.rank(en)+" "] = larger(floorTo(net, tenth), m.minima[en])
	}
	if m.tenPercent(k) {
		return k
	}
	if !m.c.TopUp {
		return nil
	}
	k.procedure = "minima_topped_up"
	return k
}

// publish gives one line a winning four and "en k" (06 section 8).
func (m *multi) publish(k *reckoning) (*Answer, error) {
	a, err := m.answer(k)
	if err != nil {
		return nil, err
	}
	a.SubstituteStep, a.Dividends = m.step, nil
	for en := 4; en <= m.cheapest; en++ {
		for _, four := range m.fours {
			stake := m.sum(func(u *unit) bool { return u.fate == won && len(u.running) == en && holds(u.running, four) })
			if stake.Sign() > 0 {
				a.Dividends = append(a.Dividends, Dividend{
					Rank: m.rank(en), Combination: write(four),
					Dividend: decimal(k.paid[m.rank(en)+" "], decimalPlaces), StakeCents: stake.Num().Int64(),
				})
			}
		}
	}
	return a, nil
}
