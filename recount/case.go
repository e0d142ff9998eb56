package recount

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// Case is one pool: a bet, its race, its stakes. Decode reads it from the JSON
// of `opentote dividends`; a program may also fill it. Compute refuses one that
// is not well formed.
type Case struct {
	ID           string              `json:"id"`
	Rulebook     string              `json:"rulebook,omitempty"` // "" is fr-online-2020
	Bet          string              `json:"bet"`
	Race         Race                `json:"race"`
	Stakes       []Stake             `json:"stakes"`
	TakeRate     string              `json:"take_rate,omitempty"`     // "" is the rulebook's
	TakeRates    map[string]string   `json:"take_rates,omitempty"`    // of the single pool, one a bet
	ReserveCents int64               `json:"reserve_cents,omitempty"` // added money: Booster, or e-Tirelire
	TopUp        bool                `json:"top_up,omitempty"`        // the operator pays instead of refunding (II-15)
	Bets         []string            `json:"bets,omitempty"`          // offered on the single pool; none is those with a stake
	PrimesCents  map[string]int64    `json:"primes_cents,omitempty"`  // of the single pool
	Citations    map[string][]string `json:"citations,omitempty"`     // euros at places 1 to 4; replaces the table built from the stakes
	Host         *Host               `json:"host,omitempty"`          // of an international pool
}

// Race is what happened on the track.
type Race struct {
	Runners      int     `json:"runners"` // declared, numbered from 1
	NonRunners   []int   `json:"non_runners,omitempty"`
	Stables      [][]int `json:"stables,omitempty"`
	Arrival      [][]int `json:"arrival"`                 // one list a place; several horses are a dead heat
	Status       string  `json:"status,omitempty"`        // "" is run
	OffersQuarte *bool   `json:"offers_quarte,omitempty"` // nil is true
}

// Stake is money on one unit combination.
type Stake struct {
	Bet        string `json:"bet,omitempty"` // where the pool holds several bets
	Selection  []int  `json:"selection"`
	Cents      int64  `json:"cents"`
	Complement int    `json:"complement,omitempty"` // replacement horse of the ticket; 0 is none
	Bases      []int  `json:"bases,omitempty"`      // of the field formula the unit comes from
}

// Host is what Title III ter leaves to the country that shares the pool out.
// A zero value is the default.
type Host struct {
	Places      *int   `json:"places,omitempty"`       // nil is 3
	Split       string `json:"split,omitempty"`        // "" is mass; profit, pro_rata
	PlaceSplit  string `json:"place_split,omitempty"`  // "" is by_rank; per_horse
	Stables     bool   `json:"stables,omitempty"`      // mates share
	Step        string `json:"step,omitempty"`         // "" is 0.10
	MinDividend string `json:"min_dividend,omitempty"` // "" is 1.00
	Unbacked    string `json:"unbacked,omitempty"`     // "" is reserve; share
	NoWinner    string `json:"no_winner,omitempty"`    // "" is refund; reserve
	MinRunners  *int   `json:"min_runners,omitempty"`  // nil is 2
	TopUp       *bool  `json:"top_up,omitempty"`       // nil is true
	FrenchShare string `json:"french_share,omitempty"` // "" is 1
}

// Decode reads one case. A key that is not known is an error: it may have meant
// money.
func Decode(line []byte) (*Case, error) {
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	c := new(Case)
	if err := d.Decode(c); err != nil {
		return nil, fmt.Errorf("case: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("case %q: something follows the object", c.ID)
	}
	return c, checkText(line, c)
}
