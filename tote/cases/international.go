package cases

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"opentote/tote"
	"opentote/tote/rulebook"
)

// hostInput is a case on an international pool: the take is required, and host
// holds what the rulebook leaves to the host country.
type hostInput struct {
	input
	Host json.RawMessage `json:"host"`
}

// host is the choices of a host as FORMAT writes them; absent ones have the
// defaults.
type host struct {
	Places      *int    `json:"places"`
	Split       string  `json:"split"`
	PlaceSplit  string  `json:"place_split"`
	Stables     bool    `json:"stables"`
	Step        *string `json:"step"`
	MinDividend *string `json:"min_dividend"`
	Unbacked    string  `json:"unbacked"`
	NoWinner    string  `json:"no_winner"`
	MinRunners  *int    `json:"min_runners"`
	TopUp       *bool   `json:"top_up"`
	FrenchShare *string `json:"french_share"`
}

// notComputed is the status of a race whose host could not compute the same day.
const notComputed = "not_computed"

func answerInternational(line []byte, explained *Explained) (*Output, error) {
	in := &hostInput{}
	if err := checkKeys(line); err != nil {
		return nil, err
	}
	if err := decodeStrictly(line, in); err != nil {
		return nil, err
	}
	in.explained = explained
	bet, err := in.betType()
	if err != nil {
		return nil, err
	}
	missing := in.Race != nil && in.Race.Status == notComputed
	if missing {
		in.Race.Status = "cancelled"
	}
	out, err := in.answer(bet)
	if err == nil && missing {
		out.Reason = rulebook.NotComputed
		explained.because(rulebook.NotComputed)
	}
	return out, err
}

func (in *hostInput) betType() (tote.BetType, error) {
	if _, err := in.book(); err != nil {
		return nil, err
	}
	if in.TakeRate == nil {
		return nil, errors.New("take_rate is missing: a host announces it")
	}
	take, err := tote.ParseRate(*in.TakeRate)
	if err != nil {
		return nil, fmt.Errorf("take_rate: %w", err)
	}
	choices := rulebook.DefaultHost()
	if in.Host != nil {
		var h host
		if err := decodeStrictly(in.Host, &h); err != nil {
			return nil, fmt.Errorf("host: %w", err)
		}
		if err := h.choose(&choices); err != nil {
			return nil, fmt.Errorf("host.%w", err)
		}
	}
	return rulebook.International(tote.BetCode(in.Bet), take, choices)
}

var splits = map[string]rulebook.HostSplit{
	"": rulebook.SplitMass, "mass": rulebook.SplitMass, "profit": rulebook.SplitProfit, "pro_rata": rulebook.SplitProRata,
}

// choose writes the choices given over the defaults.
func (h *host) choose(c *rulebook.Host) error {
	var known bool
	if c.Split, known = splits[h.Split]; !known {
		return fmt.Errorf("split %q is unknown", h.Split)
	}
	var err error
	if c.PerHorse, err = either("place_split", h.PlaceSplit, "by_rank", "per_horse"); err != nil {
		return err
	}
	if c.Share, err = either("unbacked", h.Unbacked, "reserve", "share"); err != nil {
		return err
	}
	if c.CarryOver, err = either("no_winner", h.NoWinner, "refund", "reserve"); err != nil {
		return err
	}
	c.Stables = h.Stables
	if h.Places != nil {
		c.Places = *h.Places
	}
	if h.MinRunners != nil {
		c.RunnersMin = *h.MinRunners
	}
	if h.TopUp != nil {
		c.TopUp = *h.TopUp
	}
	if c.Step, err = dividendOr("step", h.Step, c.Step); err != nil {
		return err
	}
	if c.Minimum, err = dividendOr("min_dividend", h.MinDividend, c.Minimum); err != nil {
		return err
	}
	if h.FrenchShare == nil || trimmed(*h.FrenchShare) == "1" {
		return nil
	}
	if c.French, err = tote.ParseRate(*h.FrenchShare); err != nil {
		return fmt.Errorf("french_share: %w", err)
	}
	return nil
}

// either reads a choice of two, of which the first is the default, and reports
// whether it is the second.
func either(key, value, first, second string) (bool, error) {
	switch value {
	case "", first:
		return false, nil
	case second:
		return true, nil
	}
	return false, fmt.Errorf("%s %q is unknown: want %s or %s", key, value, first, second)
}

// trimmed drops the decimals of a whole number: "1.00" is "1".
func trimmed(decimal string) string {
	whole, decimals, _ := strings.Cut(decimal, ".")
	if strings.Trim(decimals, "0") == "" {
		return whole
	}
	return decimal
}

// dividendOr reads an amount for one euro with at most two decimals, "0.05".
func dividendOr(key string, value *string, absent tote.Dividend) (tote.Dividend, error) {
	if value == nil {
		return absent, nil
	}
	whole, decimals, _ := strings.Cut(*value, ".")
	if len(whole) != 1 && len(whole) != 2 || len(decimals) > 2 || strings.HasSuffix(*value, ".") {
		return 0, fmt.Errorf("%s %q: want euros with at most two decimals, such as 0.05", key, *value)
	}
	var d tote.Dividend
	for _, digit := range []byte(whole + (decimals + "00")[:2]) {
		if digit < '0' || digit > '9' {
			return 0, fmt.Errorf("%s %q: want euros with at most two decimals, such as 0.05", key, *value)
		}
		d = d*10 + tote.Dividend(digit-'0')
	}
	return d, nil
}
