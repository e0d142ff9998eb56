package racing

import (
	"errors"
	"fmt"
	"time"

	"opentote/tote"
)

const (
	offsetMaxMillis  = 14 * 60 * 60 * 1000 // east or west of Greenwich
	startMax         = 36 * time.Hour      // after the day's midnight
	baseStakeMax     = 1_000_00            // cents
	carryOverMaxEuro = 100_000_000
)

// programme builds the day, its meetings and races, without runners.
func (b *builder) programme(f *file) error {
	doc := f.doc.Programme
	if len(doc.Reunions) == 0 {
		return errors.New("the programme holds no meeting")
	}
	offset := doc.TimezoneOffset
	if offset == nil {
		offset = doc.Reunions[0].TimezoneOffset
	}
	midnight, err := b.midnight(doc.Date, offset)
	if err != nil {
		return err
	}
	b.day = &Programme{Day: dayOf(midnight), Meetings: make([]Meeting, len(doc.Reunions))}
	if !b.day.Day.Valid() {
		return fmt.Errorf("date %d out of range", *doc.Date)
	}
	if f.doc.Date != "" && f.doc.Date != fileDay(b.day.Day) {
		return fmt.Errorf("date: the file says %s, its programme %s", quote(f.doc.Date), fileDay(b.day.Day))
	}
	numbers := map[int]bool{}
	for i := range doc.Reunions {
		m := &b.day.Meetings[i]
		if err := b.meeting(m, &doc.Reunions[i], *doc.Date); err != nil {
			return fmt.Errorf("meeting %d: %w", doc.Reunions[i].NumOfficiel, err)
		}
		if numbers[m.Number] {
			return fmt.Errorf("meeting %d comes twice", m.Number)
		}
		numbers[m.Number] = true
		if err := b.meetingRaces(m, &doc.Reunions[i]); err != nil {
			return err
		}
	}
	for _, n := range f.notes {
		b.notes.add(b.programmePlace(n.path), n.text, n.count)
	}
	return nil
}

// midnight returns the instant the programme's day begins.
func (b *builder) midnight(date, offset *int64) (time.Time, error) {
	if date == nil {
		return time.Time{}, errors.New("the programme has no date")
	}
	zone, err := clock(offset)
	if err != nil {
		return time.Time{}, err
	}
	// 1900 and 2999, between which tote.Day counts.
	if *date < -2208988800000 || *date > 32503680000000 {
		return time.Time{}, fmt.Errorf("date %d out of range", *date)
	}
	t := time.UnixMilli(*date).In(zone)
	if t.Hour() != 0 || t.Minute() != 0 || t.Second() != 0 || t.Nanosecond() != 0 {
		return time.Time{}, fmt.Errorf("date %d is no midnight but %s", *date, t.Format(time.RFC3339))
	}
	return t, nil
}

// clock returns the zone of an offset in milliseconds.
func clock(offset *int64) (*time.Location, error) {
	if offset == nil {
		return nil, errors.New("no timezoneOffset")
	}
	if *offset < -offsetMaxMillis || *offset > offsetMaxMillis || *offset%60_000 != 0 {
		return nil, fmt.Errorf("timezoneOffset %d is no offset in milliseconds", *offset)
	}
	return zone(time.Duration(*offset) * time.Millisecond), nil
}

func zone(offset time.Duration) *time.Location { return time.FixedZone("", int(offset/time.Second)) }

func dayOf(t time.Time) tote.Day {
	year, month, day := t.Date()
	return tote.Day(year*10000 + int(month)*100 + day)
}

// fileDay writes a day as the files do: "23112025".
func fileDay(d tote.Day) string { return fmt.Sprintf("%02d%02d%04d", d%100, d/100%100, d/10000) }

// timeOf returns a day's midnight.
func timeOf(d tote.Day, loc *time.Location) time.Time {
	return time.Date(int(d/10000), time.Month(d/100%100), int(d%100), 0, 0, 0, 0, loc)
}

