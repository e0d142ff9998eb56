package racing

import "opentote/tote"

// Runner ("partant") is a horse on a race's official list.
type Runner struct {
	Number     tote.Horse // 1 to tote.MaxHorse, unique in the race
	Name       string
	HorseID    string // the file's own id of the horse across races
	Sex        Sex
	AgeYears   int
	Breed      string
	Coat       string
	Country    string // where it was bred, in words
	TrainedIn  string // where it is trained, in words or as a code
	Sire, Dam  string
	DamSire    string
	Jockey     string // jockey, or driver in harness races
	Trainer    string
	Owner      string
	Breeder    string
	Form       string // "musique": past places, the latest first
	SilksURL   string // picture of the colours
	Silks      string // the colours in words; not in PMU's files
	NonRunner  bool
	NewJockey  bool   // the jockey was changed after the declaration
	FirstRace  bool   // never ran before
	Stable     string // letter of the coupled stable, see Race.Stables
	Blinkers   Blinkers
	Shoeing    Shoeing // empty: shod
	TrainerSay TrainerSay
	// DrawPosition is the starting stall, 0 when not drawn.
	DrawPosition int
	// DistanceMetres is the runner's own distance in a race with a staggered
	// start, 0 when it is the race's.
	DistanceMetres int
	// WeightTenthsKg is the weight allotted, CarriedTenthsKg the one really
	// carried where it differs: 570 is 57 kg.
	WeightTenthsKg, CarriedTenthsKg int
	// Rating is the handicapper's value, in hundredths.
	Rating int64
	// Starts, Wins and Placings count the whole career.
	Starts, Wins, Placings int
	// CareerCents and YearCents are earnings, of the career and of this year.
	CareerCents, YearCents int64
	// ReferenceOdds are the morning's odds to win, LastOdds the last ones
	// shown; 0 when there were none.
	ReferenceOdds, LastOdds tote.Dividend
	// Place is the rank in the arrival, 0 when not classified: after two
	// firsts comes a third.
	Place int
	// TimeMillis is the runner's own time, 0 when not taken.
	TimeMillis int64
	// Margin is the distance to the horse before, in words.
	Margin  string
	Comment string // on the race, once run
}
