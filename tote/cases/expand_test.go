package cases_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"opentote/tote/cases"
)

// expand answers one line.
func expand(t *testing.T, line string, countOnly bool) (answer string, wrong int) {
	var out bytes.Buffer
	malformed, err := cases.Expand(strings.NewReader(line), &out, countOnly)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(out.String(), "\n"), malformed.Count
}

// TestExpand holds listings, costs and the counts the chapters print.
func TestExpand(t *testing.T) {
	tests := []struct{ name, line, want string }{
		{"unit in order", `{"id":"a","bet":"E_TIERCE","formula":"unit","horses":[7,2,5],"runners":12,"cents":100}`,
			`{"id":"a","count":1,"cents":100,"units":[[7,2,5]]}`},
		{"unit without order", `{"id":2,"bet":"E_TRIO","formula":"unit","horses":[7,2,5],"cents":150}`,
			`{"id":2,"count":1,"cents":150,"units":[[2,5,7]]}`},
		{"simple combined: bets of one horse", `{"id":"a","bet":"E_SIMPLE_PLACE","formula":"combined","horses":[7,2],"cents":150}`,
			`{"id":"a","count":2,"cents":300,"units":[[7],[2]]}`},
		{"combined keeps the bettor's order", `{"id":"a","bet":"E_COUPLE_ORDRE","formula":"combined","orders":"one","horses":[7,2,5],"cents":150}`,
			`{"id":"a","count":3,"cents":450,"units":[[7,2],[7,5],[2,5]]}`},
		{"all orders", `{"id":"a","bet":"E_COUPLE_ORDRE","formula":"unit","orders":"all","horses":[7,2],"cents":150}`,
			`{"id":"a","count":2,"cents":300,"units":[[7,2],[2,7]]}`},
		{"the minimum stake when none is given", `{"id":"a","bet":"E_QUARTE_PLUS","formula":"unit","horses":[7,2,5,1]}`,
			`{"id":"a","count":1,"cents":130,"units":[[7,2,5,1]]}`},
		{"partial field, one base at a place", `{"id":"a","bet":"E_TIERCE","formula":"field","orders":"one","bases":[4],"base_places":[2],"associates":[2,9],"cents":50}`,
			`{"id":"a","count":2,"cents":100,"units":[[2,4,9],[9,4,2]]}`},
		{"full field less a non-runner", `{"id":"a","bet":"E_COUPLE_GAGNANT","formula":"field","bases":[3],"runners":5,"non_runners":[4],"cents":150}`,
			`{"id":"a","count":3,"cents":450,"units":[[1,3],[2,3],[3,5]]}`},
		{"complement among the associates", `{"id":"a","bet":"E_DEUX_SUR_QUATRE","formula":"field","bases":[3],"associates":[1,2],"complement":2,"cents":75}`,
			`{"id":"a","count":2,"cents":150,"units":[[1,3],[2,3]]}`},
		{"free field, rows that repeat a horse", `{"id":"a","bet":"E_TIERCE","formula":"free","positions":[[1,2],[2],[1,3]],"cents":100}`,
			`{"id":"a","count":1,"cents":100,"units":[[1,2,3]]}`},
		{"Tic-Trois (II-11 bis)", `{"id":"t","bet":"TIC3","horses":[7,2,5,1,9]}`,
			`{"id":"t","count":3,"cents":430,"units":[[7,2,5,1,9],[7,2,5,1],[7,2,5]]}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, malformed := expand(t, tt.line, false)
			if got != tt.want || malformed != 0 {
				t.Errorf("got %s (%d malformed), want %s", got, malformed, tt.want)
			}
		})
	}
}

// TestExpandCount holds counts too large to list: those of 06-multi section 7, of
// 11-single-pool section 3 and of the tables of 07 and 09.
func TestExpandCount(t *testing.T) {
	twenty := `[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20]`
	tests := []struct {
		line string
		want string
	}{
		{`{"id":1,"bet":"E_MULTI","k":7,"formula":"combined","horses":` + twenty + `,"cents":75}`, `{"id":1,"count":77520,"cents":5814000}`},
		{`{"id":1,"bet":"E_MULTI","k":4,"formula":"field","bases":[1,2],"runners":16,"cents":300}`, `{"id":1,"count":91,"cents":27300}`},
		{`{"id":1,"bet":"E_MINI_MULTI","k":5,"formula":"field","bases":[1,2,3],"associates":[4,5,6,7],"cents":300}`, `{"id":1,"count":6,"cents":1800}`},
		{`{"id":1,"bet":"E_SUPER_QUATRE","formula":"field","orders":"all","bases":[1],"runners":9,"cents":100}`, `{"id":1,"count":1344,"cents":134400}`},
		{`{"id":1,"bet":"E_TRIO_ORDRE","formula":"field","orders":"one","bases":[1],"base_places":[3],"runners":9,"cents":150}`, `{"id":1,"count":56,"cents":8400}`},
		{`{"id":1,"bet":"E_QUINTE_PLUS","formula":"combined","orders":"all","horses":` + twenty + `,"cents":200}`, `{"id":1,"count":1860480,"cents":372096000}`},
		{`{"id":1,"bet":"E_QUINTE_PLUS","formula":"field","orders":"all","bases":[1],"runners":40,"cents":200}`, `{"id":1,"count":9870120,"cents":1974024000}`},
		{`{"id":1,"bet":"TRIO_ORDRE_INTERNATIONAL","formula":"combined","orders":"all","horses":[1,2,3,4],"cents":150}`, `{"id":1,"count":24,"cents":3600}`},
	}
	for _, tt := range tests {
		got, malformed := expand(t, tt.line, true)
		if got != tt.want || malformed != 0 {
			t.Errorf("%s: got %s (%d malformed), want %s", tt.line, got, malformed, tt.want)
		}
	}
}

// TestExpandRefuses holds the sentence for each kind of impossible formula.
func TestExpandRefuses(t *testing.T) {
	bet := func(rest string) string { return `{"id":"x","bet":"E_TIERCE",` + rest + `}` }
	many := `[` + strings.TrimSuffix(strings.Repeat("1,", 21), ",") + `]`
	tests := []struct{ line, want string }{
		{bet(`"formula":"unit","horses":[1,2,2]`), "horse named twice: 2"},
		{bet(`"formula":"unit","horses":[1,2]`), "too few horses"},
		{bet(`"formula":"combined","horses":[1,2]`), "too few horses"},
		{bet(`"formula":"unit","horses":[1,2,3,4]`), "too many horses"},
		{bet(`"formula":"combined","horses":` + many), "too many horses"},
		{bet(`"formula":"free","positions":[` + many + `,[2],[3]]`), "horse named twice: 1"},
		{bet(`"formula":"free","positions":[[1,2,3,4,5,6,7],[8,9,10,11,12,13,14],[15,16,17,18,19,20,21]]`), "too many horses"},
		{bet(`"formula":"free","positions":[[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20],[],[1]]`), "too few horses"},
		{bet(`"formula":"unit","horses":[1,2,3],"non_runners":[2]`), "horse is a non-runner: 2"},
		{bet(`"formula":"unit","horses":[1,2,9],"runners":8`), "horse not on the official list: 9"},
		{bet(`"formula":"unit","horses":[1,2,41]`), "horses names horse 41: want 1 to 40"},
		{bet(`"formula":"unit","horses":[1,2,3],"complement":3`), "complement horse not allowed here: 3"},
		{bet(`"formula":"field","bases":[1],"base_places":[1],"associates":[2,3],"complement":1`), "complement horse not allowed here: 1"},
		{bet(`"formula":"field","bases":[1],"associates":[2,3]`), "base_places has 0 places for 1 bases"},
		{bet(`"formula":"field","bases":[1],"base_places":[4],"associates":[2,3]`), "base_places names place 4: want 1 to 3"},
		{bet(`"formula":"field","bases":[1,2],"base_places":[1,1],"associates":[3]`), "every base needs a place of its own"},
		{bet(`"formula":"field","orders":"all","bases":[1],"base_places":[1],"associates":[2,3]`), "base_places belongs to ordered bets in one order"},
		{bet(`"formula":"field","bases":[1],"base_places":[1]`), "runners is missing: a full field needs it"},
		{bet(`"formula":"field","bases":[1,2,3],"base_places":[1,2,3],"associates":[4]`), "too many horses"},
		{bet(`"formula":"free","positions":[[1],[2]]`), "positions has 2 lists: want 3, one a place"},
		{bet(`"formula":"free","positions":[[1],[1],[2]]`), "too few horses"},
		{bet(`"formula":"free","orders":"all","positions":[[1],[3],[2]]`), "a free field belongs to ordered bets in one order"},
		{bet(`"formula":"unit","horses":[1,2,3],"bases":[1]`), `bases does not belong to a formula "unit"`},
		{bet(`"formula":"unit","orders":"some","horses":[1,2,3]`), `orders "some" is unknown: want one or all`},
		{bet(`"formula":"banker","horses":[1,2,3]`), `formula "banker" is unknown: want unit, combined, field or free`},
		{bet(`"horses":[1,2,3]`), "formula is missing: want unit, combined, field or free"},
		{bet(`"formula":"unit","horses":[1,2,3],"k":4`), "k does not concern E_TIERCE"},
		{bet(`"formula":"unit","horses":[1,2,3],"cents":-1`), "cents is -1: want 1 to 1000000000000"},
		{bet(`"formula":"unit","horses":[1,2,3],"cents":1.5`), "cents is number 1.5: want a whole number of at most 18 digits"},
		{bet(`"formula":"unit","horses":[1,2,3],"runners":99`), "runners is 99: want 1 to 40"},
		{bet(`"formula":"unit","horses":[1,2,3],"stake":1`), `unknown key "stake"`},
		{`{"id":"x","bet":"E_TRIO","formula":"unit","orders":"all","horses":[1,2,3]}`, "E_TRIO has no order"},
		{`{"id":"x","bet":"E_MULTI","formula":"unit","horses":[1,2,3,4]}`, "k is missing: want 4 to 7"},
		{`{"id":"x","bet":"E_MINI_MULTI","k":7,"formula":"unit","horses":[1,2,3,4]}`, "k is 7: want 4 to 6"},
		{`{"id":"x","formula":"unit","horses":[1]}`, "bet is missing"},
		{`{"id":"x","bet":"E_QUINTO","formula":"unit","horses":[1]}`, `bet "E_QUINTO" is unknown`},
		{`{"id":"x","bet":"E_SIMPLE_GAGNANT","formula":"field","bases":[1],"associates":[2]}`, "this bet does not know the formula"},
		{`{"id":"x","bet":"TIC3","horses":[1,2,3,4]}`, "TIC3 takes five horses in order, not 4"},
		{`{"id":"x","bet":"TIC3","horses":[1,2,3,4,5],"orders":"all"}`, "TIC3 takes five horses in order and nothing else"},
		{`{"id":"x","bet":"TIC3","horses":[1,2,3,4,4]}`, "horse named twice: 4"},
	}
	for _, tt := range tests {
		want, _ := json.Marshal(map[string]string{"id": "x", "error": tt.want})
		var got, expected any
		answer, malformed := expand(t, tt.line, false)
		if err := errors.Join(json.Unmarshal([]byte(answer), &got), json.Unmarshal(want, &expected)); err != nil {
			t.Fatalf("%s: %s: %v", tt.line, answer, err)
		}
		if g, w := got.(map[string]any)["error"], tt.want; g != w || malformed != 1 {
			t.Errorf("%s: got %v (%d malformed), want %s", tt.line, answer, malformed, w)
		}
	}
}

// TestExpandGoesOn holds that the lines after a malformed one are answered.
func TestExpandGoesOn(t *testing.T) {
	lines := "{\n\n" + `{"id":"b","bet":"E_SIMPLE_GAGNANT","formula":"unit","horses":[1],"cents":150}` + "\n"
	got, malformed := expand(t, lines, true)
	want := `{"id":null,"error":"not JSON: unexpected EOF"}` + "\n" + `{"id":"b","count":1,"cents":150}`
	if got != want || malformed != 1 {
		t.Errorf("got %s (%d malformed), want %s", got, malformed, want)
	}
}
