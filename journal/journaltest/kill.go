package journaltest

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"opentote/event"
	"opentote/journal"
)

// killEnv names the journal of the child that Kill starts.
const killEnv = "OPENTOTE_JOURNAL_KILL"

// Kill checks that a journal survives the sudden death of its writer. In a
// loop it starts the test binary again as a writer, kills it with SIGKILL at a
// random moment, be it while it creates or repairs the journal, opens what is
// left and wants every acknowledged row, at most one row more, and an intact
// chain. It is for journals that outlive their process. It calls itself again
// by the name of its test, which must not do anything else.
func Kill(t *testing.T, open Open) {
	if dir := os.Getenv(killEnv); dir != "" {
		writeUntilKilled(t, open(t, dir))
		return
	}
	rounds := 20
	if testing.Short() {
		rounds = 5
	}
	dir := t.TempDir()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 0))
	acked, epoch, survived := event.Seq(0), event.Epoch(0), 0
	for round := range rounds {
		got := killOne(t, dir, rnd)
		if got != 0 {
			acked = got
		}
		head, rows := verify(t, open, dir)
		extra := 0
		for _, row := range rows {
			if row.First > acked {
				extra++
			}
		}
		if head.Last < acked || extra > 1 {
			t.Fatalf("round %d: acknowledged up to event %d, found %d and %d rows more, want all and at most 1",
				round, acked, head.Last, extra)
		}
		if head.Epoch < epoch || head.Epoch == epoch && got != 0 {
			t.Fatalf("round %d: epoch %d after epoch %d", round, head.Epoch, epoch)
		}
		acked, epoch, survived = head.Last, head.Epoch, survived+extra
	}
	t.Logf("%d rounds, %d events, %d rows durable but not acknowledged", rounds, acked, survived)
}

// killOne starts a writer on dir, kills it, and returns the last event it
// acknowledged, 0 when none.
func killOne(t *testing.T, dir string, rnd *rand.Rand) event.Seq {
	t.Helper()
	var pattern []string
	for _, part := range strings.Split(t.Name(), "/") {
		pattern = append(pattern, "^"+regexp.QuoteMeta(part)+"$")
	}
	var complaints bytes.Buffer
	cmd := exec.Command(os.Args[0], "-test.run="+strings.Join(pattern, "/"), "-test.count=1")
	cmd.Env = append(os.Environ(), killEnv+"="+dir)
	cmd.Stderr = &complaints
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	// Either some rows after the first acknowledgement, or some time after the
	// start, which falls before, into and after the opening of the journal.
	rows, delay := rnd.IntN(300), time.Duration(rnd.IntN(5000))*time.Microsecond
	if rnd.IntN(4) == 0 {
		rows, delay = 0, time.Duration(rnd.IntN(60))*time.Millisecond
	}
	lines := bufio.NewScanner(out)
	var last event.Seq
	var heard strings.Builder
	scan := func() bool {
		ok := lines.Scan()
		if ok && !parseAck(lines.Text(), &last) {
			fmt.Fprintln(&heard, lines.Text())
		}
		return ok
	}
	for n := 0; n < rows && scan(); n++ {
	}
	timer := time.AfterFunc(delay, func() { cmd.Process.Kill() })
	defer timer.Stop()
	for scan() {
	}
	err = cmd.Wait()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.Exited() {
		t.Fatalf("the writer ended by itself: %v\n%s%s", err, heard.String(), complaints.String())
	}
	return last
}

// parseAck reads a whole acknowledgement: a line cut by the kill is none.
func parseAck(line string, last *event.Seq) bool {
	var seq event.Seq
	if n, err := fmt.Sscanf(line, "ack %d.", &seq); n != 1 || err != nil {
		return false
	}
	*last = seq
	return true
}

// verify opens the journal and returns its head and rows.
func verify(t *testing.T, open Open, dir string) (journal.Head, []event.Row) {
	t.Helper()
	j := open(t, dir)
	defer func() {
		if err := j.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}()
	head, err := j.Head(t.Context())
	if err != nil {
		t.Fatalf("Head: %v", err)
	}
	rows := read(t, j, 1)
	for _, row := range rows {
		if !bytes.Equal(row.Payload, payload(row.First)) {
			t.Fatalf("row %d is not what was written", row.First)
		}
	}
	if n := len(rows); n > 0 && (rows[n-1].Last() != head.Last || rows[n-1].Hash != head.Hash) {
		t.Fatalf("last row ends at %d, head is %+v", rows[n-1].Last(), head)
	}
	return head, rows
}

// writeUntilKilled appends rows and says so on stdout after each.
func writeUntilKilled(t *testing.T, j journal.Journal) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // should the parent be gone
	defer cancel()
	w := lead(t, j)
	for i := 0; ctx.Err() == nil; i++ {
		row := w.append(t, uint32(1+i%4), payload(w.head.Last+1))
		if _, err := io.WriteString(os.Stdout, fmt.Sprintf("ack %d.\n", row.Last())); err != nil {
			t.Fatalf("parent is gone: %v", err)
		}
		w.rows = nil
	}
}
