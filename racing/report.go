package racing

import (
	"fmt"
	"io"
	"strings"

	"opentote/tote"
)

// Report sums up an import: what was found, and what was odd.
type Report struct {
	Day            tote.Day `json:"day"`
	Meetings       int      `json:"meetings"`
	Races          int      `json:"races"`
	Runners        int      `json:"runners"`
	Offers         int      `json:"offers"`
	NonRunners     int      `json:"non_runners"`
	Stables        int      `json:"stables"`
	DeadHeats      int      `json:"dead_heats"` // races with one at least
	Cancelled      int      `json:"cancelled"`
	WithoutArrival int      `json:"without_arrival"` // cancelled races left out
	Provisional    int      `json:"provisional"`     // arrivals not yet official
	WithoutRunners int      `json:"without_runners"`
	Completed      int      `json:"completed"` // arrivals completed by, or taken from, the runners' places
	// Warnings lists what was tolerated, each kind once.
	Warnings []Warning `json:"warnings"`
	// Unlisted counts the kinds of warning beyond the number kept.
	Unlisted int `json:"unlisted,omitempty"`
}

// Warning is something tolerated in the files.
type Warning struct {
	First string `json:"first"` // where it was met first: "R1C6"
	Text  string `json:"text"`
	Count int    `json:"count"` // how often
}

func (w Warning) String() string {
	if w.Count == 1 {
		return w.First + ": " + w.Text
	}
	return fmt.Sprintf("%s: %s (%d times)", w.First, w.Text, w.Count)
}

// String writes the report for people, on one page.
func (r *Report) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Programme of %s\n", r.Day)
	for _, line := range []struct {
		n      int
		what   string
		always bool
	}{
		{r.Meetings, "meetings", true},
		{r.Races, "races", true},
		{r.Runners, "runners", true},
		{r.Offers, "offers", true},
		{r.NonRunners, "non-runners", true},
		{r.Stables, "coupled stables", true},
		{r.DeadHeats, "races with a dead heat", true},
		{r.Cancelled, "cancelled races", true},
		{r.WithoutArrival, "races without arrival", true},
		{r.Provisional, "arrivals not official", false},
		{r.Completed, "arrivals completed from runners' places", false},
		{r.WithoutRunners, "races without runners (cannot be sold)", false},
	} {
		if line.always || line.n > 0 {
			fmt.Fprintf(&b, "  %-42s %6d\n", line.what, line.n)
		}
	}
	if len(r.Warnings) == 0 {
		b.WriteString("No warnings.\n")
		return b.String()
	}
	b.WriteString("Warnings:\n")
	shown := min(len(r.Warnings), warningsShown)
	for _, w := range r.Warnings[:shown] {
		fmt.Fprintf(&b, "  %s\n", w)
	}
	if more := len(r.Warnings) - shown + r.Unlisted; more > 0 {
		fmt.Fprintf(&b, "  and %d more kinds\n", more)
	}
	return b.String()
}

// warningsShown keeps the text to one page.
const warningsShown = 40

// WriteTo writes what String returns.
func (r *Report) WriteTo(w io.Writer) (int64, error) {
	n, err := io.WriteString(w, r.String())
	return int64(n), err
}

// report counts what was built.
func (b *builder) report() *Report {
	rep := &Report{
		Day: b.day.Day, Meetings: len(b.day.Meetings), Completed: b.completed,
		Warnings: b.notes.list, Unlisted: b.notes.dropped,
	}
	for r := range b.day.Races {
		rep.Races++
		rep.Runners += len(r.Runners)
		rep.Offers += len(r.Offers)
		rep.NonRunners += r.NonRunners().Len()
		rep.Stables += len(r.Stables())
		for _, count := range []struct {
			total *int
			is    bool
		}{
			{&rep.DeadHeats, r.DeadHeat()},
			{&rep.Cancelled, r.Status == StatusCancelled},
			{&rep.WithoutArrival, r.Status != StatusCancelled && len(r.Arrival) == 0},
			{&rep.Provisional, len(r.Arrival) > 0 && !r.ArrivalOfficial},
			{&rep.WithoutRunners, len(r.Runners) == 0},
		} {
			if count.is {
				*count.total++
			}
		}
	}
	return rep
}

// notebook gathers warnings, each text once.
type notebook struct {
	list    []Warning
	at      map[string]int
	dropped int
}

func (n *notebook) add(place, text string, count int) {
	if i, ok := n.at[text]; ok {
		n.list[i].Count += count
		return
	}
	if len(n.list) == notesMax {
		n.dropped++
		return
	}
	if n.at == nil {
		n.at = map[string]int{}
	}
	n.at[text] = len(n.list)
	n.list = append(n.list, Warning{First: place, Text: text, Count: count})
}

// code warns of a code that is none of the constants. An absent code is fine.
func (n *notebook) code(place, what, code string, known bool) {
	if code != "" && !known {
		n.add(place, "unknown "+what+" "+quote(code), 1)
	}
}
