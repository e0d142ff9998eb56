package racing

import (
	"strings"

	"opentote/tote"
)

// Offer is a bet offered on a race, on one network.
type Offer struct {
	Code tote.BetCode
	// BaseStake is the price of one unit combination. Zero when the file does
	// not say, as for the retail Report Plus, which carries winnings over and
	// has no stake of its own.
	BaseStake tote.Money
	MaxStake  tote.Money // per bet; zero: not limited by the file
	// FlexiPercent lists the parts of the base stake that may be played, in
	// percent and in increasing order: 50 is half the stake for half the win.
	FlexiPercent []int
	// RiskValues lists how many horses a Multi may name, in increasing order.
	RiskValues []int
	Horses     int  // horses a unit combination names
	Ordered    bool // their order counts
	Combined   bool // formulas with more horses are allowed
	Complement bool // a complement horse may replace a non-runner
	Spot       bool // the operator's random pick is allowed
	Audience   Audience
	// OnSale is the file's word at the time it was written. The online Report
	// Plus can stay on sale after its race: the race's state decides.
	OnSale bool
	Paying bool // its dividends are being paid
	// CarryOver is money the operator adds to the pool.
	CarryOver tote.Money
	// Reportable says that the bet can be a leg of a Report Plus.
	Reportable bool
	PoolID     string // the partner's id of the pool
}

// Network returns where the offer is sold.
func (o *Offer) Network() tote.Network { return o.Code.Network() }

// International reports whether the bet is sold for an international pool
// hosted abroad.
func (o *Offer) International() bool { return strings.HasSuffix(string(o.Code), international) }

// Sellable reports whether the offer says enough to sell the bet.
func (o *Offer) Sellable() bool { return o.BaseStake > 0 }

const (
	online        = "E_"
	international = "_INTERNATIONAL"
)

// knownBets are the bets PMU offers, by their retail code. Each may also be
// sold online and, for some, on an international pool.
var knownBets = map[string]bool{
	"SIMPLE_GAGNANT": true, "SIMPLE_PLACE": true,
	"COUPLE_GAGNANT": true, "COUPLE_PLACE": true, "COUPLE_ORDRE": true,
	"DEUX_SUR_QUATRE": true, "TRIO": true, "TRIO_ORDRE": true, "SUPER_QUATRE": true,
	"MULTI": true, "MINI_MULTI": true, "PICK5": true, "TIC_TROIS": true,
	"TIERCE": true, "QUARTE_PLUS": true, "QUINTE_PLUS": true, reportPlus: true,
}

// reportPlus is the one bet that may come without a base stake.
const reportPlus = "REPORT_PLUS"

// betName returns the code without its network.
func betName(code tote.BetCode) string {
	return strings.TrimSuffix(strings.TrimPrefix(string(code), online), international)
}

// validBetCode reports whether the code can name a pool in files, addresses
// and receipts.
func validBetCode(code string) bool {
	if code == "" || len(code) > betCodeMaxBytes {
		return false
	}
	for _, c := range []byte(code) {
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return true
}
