package node_test

import (
	"fmt"
	"sync"
	"testing"

	opentotev1 "opentote/api/gen/opentote/v1"
)

// TestP2NoBetAfterStopIsInThePool sells from many connections while the race is
// stopped. What a shop was told after the STOP's answer is a refusal, and the
// pool holds exactly the bets that were acknowledged.
func TestP2NoBetAfterStopIsInThePool(t *testing.T) {
	o := withSample(t)
	shop := o.shop()
	const sellers = 8
	var mu sync.Mutex
	accepted, started := 0, make(chan struct{}, sellers)
	var selling sync.WaitGroup
	for s := range sellers {
		selling.Go(func() {
			for i := 0; ; i++ {
				_, err := call1(shop, o.betting.PlaceBet, &opentotev1.PlaceBetRequest{
					Key: fmt.Sprint(s, " ", i), Bet: o.win("SIMPLE_GAGNANT", uint32(i%5+1), 2_00),
				})
				if i == 20 {
					started <- struct{}{}
				}
				if code := codeOf(err); code == "RACE_STOPPED" {
					return
				}
				if err != nil {
					t.Errorf("seller %d: %v", s, err)
					return
				}
				mu.Lock()
				accepted++
				mu.Unlock()
			}
		})
	}
	for range sellers {
		<-started
	}
	must(o, o.first, o.staff.StopRace, &opentotev1.StopRaceRequest{RaceId: o.race})
	refused(o, shop, o.betting.PlaceBet, &opentotev1.PlaceBetRequest{Key: "late", Bet: o.win("SIMPLE_GAGNANT", 1, 2_00)}, "RACE_STOPPED")
	selling.Wait()
	for _, p := range must(o, o.first, o.staff.GetRaceAccounts, &opentotev1.GetRaceAccountsRequest{RaceId: o.race}).Pools {
		if p.Bet == "SIMPLE_GAGNANT" && (p.Bets != uint64(accepted) || p.StakesCents != int64(accepted)*2_00) {
			t.Errorf("the pool holds %d bets of %d cents, %d were acknowledged", p.Bets, p.StakesCents, accepted)
		}
	}
}

// TestP3ATicketIsPaidOnce shows one winning ticket at many tills at once, each
// with a key of its own.
func TestP3ATicketIsPaidOnce(t *testing.T) {
	o := withSample(t)
	shop := o.shop()
	ticket := must(o, shop, o.betting.PlaceBet, &opentotev1.PlaceBetRequest{Key: "sale", Bet: o.win("SIMPLE_GAGNANT", 1, 10_00)}).Receipt.TicketCode
	must(o, shop, o.betting.PlaceBet, &opentotev1.PlaceBetRequest{Key: "other", Bet: o.win("SIMPLE_GAGNANT", 2, 10_00)})
	o.run(places(1, 2, 3, 4))
	const tills = 12
	var paid [tills]int64
	var paying sync.WaitGroup
	for i := range tills {
		till := o.shop()
		paying.Go(func() {
			for again := range 3 { // retries under the same key answer the same
				res, err := call1(till, o.betting.PayTicket, &opentotev1.PayTicketRequest{Key: "pay", TicketCode: ticket})
				switch {
				case err == nil:
					paid[i] = res.PaidCents
				case paid[i] != 0 || codeOf(err) != "TICKET_ALREADY_PAID":
					t.Errorf("till %d, try %d: %v", i, again, err)
				}
			}
		})
	}
	paying.Wait()
	payments, sum := 0, int64(0)
	for _, p := range paid {
		if p != 0 {
			payments++
			sum += p
		}
	}
	state := must(o, shop, o.betting.GetTicket, &opentotev1.GetTicketRequest{TicketCode: ticket}).Ticket
	if payments != 1 || sum != state.WonCents {
		t.Errorf("%d tills paid %d in all, the ticket won %d", payments, sum, state.WonCents)
	}
}
