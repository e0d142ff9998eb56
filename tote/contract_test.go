package tote_test

import (
	"testing"

	"pgregory.net/rapid"

	"opentote/tote"
)

func TestMoney(t *testing.T) {
	for _, tt := range []struct {
		m    tote.Money
		want string
	}{{0, "0.00"}, {5, "0.05"}, {-1205, "-12.05"}, {100, "1.00"}, {-9223372036854775808, "-92233720368547758.08"}} {
		if got := tt.m.String(); got != tt.want {
			t.Errorf("%d: got %s, want %s", int64(tt.m), got, tt.want)
		}
	}
	for _, tt := range []struct {
		m    tote.Money
		n    int
		want tote.Money
		ok   bool
	}{
		{150, 4, 600, true}, {150, 0, 0, true}, {-1, 2, 0, false}, {1, -2, 0, false},
		{tote.MaxStake, 1, tote.MaxStake, true}, {tote.MaxStake, 2, 0, false}, {tote.MaxStake/3 + 1, 3, 0, false},
	} {
		if got, ok := tt.m.Times(tt.n); got != tt.want || ok != tt.ok {
			t.Errorf("%s times %d: got %s, %v, want %s, %v", tt.m, tt.n, got, ok, tt.want, tt.ok)
		}
	}
	for _, tt := range []struct {
		a, b, want tote.Money
		ok         bool
	}{{1, 2, 3, true}, {tote.MaxStake, 0, tote.MaxStake, true}, {tote.MaxStake, 1, 0, false}, {-1, 2, 0, false}, {2, -1, 0, false}} {
		if got, ok := tote.CheckedAdd(tt.a, tt.b); got != tt.want || ok != tt.ok {
			t.Errorf("%s + %s: got %s, %v, want %s, %v", tt.a, tt.b, got, ok, tt.want, tt.ok)
		}
	}
}

func TestRaceID(t *testing.T) {
	id := tote.RaceOf(20251123, 1, 6)
	if got, want := id.String(), "2025-11-23 R1C6"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, tt := range []struct {
		id   tote.RaceID
		want bool
	}{
		{id, true}, {0, false}, {202511230006, false}, {202511230100, false}, {202513010101, false},
		{202500010101, false}, {189911230101, false}, {2025112301060, false},
	} {
		if got := tt.id.Valid(); got != tt.want {
			t.Errorf("%d: got %v, want %v", tt.id, got, tt.want)
		}
	}
}

func TestNetwork(t *testing.T) {
	for code, want := range map[tote.BetCode]tote.Network{"E_TRIO": tote.Online, "TRIO": tote.Retail, "E_": tote.Retail, "": tote.Retail} {
		if got := code.Network(); got != want {
			t.Errorf("%s: got %d, want %d", code, got, want)
		}
	}
}

func TestHorseSet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		horses := rapid.Permutation(tote.Numbered(int(tote.MaxHorse)).Slice()).Draw(t, "horses")
		horses = horses[:rapid.IntRange(0, len(horses)).Draw(t, "n")]
		set := tote.SetOf(horses...)
		if set.Len() != len(horses) || !set.Valid() {
			t.Fatalf("%v: %d members, valid %v", horses, set.Len(), set.Valid())
		}
		for _, h := range horses {
			if !set.Has(h) || set.Without(tote.SetOf(h)).Has(h) {
				t.Fatalf("%v: horse %d", horses, h)
			}
		}
		if back := tote.SetOf(set.Slice()...); back != set {
			t.Fatalf("%v: slice gives %v", horses, back.Slice())
		}
	})
	for _, tt := range []struct {
		set  tote.HorseSet
		want bool
	}{{0, true}, {1, false}, {tote.SetOf(40), true}, {tote.SetOf(41), false}} {
		if got := tt.set.Valid(); got != tt.want {
			t.Errorf("%b: got %v, want %v", tt.set, got, tt.want)
		}
	}
}

func TestPatternNames(t *testing.T) {
	p := tote.BasePattern([]tote.Horse{7}, []tote.Horse{3, 5})
	p.Complement = 9
	if got, want := p.Named(), tote.SetOf(3, 5, 7, 9); got != want {
		t.Errorf("named: got %v, want %v", got.Slice(), want.Slice())
	}
	unit := tote.UnitPattern(1, 2)
	if unit.Bases() != 0 || unit.Associates() != 0 {
		t.Errorf("a unit has bases %v and associates %v", unit.Bases().Slice(), unit.Associates().Slice())
	}
	many := make([]tote.Horse, 21)
	if tote.UnitPattern(many...) != (tote.Pattern{}) || tote.BasePattern(many[:1], many[:20]) != (tote.Pattern{}) {
		t.Error("twenty-one horses make a pattern")
	}
}

func TestTallyReset(t *testing.T) {
	tally := tote.Tally{Refunded: 3, Won: []int{1, 2, 3}}
	tally.Reset(2)
	if tally.Refunded != 0 || len(tally.Won) != 2 || tally.Won[0] != 0 || tally.Won[1] != 0 {
		t.Errorf("got %+v", tally)
	}
	tally.Reset(5)
	if len(tally.Won) != 5 {
		t.Errorf("got %+v", tally)
	}
}
