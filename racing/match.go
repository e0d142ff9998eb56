package racing

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"

	"opentote/tote"
)

// participants gives the runners of a file to their races.
//
// PMU's answers about runners do not name their race. It is told, in this
// order, by: the numbers that Encode writes; the addresses of the runners'
// silks, which end in .../DDMMYYYY/R1/C6/P3.png; the caller, for a single
// answer; the position, in a file with exactly as many entries as the
// programme has races, if every entry that tells by itself stands where the
// programme has it. Anything less certain is an error: runners in the wrong
// race would take bets.
func (b *builder) participants(f *file) error {
	if f.doc.Date != "" && f.doc.Date != fileDay(b.day.Day) {
		return fmt.Errorf("date: the file says %s, the programme %s", quote(f.doc.Date), fileDay(b.day.Day))
	}
	entries, ids, err := b.match(f)
	if err != nil {
		return err
	}
	for i := range entries {
		r := b.races[ids[i]]
		if r == nil {
			return fmt.Errorf("entry %d: no race %s in the programme", i+1, ids[i])
		}
		if len(entries[i].Participants) == 0 {
			continue
		}
		if len(r.Runners) > 0 {
			return fmt.Errorf("%s: the runners come twice", shortID(r.ID))
		}
		if err := b.runners(r, entries[i].Participants); err != nil {
			return fmt.Errorf("%s: %w", shortID(r.ID), err)
		}
	}
	for _, n := range f.notes {
		place := f.source.Name
		if len(n.path) > 0 && n.path[0].field == "courses" && n.path[0].index >= 0 {
			place = shortID(ids[n.path[0].index])
		}
		b.notes.add(place, n.text, n.count)
	}
	return nil
}

// match returns the file's entries and the race of each.
func (b *builder) match(f *file) ([]entryDoc, []tote.RaceID, error) {
	entries := f.doc.Courses
	if f.doc.Participants != nil {
		entries = []entryDoc{{Participants: f.doc.Participants}}
	}
	ids := make([]tote.RaceID, len(entries))
	inOrder := f.doc.Courses != nil && len(entries) == len(b.order)
	for i := range entries {
		id, err := b.entryRace(&entries[i])
		if err != nil {
			return nil, nil, fmt.Errorf("entry %d: %w", i+1, err)
		}
		if id == 0 && f.doc.Participants != nil {
			id = f.source.Race
		}
		ids[i] = id
		inOrder = inOrder && (id == 0 || id == b.order[i])
	}
	for i, id := range ids {
		if id != 0 {
			continue
		}
		if !inOrder {
			return nil, nil, fmt.Errorf("entry %d: cannot tell which race it is about", i+1)
		}
		// Nothing but the position names this race, so the number of runners
		// must agree too.
		ids[i] = b.order[i]
		announced, got := b.races[ids[i]].Announced, len(entries[i].Participants)
		if got > 0 && got != announced {
			return nil, nil, fmt.Errorf("entry %d: %d runners, but %s in its place has %d", i+1, got, shortID(ids[i]), announced)
		}
	}
	return entries, ids, nil
}

// entryRace returns the race an entry says it is about, or 0 if it does not.
func (b *builder) entryRace(entry *entryDoc) (tote.RaceID, error) {
	if entry.NumReunion != 0 || entry.NumOrdre != 0 {
		meeting, err := within("numReunion", entry.NumReunion, 1, 99)
		if err != nil {
			return 0, err
		}
		race, err := within("numOrdre", entry.NumOrdre, 1, 99)
		return tote.RaceOf(b.day.Day, meeting, race), err
	}
	var id tote.RaceID
	for i := range entry.Participants {
		of, day, number := silksRace(entry.Participants[i].URLCasaque)
		switch {
		case number == 0:
			continue
		case day != fileDay(b.day.Day):
			return 0, fmt.Errorf("silks of day %s in a programme of %s", day, fileDay(b.day.Day))
		case int64(number) != entry.Participants[i].NumPmu:
			return 0, fmt.Errorf("runner %d has the silks of number %d", entry.Participants[i].NumPmu, number)
		}
		of += tote.RaceID(b.day.Day) * 10000
		if id != 0 && id != of {
			return 0, fmt.Errorf("silks of both %s and %s", shortID(id), shortID(of))
		}
		id = of
	}
	return id, nil
}

var silksAddress = regexp.MustCompile(`/([0-9]{8})/R([0-9]{1,2})/C([0-9]{1,2})/P([0-9]{1,2})\.[a-z]+$`)

// silksRace reads meeting and race, day and runner out of the address of a
// runner's silks. The runner is 0 when the address does not tell.
func silksRace(url string) (race tote.RaceID, day string, runner int) {
	part := silksAddress.FindStringSubmatch(url)
	if part == nil {
		return 0, "", 0
	}
	// The pattern lets only numbers of one or two digits through.
	r, _ := strconv.Atoi(part[2])
	c, _ := strconv.Atoi(part[3])
	p, _ := strconv.Atoi(part[4])
	return tote.RaceOf(0, r, c), part[1], p
}

