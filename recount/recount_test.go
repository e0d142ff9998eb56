package recount

import (
	"math/big"
	"slices"
	"strings"
	"testing"
)

// TestMalformed holds that what is not a pool is refused with a sentence.
func TestMalformed(t *testing.T) {
	const simple = `{"id":"a","bet":"E_SIMPLE_GAGNANT","race":{"runners":8,"arrival":[[2]]},"stakes":[{"selection":[2],"cents":100}]}`
	replace := func(old, new string) string { return strings.Replace(simple, old, new, 1) }
	for _, row := range []struct{ name, line, want string }{
		{"not JSON", `{`, "case"},
		{"two objects", simple + simple, "something follows"},
		{"unknown key", replace(`"id"`, `"idea":1,"id"`), "unknown field"},
		{"bet", replace("E_SIMPLE_GAGNANT", "E_SIMPLE"), "not in the rulebook"},
		{"rulebook", replace(`"id"`, `"rulebook":"fr-1891","id"`), "not known"},
		{"no runners", replace(`"runners":8`, `"runners":0`), "0 runners"},
		{"horse not declared", replace(`"selection":[2]`, `"selection":[9]`), "horse 9"},
		{"repeated horse", replace(`[[2]]`, `[[2],[2]]`), "horse 2 twice"},
		{"non-runner placed", replace(`"arrival"`, `"non_runners":[2],"arrival"`), "horse 2 twice"},
		{"empty place", replace(`[[2]]`, `[[]]`), "empty"},
		{"too many horses", replace(`"selection":[2]`, `"selection":[2,3]`), "2 horses"},
		{"no horse", replace(`"selection":[2]`, `"selection":[]`), "0 horses"},
		{"no money", replace(`"cents":100`, `"cents":0`), "0 cents"},
		{"negative money", replace(`"cents":100`, `"cents":-1`), "-1 cents"},
		{"half a cent", replace(`"cents":100`, `"cents":1.5`), "case"},
		{"huge stakes", replace(`{"selection":[2],"cents":100}`, `{"selection":[2],"cents":1000000000000},{"selection":[2],"cents":1}`), "exceed"},
		{"a stake beyond the largest", replace(`{"selection":[2],"cents":100}`, `{"selection":[2],"cents":1000000000001}`), "want 1 to 1000000000000"},
		{"no stakes", replace(`"stakes":[{"selection":[2],"cents":100}]`, `"top_up":true`), "stakes is missing"},
		{"no arrival", replace(`,"arrival":[[2]]`, ``), "arrival is missing"},
		{"a rate of seven decimals", replace(`"cents":100}]`, `"cents":100}],"take_rate":"0.1234567"`), "take rate"},
		{"a null", replace(`"cents":100}]`, `"cents":100}],"top_up":null`), "null"},
		{"a complement that a Simple does not know", replace(`"cents":100}`, `"cents":100,"complement":3}`), "no complement"},
		{"take of everything", replace(`"id"`, `"take_rate":"1","id"`), "take rate"},
		{"negative take", replace(`"id"`, `"take_rate":"-0.1","id"`), "take rate"},
		{"status", replace(`"arrival"`, `"status":"held","arrival"`), "status"},
		{"another bet's stake", replace(`"selection":[2]`, `"bet":"E_TRIO","selection":[2]`), "in a pool of"},
		{"complement not declared", replace(`"selection"`, `"complement":9,"selection"`), "complement"},
		{"reserve", replace(`"id"`, `"reserve_cents":-5,"id"`), "reserve_cents"},
	} {
		t.Run(row.name, func(t *testing.T) {
			c, err := Decode([]byte(row.line))
			if err == nil {
				_, err = Compute(c)
			}
			if err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("%s: error %v, want one with %q", row.line, err, row.want)
			}
		})
	}
}

