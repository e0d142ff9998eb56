// Package sample holds an invented day of racing, for the demonstration, the
// simulator and tests: three meetings, twelve races, one start every ten
// minutes, complete arrivals with one non-runner, one dead heat and one
// coupled stable. No name in it is a real horse's, person's or racecourse's.
package sample

import (
	"bytes"
	_ "embed"
	"fmt"

	"opentote/racing"
)

//go:generate go run ./generator -dir .

var (
	//go:embed programme.json
	programme []byte
	//go:embed participants.json
	participants []byte
)

// Programme returns the day's programme in PMU's format.
func Programme() []byte { return bytes.Clone(programme) }

// Participants returns the runners of the day's races in PMU's format.
func Participants() []byte { return bytes.Clone(participants) }

// Load imports the day. It is the day after racing, with its arrivals; see
// racing's BeforeRacing, Shift and StartAt for the morning of another one.
func Load() (*racing.Programme, error) {
	p, _, err := racing.Import(
		racing.Source{Name: "sample programme", Reader: bytes.NewReader(programme)},
		racing.Source{Name: "sample participants", Reader: bytes.NewReader(participants)},
	)
	if err != nil {
		return nil, fmt.Errorf("bundled day: %w", err)
	}
	return p, nil
}
