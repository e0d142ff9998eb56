package retail

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"opentote/event"
)

func codes() *Codes { return NewCodes([32]byte{1, 2, 3}) }

func betGen() *rapid.Generator[event.BetID] {
	return rapid.Custom(func(t *rapid.T) event.BetID {
		pool := rapid.Uint32Range(1, 1<<24-1).Draw(t, "pool")
		return event.BetIn(event.PoolID(pool), rapid.Uint32Range(0, 1<<24-1).Draw(t, "index"))
	})
}

func TestCodeRoundTrip(t *testing.T) {
	c := codes()
	rapid.Check(t, func(t *rapid.T) {
		bet := betGen().Draw(t, "bet")
		code, err := c.Code(bet)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{code, strings.ToLower(code), strings.ReplaceAll(code, "-", " "), strings.ReplaceAll(code, "-", "")} {
			if got, err := c.Bet(text); err != nil || got != bet {
				t.Fatalf("Bet(%q) = %d, %v; want %d", text, got, err, bet)
			}
		}
		if again, _ := c.Code(bet); again != code {
			t.Fatalf("codes %q and %q of one bet", code, again)
		}
	})
}

func TestCodeDetectsTypingErrors(t *testing.T) {
	c := codes()
	rapid.Check(t, func(t *rapid.T) {
		code, _ := c.Code(betGen().Draw(t, "bet"))
		plain := []byte(strings.ReplaceAll(code, "-", ""))
		i := rapid.IntRange(0, len(plain)-2).Draw(t, "position")
		wrong := []byte(string(plain))
		wrong[i] = alphabet[rapid.IntRange(0, 31).Draw(t, "character")]
		swapped := []byte(string(plain))
		swapped[i], swapped[i+1] = swapped[i+1], swapped[i]
		for _, text := range []string{string(wrong), string(swapped)} {
			if text == string(plain) {
				continue
			}
			if _, ok := parse(text); ok {
				t.Fatalf("%q passes for %q", text, plain)
			}
		}
	})
}

func TestCodeOfAnotherKeyIsRefused(t *testing.T) {
	code, _ := NewCodes([32]byte{9}).Code(event.BetIn(1, 1))
	if bet, err := codes().Bet(code); err == nil {
		t.Errorf("a code of another key names bet %d", bet)
	}
}

func TestCodeRefusesJunk(t *testing.T) {
	c := codes()
	good, _ := c.Code(event.BetIn(3, 7))
	for _, text := range []string{"", "-", "0", good[:20], good + "0", strings.Repeat("0", 28), strings.Repeat("-", 1000), "É" + good[1:], "Z" + good[1:]} {
		if bet, err := c.Bet(text); err == nil {
			t.Errorf("Bet(%q) = %d", text, bet)
		}
	}
	if _, err := c.Code(event.BetIn(1<<24, 0)); err == nil {
		t.Error("a pool past 24 bits got a code")
	}
}

func FuzzBet(f *testing.F) {
	c := codes()
	good, _ := c.Code(event.BetIn(3, 7))
	f.Add(good)
	f.Add("0000-0000-0000-0000-0000-0000-0000")
	f.Fuzz(func(t *testing.T, text string) {
		bet, err := c.Bet(text)
		if err != nil {
			return
		}
		if code, err := c.Code(bet); err != nil || len(code) != 34 {
			t.Errorf("Bet(%q) = %d, whose code is %q, %v", text, bet, code, err)
		}
	})
}

func BenchmarkCode(b *testing.B) {
	c := NewCodes([32]byte{1})
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := c.Code(event.BetIn(7, uint32(i)&0xFFFFFF)); err != nil {
			b.Fatal(err)
		}
	}
}

// TestTicketsSoldStayGood: a code is on paper; what it looks like never changes.
func TestTicketsSoldStayGood(t *testing.T) {
	for bet, want := range map[event.BetID]string{
		event.BetIn(1, 0):             "1FH3-PX9X-VKHP-5A2P-Z9AB-XAS8-AHRX",
		event.BetIn(7, 123_456):       "0TQR-WHGR-7SCC-MP2K-H9GE-4PSA-4W7C",
		event.BetIn(1<<24-1, 1<<24-1): "49NA-D0W0-H9VT-8KW0-TNW8-AJ7S-EDYR",
	} {
		if got, err := codes().Code(bet); err != nil || got != want {
			t.Errorf("bet %d has code %s, %v; was sold as %s", bet, got, err, want)
		}
	}
}