// TestProgressive is 01 section 10: the flat parts and the values beside them.
func TestProgressive(t *testing.T) {
	for _, row := range []struct {
		scale   int
		g, want string
	}{
		{0, "999", "999"},
		{1, "500", "500"},
		{1, "510", "500"},
		{1, "1000", "750"},
		{2, "60", "54"},
		{2, "102", "90"},
		{2, "150", "127.5"},
		{2, "300", "240"},
		{2, "520", "400"},
		{2, "1000", "750"},
		{3, "20", "20"},
		{3, "25", "22.5"},
		{3, "52", "45"},
		{3, "60", "51"},
		{3, "150", "120"},
		{3, "300", "225"},
		{4, "15", "13.5"},
		{4, "30", "25.5"},
		{4, "60", "48"},
		{4, "150", "112.5"},
		{5, "10.5", "10"},
		{5, "15", "13.5"},
		{5, "25", "21.25"},
		{5, "40", "32"},
		{5, "60", "45"},
	} {
		if got := progressive(row.scale, dec(row.g)); got.Cmp(dec(row.want)) != 0 {
			t.Errorf("P%d(%s) = %s, want %s", row.scale, row.g, got.FloatString(4), row.want)
		}
	}
}

// TestNearest is 01 section 16-7: exact halves go up.
func TestNearest(t *testing.T) {
	for _, row := range []struct {
		cents    int64
		dividend string
		want     int64
	}{{105, "1.10", 116}, {115, "1.30", 150}, {75, "2.30", 173}, {100, "1.10", 110}} {
		if got := nearest(mul(num(row.cents), dec(row.dividend))); got.Cmp(big.NewInt(row.want)) != 0 {
			t.Errorf("%d cents at %s give %s, want %d", row.cents, row.dividend, got, row.want)
		}
	}
}

// TestSeatParts is the table of III-1-6: the parts of the paid horses.
func TestSeatParts(t *testing.T) {
	for _, row := range []struct {
		name    string
		arrival [][]int
		places  int
		want    string
	}{
		{"two places", [][]int{{4}, {7}, {2}}, 2, "4 1/2 7 1/2"},
		{"two places, two first", [][]int{{4, 7}, {2}}, 2, "4 1/2 7 1/2"},
		{"two places, two second", [][]int{{4}, {7, 2}}, 2, "2 1/4 4 1/2 7 1/4"},
		{"three places, two third", [][]int{{4}, {7}, {2, 9}}, 3, "2 1/6 4 1/3 7 1/3 9 1/6"},
		{"three places, three second", [][]int{{4}, {7, 2, 9}}, 3, "2 2/9 4 1/3 7 2/9 9 2/9"},
		{"three places, two first and two third", [][]int{{4, 7}, {2, 9}}, 3, "2 1/6 4 1/3 7 1/3 9 1/6"},
		{"three places, four first", [][]int{{4, 7, 2, 9}}, 3, "2 1/4 4 1/4 7 1/4 9 1/4"},
		{"three places, one classified", [][]int{{4}}, 3, "4 1/1"},
	} {
		parts := seatParts(row.arrival, row.places)
		var words []string
		for _, n := range slices.Sorted(slices.Values(parts.names)) {
			words = append(words, n, parts.of(n).String())
		}
		if got := strings.Join(words, " "); got != row.want {
			t.Errorf("%s: %s, want %s", row.name, got, row.want)
		}
	}
}

// TestOfficialChances is the illustration of IIIb-4-2 and 4-4: 23.60 %, 5.57 %
// and 2.78 %, coefficients 4.24 and 8.48.
func TestOfficialChances(t *testing.T) {
	s := single{c: &Case{Race: Race{Runners: 5}}}
	for p, column := range [][]int64{{236, 156, 111, 91, 31}, {206, 151, 121, 106, 41}, {181, 136, 126, 111, 71}, {11, 16, 26, 26, 26}} {
		s.table[p+1] = []*big.Rat{nil}
		for _, euros := range column {
			s.table[p+1] = append(s.table[p+1], num(euros))
		}
	}
	trio := new(big.Rat)
	for _, o := range permutations([]int{1, 2, 3}) {
		trio = add(trio, s.chance(o))
	}
	ordre, four := s.chance([]int{1, 2, 3}), s.chance([]int{1, 2, 3, 4})
	for _, row := range []struct {
		name string
		got  *big.Rat
		want string
	}{
		{"e-Trio", trio, "0.2360"}, {"e-Trio Ordre", ordre, "0.0557"}, {"e-Super4", four, "0.0278"},
		{"coefficient of e-Trio Ordre", div(trio, ordre), "4.2398"}, {"coefficient of e-Super4", div(trio, four), "8.4797"},
	} {
		if got := row.got.FloatString(4); got != row.want {
			t.Errorf("%s: %s, want %s", row.name, got, row.want)
		}
	}
}