// runners builds a race's official list.
func (b *builder) runners(r *Race, docs []runnerDoc) error {
	var seen tote.HorseSet
	r.Runners = make([]Runner, len(docs))
	for i := range docs {
		h, err := horse(docs[i].NumPmu)
		if err != nil {
			return err
		}
		if seen.Has(h) {
			return fmt.Errorf("runner %d comes twice", h)
		}
		seen = seen.With(h)
		r.Runners[i].Number = h
		if err := b.runner(r, &r.Runners[i], &docs[i]); err != nil {
			return fmt.Errorf("runner %d: %w", h, err)
		}
	}
	if len(docs) != r.Announced {
		b.notes.add(shortID(r.ID), "the programme announces another number of runners than there are", 1)
	}
	return nil
}

func (b *builder) runner(race *Race, r *Runner, doc *runnerDoc) error {
	place := shortID(race.ID)
	switch doc.Statut {
	case runnerIn:
	case runnerOut:
		r.NonRunner = true
	default:
		return fmt.Errorf("status %s: want %s or %s", quote(doc.Statut), runnerIn, runnerOut)
	}
	if len(doc.Ecurie) > stableMaxBytes {
		return errors.New("the stable's name is longer than a few letters")
	}
	r.Stable = doc.Ecurie
	if doc.Incident != "" {
		kind := IncidentKind(doc.Incident)
		b.notes.code(place, "incident", doc.Incident, kind.Known())
		race.addIncident(kind, r.Number)
	}
	if doc.OrdreArrivee < 0 || doc.OrdreArrivee > int64(tote.MaxHorse) {
		b.notes.add(place, "a runner's ordreArrivee is no place", 1)
	} else {
		r.Place = int(doc.OrdreArrivee) // as the runner's file says, until finish
	}
	describeRunner(r, doc)
	b.notes.code(place, "sex", doc.Sexe, r.Sex.Known())
	b.notes.code(place, "blinkers", doc.Oeilleres, r.Blinkers.Known())
	b.notes.code(place, "shoeing", doc.Deferre, r.Shoeing.Known())
	b.notes.code(place, "trainer's opinion", doc.AvisEntraineur, r.TrainerSay.Known())
	return nil
}

const stableMaxBytes = 8

// describeRunner fills in what people read.
func describeRunner(r *Runner, doc *runnerDoc) {
	r.Name, r.HorseID, r.Sex, r.AgeYears, r.Breed = doc.Nom, doc.IDCheval, Sex(doc.Sexe), int(doc.Age), doc.Race
	r.Country, r.TrainedIn = doc.Pays, doc.PaysEntrainement
	r.Sire, r.Dam, r.DamSire = doc.NomPere, doc.NomMere, doc.NomPereMere
	r.Jockey, r.Trainer, r.Owner, r.Breeder = doc.Driver, doc.Entraineur, doc.Proprietaire, doc.Eleveur
	r.Form, r.SilksURL, r.Silks = doc.Musique, doc.URLCasaque, doc.Casaque
	r.NewJockey, r.FirstRace = doc.DriverChange, doc.IndicateurInedit
	r.Blinkers, r.Shoeing, r.TrainerSay = Blinkers(doc.Oeilleres), Shoeing(doc.Deferre), TrainerSay(doc.AvisEntraineur)
	r.DrawPosition, r.DistanceMetres = int(doc.PlaceCorde), int(doc.HandicapDistance)
	r.WeightTenthsKg, r.CarriedTenthsKg = int(doc.HandicapPoids), int(doc.PoidsConditionMonte)
	r.Rating, r.TimeMillis = int64(doc.HandicapValeur), doc.TempsObtenu
	r.Starts, r.Wins, r.Placings = int(doc.NombreCourses), int(doc.NombreVictoires), int(doc.NombrePlaces)
	if doc.Robe != nil {
		r.Coat = doc.Robe.LibelleLong
	}
	if doc.Gains != nil {
		r.CareerCents, r.YearCents = doc.Gains.GainsCarriere, doc.Gains.GainsAnneeEnCours
	}
	if doc.DernierRapportReference != nil {
		r.ReferenceOdds = tote.Dividend(doc.DernierRapportReference.Rapport)
	}
	if doc.DernierRapportDirect != nil {
		r.LastOdds = tote.Dividend(doc.DernierRapportDirect.Rapport)
	}
	if doc.DistanceChevalPrecedent != nil {
		r.Margin = doc.DistanceChevalPrecedent.LibelleLong
	}
	if doc.CommentaireApresCourse != nil {
		r.Comment = doc.CommentaireApresCourse.Texte
	}
}
