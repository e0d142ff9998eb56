package racing

import "slices"

// The types below hold codes of the file as they are. A code that is none of
// the constants is kept and reported as a warning, so that the operator's
// next invention does not stop a day of racing.

// Nature is the time of day of a meeting.
type Nature string

// The natures of a meeting.
const (
	Daytime   Nature = "DIURNE"
	Twilight  Nature = "SEMINOCTURNE"
	Nighttime Nature = "NOCTURNE"
)

// Known reports whether the code is one of the constants.
func (n Nature) Known() bool { return n == Daytime || n == Twilight || n == Nighttime }

// Audience is how widely a meeting or a bet is offered.
type Audience string

// The audiences.
const (
	National Audience = "NATIONAL"
	Regional Audience = "REGIONAL"
	Local    Audience = "LOCAL"
)

// Known reports whether the code is one of the constants.
func (a Audience) Known() bool { return a == National || a == Regional || a == Local }

// MeetingStatus is the state of a whole meeting.
type MeetingStatus string

// The statuses of a meeting.
const (
	MeetingScheduled MeetingStatus = "PROGRAMMEE"
	MeetingOver      MeetingStatus = "TERMINEE"
	MeetingCancelled MeetingStatus = "ANNULEE"
)

// Known reports whether the code is one of the constants.
func (s MeetingStatus) Known() bool {
	return s == MeetingScheduled || s == MeetingOver || s == MeetingCancelled
}

// Discipline is what the horses do.
type Discipline string

// The disciplines.
const (
	Harness      Discipline = "ATTELE"
	MountedTrot  Discipline = "MONTE"
	Flat         Discipline = "PLAT"
	Hurdles      Discipline = "HAIE"
	Steeplechase Discipline = "STEEPLECHASE"
	CrossCountry Discipline = "CROSS"
)

// Known reports whether the code is one of the constants.
func (d Discipline) Known() bool {
	return slices.Contains([]Discipline{Harness, MountedTrot, Flat, Hurdles, Steeplechase, CrossCountry}, d)
}

// Speciality groups the disciplines.
type Speciality string

// The specialities.
const (
	SpecialityHarness Speciality = "TROT_ATTELE"
	SpecialityMounted Speciality = "TROT_MONTE"
	SpecialityFlat    Speciality = "PLAT"
	SpecialityJumps   Speciality = "OBSTACLE"
)

// Known reports whether the code is one of the constants.
func (s Speciality) Known() bool {
	return slices.Contains([]Speciality{SpecialityHarness, SpecialityMounted, SpecialityFlat, SpecialityJumps}, s)
}

// Status is the state of a race.
type Status string

// The statuses of a race, in the order they are met.
const (
	StatusScheduled        Status = "PROGRAMMEE"
	StatusThreeMinutes     Status = "DEPART_DANS_TROIS_MINUTES"
	StatusAtTheStart       Status = "ROUGE_AUX_PARTANTS"
	StatusOff              Status = "DEPART_CONFIRME"
	StatusUnchecked        Status = "ARRIVEE_PROVISOIRE_NON_VALIDEE"
	StatusProvisional      Status = "ARRIVEE_PROVISOIRE"
	StatusOfficial         Status = "ARRIVEE_DEFINITIVE"
	StatusOfficialComplete Status = "ARRIVEE_DEFINITIVE_COMPLETE"
	StatusOver             Status = "FIN_COURSE"
	StatusCancelled        Status = "COURSE_ANNULEE"
)

// Known reports whether the code is one of the constants.
func (s Status) Known() bool {
	return s.BeforeStart() || slices.Contains([]Status{StatusOff, StatusUnchecked, StatusProvisional,
		StatusOfficial, StatusOfficialComplete, StatusOver, StatusCancelled}, s)
}

// BeforeStart reports whether the status says for certain that the race has
// not started.
func (s Status) BeforeStart() bool {
	return s == StatusScheduled || s == StatusThreeMinutes || s == StatusAtTheStart
}