func (b *builder) meeting(m *Meeting, doc *meetingDoc, date int64) error {
	var err error
	if m.Number, err = within("number", doc.NumOfficiel, 1, 99); err != nil {
		return err
	}
	if _, err := clock(doc.TimezoneOffset); err != nil {
		return err
	}
	if doc.DateReunion != nil && *doc.DateReunion != date {
		return fmt.Errorf("dateReunion %d is not the programme's date %d", *doc.DateReunion, date)
	}
	m.ExternalNumber = int(doc.NumExterne)
	m.UTCOffset = time.Duration(*doc.TimezoneOffset) * time.Millisecond
	m.Racecourse = Racecourse{doc.Hippodrome.Code, doc.Hippodrome.LibelleCourt, doc.Hippodrome.LibelleLong}
	m.Country = Country{doc.Pays.Code, doc.Pays.Libelle}
	m.Nature, m.Audience, m.Status = Nature(doc.Nature), Audience(doc.Audience), MeetingStatus(doc.Statut)
	if w := doc.Meteo; w != nil {
		m.Weather = &Weather{w.NebulositeLibelleCourt, int(w.Temperature), int(w.ForceVent), w.DirectionVent}
	}
	place := fmt.Sprintf("R%d", m.Number)
	b.notes.code(place, "nature", string(m.Nature), m.Nature.Known())
	b.notes.code(place, "audience", string(m.Audience), m.Audience.Known())
	b.notes.code(place, "meeting status", string(m.Status), m.Status.Known())
	return nil
}

func (b *builder) meetingRaces(m *Meeting, doc *meetingDoc) error {
	m.Races = make([]Race, len(doc.Courses))
	for i := range doc.Courses {
		r, c := &m.Races[i], &doc.Courses[i]
		if err := b.race(r, c, m); err != nil {
			return fmt.Errorf("R%dC%d: %w", m.Number, c.NumOrdre, err)
		}
		if b.races[r.ID] != nil {
			return fmt.Errorf("%s: the race comes twice", shortID(r.ID))
		}
		b.races[r.ID] = r
		b.order = append(b.order, r.ID)
	}
	return nil
}

// race builds what money depends on and leaves the rest to describe.
func (b *builder) race(r *Race, doc *raceDoc, m *Meeting) error {
	var err error
	if r.Number, err = within("race number", doc.NumOrdre, 1, 99); err != nil {
		return err
	}
	if doc.NumReunion != int64(m.Number) {
		return fmt.Errorf("numReunion %d is not its meeting's number %d", doc.NumReunion, m.Number)
	}
	r.ID = tote.RaceOf(b.day.Day, m.Number, r.Number)
	if r.Start, err = b.start(doc.HeureDepart, m); err != nil {
		return err
	}
	if r.Announced, err = within("nombreDeclaresPartants", doc.NombreDeclaresPartants, 0, int(tote.MaxHorse)); err != nil {
		return err
	}
	r.Status, r.ArrivalOfficial = Status(doc.Statut), doc.ArriveeDefinitive || doc.IsArriveeDefinitive
	b.notes.code(shortID(r.ID), "status", doc.Statut, r.Status.Known())
	if doc.TimezoneOffset != nil && time.Duration(*doc.TimezoneOffset)*time.Millisecond != m.UTCOffset {
		b.notes.add(shortID(r.ID), "the race's timezoneOffset is not its meeting's: the meeting's is used", 1)
	}
	b.describe(r, doc)
	if err := b.offers(r, doc); err != nil {
		return err
	}
	if err := incidents(r, doc.Incidents); err != nil {
		return err
	}
	for _, i := range r.Incidents {
		b.notes.code(shortID(r.ID), "incident", string(i.Kind), i.Kind.Known())
	}
	return arrival(r, doc.OrdreArrivee)
}

func (b *builder) start(at *int64, m *Meeting) (time.Time, error) {
	if at == nil {
		return time.Time{}, errors.New("no heureDepart")
	}
	midnight := timeOf(b.day.Day, zone(m.UTCOffset))
	after := *at - midnight.UnixMilli()
	if after < 0 || after >= startMax.Milliseconds() {
		return time.Time{}, fmt.Errorf("start %d does not fall on %s", *at, b.day.Day)
	}
	return time.UnixMilli(*at).In(zone(m.UTCOffset)), nil
}

