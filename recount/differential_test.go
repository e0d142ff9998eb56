package recount_test

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"opentote/recount"
	"opentote/tote/cases"
	"opentote/tote/rulebook"
)

// TestAgree holds that the two calculators, which share no code, give every pool
// the same answer in every compared field, and that it conserves money.
func TestAgree(t *testing.T) {
	for _, p := range pools {
		t.Run(p.rulebook+" "+p.bet, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) { agree(t, p) })
		})
	}
}

// FuzzAgree is TestAgree with the fuzzer drawing the pools.
func FuzzAgree(f *testing.F) {
	for seed := range uint64(128) { // a pool takes some kilobytes of choices
		random := rand.New(rand.NewPCG(seed, seed))
		choices := make([]byte, 0, 1<<14)
		for len(choices) < cap(choices) {
			choices = binary.LittleEndian.AppendUint64(choices, random.Uint64())
		}
		f.Add(choices)
	}
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) { agree(t, oneOf(t, pools, "bet")) }))
}

func agree(t *rapid.T, p pool) {
	line, err := json.Marshal(drawCase(t, p))
	if err != nil {
		t.Fatal(err)
	}
	out, toteErr := cases.Answer(line)
	c, err := recount.Decode(line)
	if err != nil {
		t.Fatalf("%s\n%v", line, err)
	}
	got, err := recount.Compute(c)
	if err != nil || toteErr != nil {
		t.Fatalf("%s\nrecount: %v\ntote: %v", line, err, toteErr)
	}
	written, err := json.Marshal(out)
	if err != nil {
		t.Fatal(err)
	}
	want := new(recount.Answer)
	if err := json.Unmarshal(written, want); err != nil {
		t.Fatal(err)
	}
	if d := recount.Differences(got, want); len(d) > 0 {
		t.Fatalf("%s\nrecount, want tote's:\n%s", line, strings.Join(d, "\n"))
	}
	conserved(t, c, want)
}

type object = map[string]any

// pool is a bet of a rulebook in its online code, with the horses of a unit.
type pool struct {
	rulebook, bet string
	least, most   int
	complement    bool
	take          []string // besides the rulebook's
}

// in returns the code of the pool's bet in its rulebook.
func (p pool) in() string {
	if p.rulebook == retail && p.bet != masseUnique {
		return shopCode(p.bet)
	}
	return p.bet
}

const (
	masseUnique = "E_MASSE_UNIQUE"
	retail      = "fr-retail-2026-observed"
)

var pools = inBooks()

var pools2020 = []pool{
	{"fr-online-2020", "E_SIMPLE_GAGNANT", 1, 1, false, odd},
	{"fr-online-2020", "E_SIMPLE_PLACE", 1, 1, false, odd},
	{"fr-online-2020", "E_COUPLE_GAGNANT", 2, 2, true, odd},
	{"fr-online-2020", "E_COUPLE_PLACE", 2, 2, true, odd},
	{"fr-online-2020", "E_COUPLE_ORDRE", 2, 2, true, odd},
	{"fr-online-2020", "E_DEUX_SUR_QUATRE", 2, 2, true, odd},
	{"fr-online-2020", "E_MULTI", 4, 7, false, odd},
	{"fr-online-2020", "E_MINI_MULTI", 4, 6, false, odd},
	{"fr-online-2020", "E_TIERCE", 3, 3, true, odd},
	{"fr-online-2020", "E_QUARTE_PLUS", 4, 4, true, odd},
	{"fr-online-2020", "E_QUINTE_PLUS", 5, 5, true, odd},
	{"fr-online-2020", "E_PICK5", 5, 5, true, odd},
	{"fr-online-2020", "E_MASSE_UNIQUE", 3, 4, true, odd},
	{"fr-online-2020", "SIMPLE_GAGNANT_INTERNATIONAL", 1, 1, false, abroad},
	{"fr-online-2020", "SIMPLE_PLACE_INTERNATIONAL", 1, 1, false, abroad},
	{"fr-online-2020", "COUPLE_ORDRE_INTERNATIONAL", 2, 2, false, abroad},
	{"fr-online-2020", "TRIO_ORDRE_INTERNATIONAL", 3, 3, false, abroad},
}

// TestPoolsOfBooks holds that every bet of every rulebook is drawn.
func TestPoolsOfBooks(t *testing.T) {
	for _, id := range []rulebook.ID{"fr-online-2020", "fr-2026-observed", "fr-online-2026-observed", retail} {
		book, ok := rulebook.ByID(id)
		if !ok {
			t.Fatalf("no book %s", id)
		}
		codes := book.Codes()
		if _, ok := book.SinglePool(); ok {
			codes = append(codes, masseUnique)
		}
		for _, code := range codes {
			if !slices.ContainsFunc(pools, func(p pool) bool { return p.rulebook == string(id) && p.in() == string(code) }) {
				t.Errorf("no pool of %s is drawn for %s", code, id)
			}
		}
	}
}