// IncidentKind is what can happen to a runner.
type IncidentKind string

// The kinds of incident.
const (
	IncidentNonRunner      IncidentKind = "NON_PARTANT"
	IncidentBrokeGait      IncidentKind = "DISQUALIFIE_POUR_ALLURE_IRREGULIERE"
	IncidentGallopedAtPost IncidentKind = "DISQUALIFIE_POTEAU_GALOP"
	IncidentPulledUp       IncidentKind = "ARRETE"
	IncidentFell           IncidentKind = "TOMBE"
	IncidentDemoted        IncidentKind = "DISTANCE"
	IncidentLeftAtTheStart IncidentKind = "RESTE_AU_POTEAU"
	IncidentRanOut         IncidentKind = "DEROBE"
)

// Known reports whether the code is one of the constants.
func (k IncidentKind) Known() bool {
	return slices.Contains([]IncidentKind{IncidentNonRunner, IncidentBrokeGait, IncidentGallopedAtPost,
		IncidentPulledUp, IncidentFell, IncidentDemoted, IncidentLeftAtTheStart, IncidentRanOut}, k)
}

// Sex is a horse's sex.
type Sex string

// The sexes.
const (
	Male    Sex = "MALES"
	Female  Sex = "FEMELLES"
	Gelding Sex = "HONGRES"
)

// Known reports whether the code is one of the constants.
func (s Sex) Known() bool { return s == Male || s == Female || s == Gelding }

// Blinkers is what a horse wears at its eyes.
type Blinkers string

// The kinds of blinkers.
const (
	NoBlinkers         Blinkers = "SANS_OEILLERES"
	ClassicBlinkers    Blinkers = "OEILLERES_CLASSIQUE"
	AustralianBlinkers Blinkers = "OEILLERES_AUSTRALIENNES"
)

// Known reports whether the code is one of the constants.
func (b Blinkers) Known() bool {
	return b == NoBlinkers || b == ClassicBlinkers || b == AustralianBlinkers
}

// Shoeing is what a trotter wears on its fore and hind feet.
type Shoeing string

// The ways of shoeing. The triple R is the file's.
const (
	BareFore             Shoeing = "DEFERRE_ANTERIEURS"
	BareHind             Shoeing = "DEFERRE_POSTERIEURS"
	BareAll              Shoeing = "DEFERRE_ANTERIEURS_POSTERIEURS"
	PlatedFore           Shoeing = "PROTEGE_ANTERIEURS"
	PlatedHind           Shoeing = "PROTEGE_POSTERIEURS"
	PlatedAll            Shoeing = "PROTEGE_ANTERIEURS_POSTERIEURS"
	PlatedForeBareHind   Shoeing = "PROTEGE_ANTERIEURS_DEFERRRE_POSTERIEURS"
	BareForePlatedHind   Shoeing = "DEFERRE_ANTERIEURS_PROTEGE_POSTERIEURS"
	ShodAgainForeAndHind Shoeing = "REFERRE_ANTERIEURS_POSTERIEURS"
)

// Known reports whether the code is one of the constants.
func (s Shoeing) Known() bool {
	return slices.Contains([]Shoeing{BareFore, BareHind, BareAll, PlatedFore, PlatedHind, PlatedAll,
		PlatedForeBareHind, BareForePlatedHind, ShodAgainForeAndHind}, s)
}

// TrainerSay is the trainer's opinion of the runner's chance.
type TrainerSay string

// The opinions.
const (
	Confident   TrainerSay = "POSITIF"
	Neutral     TrainerSay = "NEUTRE"
	Unconfident TrainerSay = "NEGATIF"
)

// Known reports whether the code is one of the constants.
func (s TrainerSay) Known() bool { return s == Confident || s == Neutral || s == Unconfident }

// The statuses of a runner. They decide refunds, so any other is an error.
const (
	runnerIn  = "PARTANT"
	runnerOut = "NON_PARTANT"
)