// describe fills in what people read.
func (b *builder) describe(r *Race, doc *raceDoc) {
	r.Name, r.ShortName, r.Conditions = doc.Libelle, doc.LibelleCourt, doc.Conditions
	r.DistanceMetres, r.Course, r.Rail, r.Surface = int(doc.Distance), doc.Parcours, doc.Corde, doc.TypePiste
	r.Discipline, r.Speciality = Discipline(doc.Discipline), Speciality(doc.Specialite)
	r.Category, r.AgeCondition, r.SexCondition = doc.CategorieParticularite, doc.ConditionAge, doc.ConditionSexe
	r.PrizeEuros = doc.MontantPrix
	r.PursesEuros = [5]int64{
		doc.MontantOffert1er, doc.MontantOffert2eme, doc.MontantOffert3eme, doc.MontantOffert4eme, doc.MontantOffert5eme,
	}
	r.OnlineOnly, r.DurationMillis = doc.ExclusiveInternet, doc.DureeCourse
	r.Inquiry, r.InquiryOutcome = doc.Evenement, doc.DetailsEvenement
	if doc.Penetrometre != nil {
		r.Going = doc.Penetrometre.Intitule
	}
	place := shortID(r.ID)
	b.notes.code(place, "discipline", doc.Discipline, r.Discipline.Known())
	b.notes.code(place, "speciality", doc.Specialite, r.Speciality.Known())
	b.notes.code(place, "unit of distance", doc.DistanceUnit, doc.DistanceUnit == metre)
}

// metre is the unit of every distance met so far.
const metre = "METRE"

// incidents gathers a race's incidents by kind, in the order of the file.
func incidents(r *Race, docs []incidentDoc) error {
	for _, doc := range docs {
		for _, n := range doc.NumeroParticipants {
			h, err := horse(n)
			if err != nil {
				return fmt.Errorf("incident %s: %w", quote(doc.Type), err)
			}
			r.addIncident(IncidentKind(doc.Type), h)
		}
	}
	return nil
}

func (r *Race) addIncident(kind IncidentKind, h tote.Horse) {
	for i := range r.Incidents {
		if r.Incidents[i].Kind == kind {
			r.Incidents[i].Horses = r.Incidents[i].Horses.With(h)
			return
		}
	}
	r.Incidents = append(r.Incidents, Incident{kind, tote.SetOf(h)})
}

// arrival reads the order of finish and checks what can be checked without the
// runners.
func arrival(r *Race, places [][]int64) error {
	var seen tote.HorseSet
	for i, place := range places {
		if len(place) == 0 {
			return fmt.Errorf("arrival: place number %d holds no horse", i+1)
		}
		horses := make([]tote.Horse, len(place))
		for j, n := range place {
			h, err := horse(n)
			if err != nil {
				return fmt.Errorf("arrival: %w", err)
			}
			if seen.Has(h) {
				return fmt.Errorf("arrival: runner %d comes twice", h)
			}
			seen, horses[j] = seen.With(h), h
		}
		r.Arrival = append(r.Arrival, horses)
	}
	return nil
}

// programmePlace translates a path in the programme into the meeting's or
// race's name.
func (b *builder) programmePlace(path []step) string {
	meeting, race := -1, -1
	for _, s := range path {
		switch {
		case s.field == "reunions" && meeting < 0:
			meeting = s.index
		case s.field == "courses" && meeting >= 0 && race < 0:
			race = s.index
		}
	}
	switch {
	case meeting < 0:
		return b.file
	case race < 0:
		return fmt.Sprintf("R%d", b.day.Meetings[meeting].Number)
	}
	return shortID(b.day.Meetings[meeting].Races[race].ID)
}

