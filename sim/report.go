package sim

import (
	"time"

	"opentote/tote"
)

// Report is what became of a day. But for Measured it depends on the programme,
// the seed and the number of bettors alone.
type Report struct {
	Day      string        `json:"day"` // 2025-11-23
	Seed     uint64        `json:"seed"`
	Bettors  int           `json:"bettors"`
	Accounts int           `json:"accounts"`
	Tills    int           `json:"tills"`
	Races    []RaceReport  `json:"races"`
	Unsold   []string      `json:"unsold"` // races of the programme on which nothing could be sold: R1C6
	Bets     []BetTotal    `json:"bets"`   // the day's pools, by bet
	Total    Amounts       `json:"total"`
	Deeds    DeedCounts    `json:"deeds"`
	Refusals []RefusalSum  `json:"refusals"` // met as planned, by code
	Ledger   []LedgerClass `json:"ledger"`
	Checks   []Check       `json:"checks"`

	// Measured differs from run to run; it is not part of the report.
	Measured Measured `json:"-"`
}

// Measured is how a run went on this machine.
type Measured struct {
	Elapsed time.Duration
	Bets    int
	Retries int64 // calls repeated because the server was busy or away
}

// BetsPerSecond is the rate over the whole day, race control and payments
// included.
func (m Measured) BetsPerSecond() float64 {
	if m.Elapsed <= 0 {
		return 0
	}
	return float64(m.Bets) / m.Elapsed.Seconds()
}

// Amounts say where money is. Bets and Cancelled count bets, all else is in
// cents.
type Amounts struct {
	Bets        int        `json:"bets"`
	Cancelled   int        `json:"cancelled_bets"`
	Stakes      tote.Money `json:"stakes_cents"`
	Refunds     tote.Money `json:"refunds_cents"`
	Winnings    tote.Money `json:"winnings_cents"`
	Takeout     tote.Money `json:"takeout_cents"`
	Progressive tote.Money `json:"progressive_cents"`
	Breakage    tote.Money `json:"breakage_cents"`
	Booster     tote.Money `json:"booster_cents"`
	Paid        tote.Money `json:"paid_cents"`
	Unclaimed   tote.Money `json:"unclaimed_cents"`
}

func (a *Amounts) add(b Amounts) {
	a.Bets += b.Bets
	a.Cancelled += b.Cancelled
	a.Stakes += b.Stakes
	a.Refunds += b.Refunds
	a.Winnings += b.Winnings
	a.Takeout += b.Takeout
	a.Progressive += b.Progressive
	a.Breakage += b.Breakage
	a.Booster += b.Booster
	a.Paid += b.Paid
	a.Unclaimed += b.Unclaimed
}

// RaceReport is one race's.
type RaceReport struct {
	Race       string       `json:"race"` // R1C6
	Meeting    string       `json:"meeting"`
	Name       string       `json:"name"`
	Start      time.Time    `json:"start"`
	NonRunners []tote.Horse `json:"non_runners"`
	// Arrival holds a dead heat's horses together: 4-1=5-7.
	Arrival string       `json:"arrival"`
	Remark  Remark       `json:"remark,omitempty"`
	Pools   []PoolReport `json:"pools"`
	Total   Amounts      `json:"total"`
}

// Remark is a code for what is unusual about a race.
type Remark string

// The remarks.
const (
	RemarkCalledOff   Remark = "CALLED_OFF"          // by the file
	RemarkNoArrival   Remark = "NO_ARRIVAL"          // in the file: called off and refunded here
	RemarkProvisional Remark = "PROVISIONAL_ARRIVAL" // of the file, taken as official
	RemarkNotSold     Remark = "NOTHING_SOLD"        // no bet of it is sold here
)

// PoolReport is one pool's.
type PoolReport struct {
	Bet       string         `json:"bet"`
	Amounts                  // the server's
	Procedure tote.Procedure `json:"procedure"`
	Reason    tote.Reason    `json:"refund_reason,omitempty"`
	Dividends []PaidLine     `json:"dividends"`
	// Shared came from the pools computed with this one, negative to them.
	Shared tote.Money `json:"shared"`
	// Host came from the host that shares the pool out, negative to it.
	Host tote.Money `json:"host"`
}

// BetTotal sums the day's pools of a bet.
type BetTotal struct {
	Bet   string `json:"bet"`
	Pools int    `json:"pools"`
	Amounts
}

// PaidLine is a dividend and the combinations it is paid on.
type PaidLine struct {
	Rank         string        `json:"rank"`
	Combinations []string      `json:"combinations"`
	Dividend     tote.Dividend `json:"dividend"` // for one euro, in hundredths
}

// DeedCounts are how the bets were placed.
type DeedCounts struct {
	Plain     int `json:"plain"`
	Twice     int `json:"double_clicks"`
	Lost      int `json:"lost_answers"`
	Withdrawn int `json:"cancelled"`
	Refused   int `json:"refused"`
	Late      int `json:"late"`
	Left      int `json:"tickets_left"`
}

// RefusalSum counts the refusals of a code.
type RefusalSum struct {
	Code Code `json:"code"`
	N    int  `json:"n"`
}

// LedgerClass is a line of the trial balance.
type LedgerClass struct {
	Class string     `json:"class"`
	Cents tote.Money `json:"cents"`
}

// CheckName names a check.
type CheckName string

// The checks.
const (
	CheckStakes    CheckName = "STAKES"    // accepted minus cancelled, counted here = the server's pools
	CheckSplit     CheckName = "SPLIT"     // stakes - sent + received + added = refunds + winnings + takeout + progressive + breakage + booster
	CheckWinners   CheckName = "WINNERS"   // winnings and refunds worked out here = the server's
	CheckPaid      CheckName = "PAID"      // paid by the server = received by tickets and wallets
	CheckTickets   CheckName = "TICKETS"   // each ticket received what it was due
	CheckUnclaimed CheckName = "UNCLAIMED" // owed by the server = worth of the tickets left
	CheckWallets   CheckName = "WALLETS"   // before + deposits - bets + returns + credits = after, by account
	CheckLedger    CheckName = "LEDGER"    // the trial balance is zero
	CheckOnce      CheckName = "PAID_ONCE" // tickets paid, lost or cancelled are refused (sample)
	CheckDividends CheckName = "DIVIDENDS" // none below 1.00
	CheckSettled   CheckName = "SETTLED"   // every race on sale is settled, nothing purged
	CheckDraws     CheckName = "DRAWS"     // horses the server drew = those drawn here with its seed from the public's stakes
	CheckJackpots  CheckName = "JACKPOTS"  // multipliers drawn again, and where the service's money went
	CheckReports   CheckName = "REPORTS"   // chains of races worked out leg by leg = the server's
	CheckRefusals  CheckName = "REFUSALS"  // all that had to be refused were, with the right code
)

// Check is a check and how it went.
type Check struct {
	Name CheckName `json:"name"`
	OK   bool      `json:"ok"`
	// Compared is how many equations it held.
	Compared int `json:"compared"`
	// Detail tells the first few that failed, in English.
	Detail []string `json:"detail,omitempty"`
}

// Failed returns the checks that do not hold.
func (r *Report) Failed() []Check {
	var failed []Check
	for _, c := range r.Checks {
		if !c.OK {
			failed = append(failed, c)
		}
	}
	return failed
}
