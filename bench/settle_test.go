package bench

import (
	"context"
	"slices"
	"strings"
	"testing"

	"opentote/tote"
	"opentote/tote/rulebook"
)

func quiet(string) {}

// slow settles units one by one, as a reference.
type slow struct {
	more tote.Money // too much, to the first winner
}

func (slow) Name() string { return "slow" }

func (s slow) Settle(_ context.Context, u *Units) (*Settled, error) {
	stakes := make([]tote.Money, u.Classes)
	n := 0
	err := u.Each(func(unit Unit) error {
		n++
		if class := u.Winners[unit.Key]; class > 0 {
			stakes[class-1] += unit.Stake
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if n != u.Count {
		return nil, Unmeasured("units are missing")
	}
	dividends, err := u.Share(stakes)
	if err != nil {
		return nil, err
	}
	var got Settled
	err = u.Each(func(unit Unit) error {
		class := u.Winners[unit.Key]
		if class == 0 || dividends[class-1] == 0 {
			return nil
		}
		won := dividends[class-1].Pay(unit.Stake)
		if last := len(got.Winnings) - 1; last >= 0 && got.Winnings[last].Bet == unit.Bet {
			got.Winnings[last].Money += won
			return nil
		}
		got.Winnings = append(got.Winnings, Payment{Bet: unit.Bet, Money: won + s.more})
		s.more = 0
		return nil
	})
	return &got, err
}

// TestSettleMeasuresWhatItRan settles a pool of every bet that has one, and holds
// the batch in COBOL and a loop over units to the engine's figures.
func TestSettleMeasuresWhatItRan(t *testing.T) {
	skipped := ""
	references := []Reference{slow{}}
	if !testing.Short() { // it compiles for every bet
		references = append(references, COBOL{})
	}
	for _, network := range []tote.Network{tote.Online, tote.Retail} {
		book, ok := rulebook.For(network, settleRace.Day())
		if !ok {
			t.Fatal("no rulebook")
		}
		for _, code := range book.Codes() {
			if bet, ok := book.Type(code); !ok || strings.HasSuffix(string(code), "INTERNATIONAL") {
				continue
			} else if _, ok := bet.(tote.Shaped); !ok {
				continue
			}
			t.Run(string(code), func(t *testing.T) {
				r, err := Settle(context.Background(), SettleOptions{
					Dir: t.TempDir(), Bet: code, Bets: 4000, Seed: 7, References: references,
				}, quiet)
				if err != nil {
					t.Fatal(err)
				}
				if r.Bets != 4000 || r.Units < r.Bets || r.Winning == 0 || r.WonCents <= 0 || r.TotalS <= 0 || r.BetsPerS <= 0 {
					t.Errorf("figures make no sense: %+v", r)
				}
				if got := r.References[0]; got.Skipped != "" {
					t.Errorf("units: %+v", got)
				}
				for _, got := range r.References[1:] {
					skipped = got.Skipped
				}
			})
		}
	}
	if skipped != "" {
		t.Skip("COBOL was not compared: " + skipped)
	}
}

func TestTheQuinteHasWinnersAtEveryRank(t *testing.T) {
	r, err := Settle(context.Background(), SettleOptions{Dir: t.TempDir(), Bets: 20_000}, quiet)
	if err != nil {
		t.Fatal(err)
	}
	if r.Ranks != 4 {
		t.Errorf("%d ranks have winners, want the exact order, the others, and both Bonuses", r.Ranks)
	}
}

func TestSettleFailsOnACentOfDifference(t *testing.T) {
	_, err := Settle(context.Background(), SettleOptions{Dir: t.TempDir(), Bets: 2000, References: []Reference{slow{more: 1}}}, quiet)
	if err == nil || !strings.Contains(err.Error(), "slow pays bet") {
		t.Errorf("got %v", err)
	}
}

func TestSettleRefuses(t *testing.T) {
	for _, tt := range []struct {
		name string
		o    SettleOptions
		want string
	}{
		{"unknown bet", SettleOptions{Bet: "E_NOTHING"}, "no pool of its own"},
		{"too many bets", SettleOptions{Bets: SettleBetsMax + 1}, "want 1 to"},
		{"negative", SettleOptions{Bets: -1}, "want 1 to"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.o.Dir = t.TempDir()
			if _, err := Settle(context.Background(), tt.o, quiet); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestRanksBeyondPlacesAreNotForCOBOL(t *testing.T) {
	u := &Units{Winners: map[Key]int{keyOfUnit([]tote.Horse{1, 2}): 1, keyOfUnit([]tote.Horse{1, 3}): 2}}
	u.Places[1] = 1
	if _, err := placeRules(u); err == nil {
		t.Error("two classes of one mask were accepted")
	}
}

func TestUnitsAreRead(t *testing.T) {
	horses := []tote.Horse{12, 3, 40, 1, 9, 10, 11, 2}
	key := keyOfUnit(horses)
	if got := key.horses(); !slices.Equal(got, horses) {
		t.Errorf("got %v", got)
	}
	raw := Unit{Bet: 1<<24 - 1, Stake: 100_000, Key: key}.append(nil)
	if len(raw) != UnitSize {
		t.Errorf("a record takes %d bytes", len(raw))
	}
}