// offers builds the bets offered on a race.
func (b *builder) offers(r *Race, doc *raceDoc) error {
	seen := map[tote.BetCode]bool{}
	for i := range doc.Paris {
		o, err := b.offer(&doc.Paris[i], shortID(r.ID))
		if err != nil {
			return fmt.Errorf("offer %s: %w", quote(doc.Paris[i].CodePari), err)
		}
		if seen[o.Code] {
			return fmt.Errorf("offer %s comes twice", o.Code)
		}
		seen[o.Code] = true
		r.Offers = append(r.Offers, o)
	}
	for _, c := range doc.Cagnottes {
		money, err := euros(c.Montant)
		if err != nil {
			return fmt.Errorf("carry-over of %s: %w", quote(c.TypePari), err)
		}
		if o := r.Offer(tote.BetCode(c.TypePari)); o != nil && o.CarryOver != money {
			b.notes.add(shortID(r.ID), "a carry-over differs between offer and race: the offer's is used", 1)
		}
	}
	return nil
}

func (b *builder) offer(doc *offerDoc, place string) (Offer, error) {
	if !validBetCode(doc.CodePari) {
		return Offer{}, fmt.Errorf("a code is 1 to %d capital letters, digits and underscores", betCodeMaxBytes)
	}
	o := Offer{
		Code: tote.BetCode(doc.CodePari), Ordered: doc.Ordre, Combined: doc.Combine, Complement: doc.Complement,
		Spot: doc.SpotAutorise, Audience: Audience(doc.Audience), OnSale: doc.EnVente, Paying: doc.MisEnPaiement,
		Reportable: doc.Reportable, PoolID: doc.PoolID,
	}
	known := knownBets[betName(o.Code)]
	b.notes.code(place, "bet", doc.CodePari, known)
	b.notes.code(place, "audience", doc.Audience, o.Audience.Known())
	if doc.TypePari != "" && doc.TypePari != doc.CodePari {
		b.notes.add(place, "typePari and codePari differ: codePari is used", 1)
	}
	switch {
	case doc.MiseBase != nil:
		stake, err := within("base stake", *doc.MiseBase, 1, baseStakeMax)
		if err != nil {
			return Offer{}, err
		}
		o.BaseStake = tote.Money(stake)
	case known && betName(o.Code) != reportPlus:
		return Offer{}, errors.New("no base stake")
	case !known:
		b.notes.add(place, "bet "+doc.CodePari+" has no base stake", 1)
	}
	return o, b.offerBounds(&o, doc)
}

func (b *builder) offerBounds(o *Offer, doc *offerDoc) error {
	var err error
	if doc.MiseMax != nil {
		if *doc.MiseMax < int64(max(o.BaseStake, 1)) || *doc.MiseMax > int64(tote.MaxStake) {
			return fmt.Errorf("largest stake %d out of range", *doc.MiseMax)
		}
		o.MaxStake = tote.Money(*doc.MiseMax)
	}
	if o.Horses, err = within("number of horses", doc.NbChevauxReglementaire, 1, int(tote.MaxHorse)); err != nil {
		return err
	}
	if o.FlexiPercent, err = increasing("flexi percentage", doc.ValeursFlexiAutorisees, 99); err != nil {
		return err
	}
	if o.RiskValues, err = increasing("risk value", doc.ValeursRisqueAutorisees, int(tote.MaxHorse)); err != nil {
		return err
	}
	o.CarryOver, err = euros(doc.Cagnotte)
	return err
}

// euros reads a carry-over. The files hold whole euros: the amounts the
// operator announced as 4,000 and 50,000 euros stand there as such.
func euros(n int64) (tote.Money, error) {
	whole, err := within("carry-over", n, 0, carryOverMaxEuro)
	return tote.Money(whole) * 100, err
}

// increasing checks a list of different numbers and sorts it.
func increasing(what string, list []int64, high int) ([]int, error) {
	var sorted []int
	for _, n := range list {
		i, err := within(what, n, 1, high)
		if err != nil {
			return nil, err
		}
		at := 0
		for at < len(sorted) && sorted[at] < i {
			at++
		}
		if at < len(sorted) && sorted[at] == i {
			return nil, fmt.Errorf("%s %d comes twice", what, i)
		}
		sorted = append(sorted[:at], append([]int{i}, sorted[at:]...)...)
	}
	return sorted, nil
}