// inBooks are the pools drawn for each rulebook: the bets of 2020, in online codes.
func inBooks() []pool {
	all := slices.Clone(pools2020)
	for _, p := range pools2020 {
		if strings.HasSuffix(p.bet, "_INTERNATIONAL") {
			continue
		}
		for _, id := range []string{"fr-2026-observed", "fr-online-2026-observed", retail} {
			p.rulebook = id
			all = append(all, p)
		}
	}
	return all
}

var (
	odd    = []string{"0.05", "0.12", "0.30", "0.0999", "0.2345"}
	abroad = []string{"0.10", "0.175", "0.20", "0.40"}
	money  = []int64{10, 25, 50, 65, 75, 100, 130, 150, 200, 300, 600, 1000, 2500, 9999, 50000, 123456, 1000000, 7654321}
)

// chance draws true one time in n.
func chance(t *rapid.T, n int, label string) bool {
	return rapid.IntRange(1, n).Draw(t, label) == n
}

func oneOf[T any](t *rapid.T, all []T, label string) T {
	return all[rapid.IntRange(0, len(all)-1).Draw(t, label)]
}

// field is a race as drawn: the order of all its horses, the best ones first.
type field struct {
	race   object
	runs   []int // those that took part, in finishing order, the unclassified last
	absent []int
	all    int
}

// drawCase draws a pool in the case format, with what is rare in life often:
// dead heats, non-runners, short fields, thin and crowded winners.
func drawCase(t *rapid.T, p pool) object {
	f := drawRace(t)
	c := object{"id": "drawn", "rulebook": p.rulebook, "bet": p.bet, "race": f.race}
	if strings.HasPrefix(p.bet, "E_QUINTE") && chance(t, 4, "no Quarté") {
		f.race["offers_quarte"] = false
	}
	if chance(t, 4, "top up") {
		c["top_up"] = true
	}
	if chance(t, 4, "take") || strings.HasSuffix(p.bet, "_INTERNATIONAL") {
		c["take_rate"] = oneOf(t, p.take, "rate")
	}
	switch {
	case strings.HasSuffix(p.bet, "_INTERNATIONAL"):
		c["host"] = drawHost(t, f, p.bet)
		delete(c, "top_up")
		if chance(t, 30, "not computed") {
			f.race["status"] = "not_computed"
		}
	case p.bet == masseUnique:
		drawPrimes(t, c)
		drawTable(t, c, f)
	case chance(t, 4, "reserve"):
		c["reserve_cents"] = oneOf(t, []int64{1, 12345, 100000, 10000000}, "cents")
	}
	stakes := []object{}
	for range rapid.IntRange(0, 24).Draw(t, "stakes") {
		stakes = append(stakes, drawStake(t, f, p))
	}
	if n := len(f.runs); n >= p.most && chance(t, 2, "losers") { // what most of a pool is
		s := object{"selection": f.runs[n-p.most:], "cents": oneOf(t, []int64{5000000, 30000, 400000, 123456789}, "lost")}
		if p.bet == masseUnique {
			s["bet"] = "E_SUPER_QUATRE"
		}
		stakes = append(stakes, s)
	}
	stakes = slices.DeleteFunc(stakes, func(s object) bool { return s == nil })
	c["stakes"] = stakes
	if p.rulebook == retail && !(p.bet == "E_QUINTE_PLUS" && chance(t, 2, "online code")) {
		inShopCodes(c)
	}
	return c
}

// inShopCodes gives a drawn case the codes of the shops.
func inShopCodes(c object) {
	if c["bet"] != masseUnique {
		c["bet"] = shopCode(c["bet"].(string))
	}
	for _, s := range c["stakes"].([]object) {
		if code, ok := s["bet"].(string); ok {
			s["bet"] = shopCode(code)
		}
	}
	if offer, ok := c["bets"].([]string); ok {
		for i := range offer {
			offer[i] = shopCode(offer[i])
		}
	}
	for _, key := range []string{"take_rates", "primes_cents"} {
		of, _ := c[key].(object)
		for code, value := range maps.Clone(of) {
			delete(of, code)
			of[shopCode(code)] = value
		}
	}
}

func shopCode(online string) string { return strings.TrimPrefix(online, "E_") }

func drawRace(t *rapid.T) *field {
	f := &field{all: oneOf(t, []int{12, 10, 16, 9, 8, 7, 11, 14, 6, 5, 13, 4, 3, 2}, "runners")} // drawn from the left
	var order []int
	for h := 1; h <= f.all; h++ {
		order = append(order, h)
	}
	order = rapid.Permutation(order).Draw(t, "order")
	out := min(rapid.IntRange(-2, 5).Draw(t, "non-runners"), f.all)
	f.absent, f.runs = order[:max(out, 0)], order[max(out, 0):]
	placed := len(f.runs)
	if chance(t, 3, "short") {
		placed = rapid.IntRange(0, placed).Draw(t, "placed")
	}
	arrival := [][]int{}
	for left := f.runs[:placed]; len(left) > 0; {
		n := 1
		if chance(t, 4, "dead heat") {
			n = min(rapid.IntRange(2, 6).Draw(t, "tied"), len(left)) // five first are 120 exact orders
		}
		arrival, left = append(arrival, left[:n]), left[n:]
	}
	f.race = object{"runners": f.all, "arrival": arrival}
	if len(f.absent) > 0 {
		f.race["non_runners"] = f.absent
	}
	if chance(t, 30, "status") {
		f.race["status"] = oneOf(t, []string{"run", "cancelled", "rerun_same_day", "rerun_other_day"}, "of the race")
	}
	return f
}

