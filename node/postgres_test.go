package node_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/internal/pgtest"
)

// TestTheServerRestartsUnderTheNode: PostgreSQL is killed and started again
// between any two steps of a race. Engine, board and second calculator go on,
// and the board is the same in the next process.
func TestTheServerRestartsUnderTheNode(t *testing.T) {
	server := pgtest.Start(t)
	o := withSampleIn(t, server.Database(t, "race"))
	restart := func() {
		server.Kill(t)
		server.Restart(t)
	}
	restart()
	shop := o.shop()
	for i := range uint32(9) {
		if i%4 == 0 {
			restart()
		}
		must(o, shop, o.betting.PlaceBet, &opentotev1.PlaceBetRequest{Key: o.key(), Bet: o.win("SIMPLE_GAGNANT", i%4+1, 2_00)})
	}
	restart()
	o.run(places(1, 2, 3, 4))
	restart()
	before := o.settled()
	if err := o.node.Close(); err != nil {
		t.Fatal(err)
	}
	o.start()
	if diff := cmp.Diff(before, o.settled(), protocmp.Transform()); diff != "" {
		t.Errorf("(-before the node's restart +after):\n%s", diff)
	}
}