// drawSelection picks horses near the head of the finish, or non-runners.
func drawSelection(t *rapid.T, f *field, n int) []int {
	window := len(f.runs)
	if chance(t, 2, "near") {
		window = min(window, n+rapid.IntRange(0, 2).Draw(t, "beyond"))
	}
	from := slices.Clone(f.runs[:window])
	for _, h := range f.absent {
		if chance(t, 3, "absent") {
			from = append(from, h)
		}
	}
	if len(from) < n {
		return nil
	}
	if chance(t, 3, "in order") {
		return from[:n]
	}
	return rapid.Permutation(from).Draw(t, "selection")[:n]
}

func drawStake(t *rapid.T, f *field, p pool) object {
	s, bet := object{"cents": oneOf(t, money, "cents")}, p.bet
	n := rapid.IntRange(p.least, p.most).Draw(t, "horses")
	if bet == masseUnique {
		s["bet"] = "E_SUPER_QUATRE"
		if n == 3 {
			s["bet"] = oneOf(t, []string{"E_TRIO", "E_TRIO_ORDRE"}, "single")
		}
	}
	quinte := bet == "E_QUARTE_PLUS" && len(f.absent) > 0 && chance(t, 5, "from e-Quinté+")
	if quinte {
		n = 5
	}
	selection := drawSelection(t, f, n)
	if selection == nil {
		return nil
	}
	s["selection"] = selection
	out := 0
	for _, h := range selection {
		if slices.Contains(f.absent, h) {
			out++
		}
	}
	if quinte {
		if out != 1 {
			return nil
		}
		s["bet"] = "E_QUINTE_PLUS"
		return s
	}
	if !p.complement {
		return s
	}
	field := false
	if n > 1 && chance(t, 5, "bases") {
		field = true
		s["bases"] = slices.Clone(selection[:rapid.IntRange(1, n-1).Draw(t, "how many")])
	}
	if chance(t, 4, "complement") {
		c := rapid.IntRange(1, f.all).Draw(t, "horse")
		bases, _ := s["bases"].([]int)
		if !slices.Contains(selection, c) || field && !slices.Contains(bases, c) {
			s["complement"] = c
		}
	}
	return s
}

func drawPrimes(t *rapid.T, c object) {
	bets := []string{"E_TRIO", "E_TRIO_ORDRE", "E_SUPER_QUATRE"}
	if chance(t, 2, "offer") {
		c["bets"] = bets
	}
	if chance(t, 3, "prime") && c["bets"] != nil {
		c["primes_cents"] = object{oneOf(t, bets, "of"): int64(100000)}
	}
}

// drawTable draws a citation table, or rates of the three bets.
func drawTable(t *rapid.T, c object, f *field) {
	if chance(t, 6, "table") {
		table := object{}
		for h := 1; h <= f.all; h++ {
			var row []string
			for range 4 {
				row = append(row, fmt.Sprint(rapid.IntRange(1, 999).Draw(t, "euros")))
			}
			table[fmt.Sprint(h)] = row
		}
		c["citations"] = table
	}
	if chance(t, 6, "rates") {
		c["take_rates"] = object{"E_TRIO": "0.21", "E_SUPER_QUATRE": "0.3"}
	}
}

func drawHost(t *rapid.T, f *field, bet string) object {
	h := object{}
	set := func(key string, values ...any) {
		if chance(t, 2, key) {
			h[key] = oneOf(t, values, "value")
		}
	}
	splits := []any{"mass", "profit"}
	if strings.HasPrefix(bet, "TRIO") {
		splits = append(splits, "pro_rata")
	}
	set("split", splits...)
	set("places", 2, 3)
	set("place_split", "by_rank", "per_horse")
	set("step", "0.05", "0.10", "0.01")
	set("min_dividend", "1.00", "1.05", "1.10")
	set("unbacked", "share", "reserve")
	set("no_winner", "refund", "reserve")
	set("top_up", true, false)
	set("french_share", "0.25", "1")
	set("min_runners", 2, 3)
	set("stables", true, false)
	if f.all >= 4 && chance(t, 2, "stable") {
		mates := rapid.Permutation(slices.Concat(f.runs, f.absent)).Draw(t, "mates")
		f.race["stables"] = [][]int{mates[:2]}
		if chance(t, 2, "three") {
			f.race["stables"] = [][]int{mates[:3]}
		}
	}
	return h
}
