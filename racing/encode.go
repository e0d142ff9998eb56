package racing

import (
	"encoding/json"
	"io"

	"opentote/tote"
)

// Encode writes a day as two documents in PMU's format, so that days made here
// are read by the same code as PMU's. Import of both returns an equal
// programme if p satisfies what Import requires; Encode itself checks nothing.
//
// Two fields are ours: the numbers of meeting and race beside each list of
// runners, which PMU's files leave to be guessed, and the silks in words.
func Encode(programme, participants io.Writer, p *Programme) error {
	if err := encode(programme, fileDoc{Date: fileDay(p.Day), Programme: programmeOf(p)}); err != nil {
		return err
	}
	return encode(participants, fileDoc{Date: fileDay(p.Day), Courses: entriesOf(p)})
}

func encode(w io.Writer, doc fileDoc) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode([]fileDoc{doc})
}

func programmeOf(p *Programme) *programmeDoc {
	doc := &programmeDoc{Reunions: make([]meetingDoc, len(p.Meetings))}
	var offset int64
	if len(p.Meetings) > 0 {
		offset = p.Meetings[0].UTCOffset.Milliseconds()
		doc.TimezoneOffset = &offset
	}
	loc, _ := clock(&offset)
	if loc == nil {
		loc = zone(0)
	}
	date := timeOf(p.Day, loc).UnixMilli()
	doc.Date = &date
	for i := range p.Meetings {
		doc.Reunions[i] = meetingOf(&p.Meetings[i], date)
	}
	return doc
}

func meetingOf(m *Meeting, date int64) meetingDoc {
	offset := m.UTCOffset.Milliseconds()
	doc := meetingDoc{
		TimezoneOffset: &offset, DateReunion: &date,
		NumOfficiel: int64(m.Number), NumExterne: int64(m.ExternalNumber),
		Nature: string(m.Nature), Audience: string(m.Audience), Statut: string(m.Status),
		Hippodrome: racecourseDoc{m.Racecourse.Code, m.Racecourse.Name, m.Racecourse.LongName},
		Pays:       countryDoc{m.Country.Code, m.Country.Name},
		Courses:    make([]raceDoc, len(m.Races)),
	}
	if w := m.Weather; w != nil {
		doc.Meteo = &weatherDoc{w.Sky, int64(w.TemperatureCelsius), int64(w.WindKmh), w.WindFrom}
	}
	for i := range m.Races {
		doc.Courses[i] = raceOf(&m.Races[i], m.Number)
	}
	return doc
}

func raceOf(r *Race, meeting int) raceDoc {
	start := r.Start.UnixMilli()
	doc := raceDoc{
		NumReunion: int64(meeting), NumOrdre: int64(r.Number), HeureDepart: &start,
		Libelle: r.Name, LibelleCourt: r.ShortName, Conditions: r.Conditions,
		MontantPrix: r.PrizeEuros, MontantOffert1er: r.PursesEuros[0], MontantOffert2eme: r.PursesEuros[1],
		MontantOffert3eme: r.PursesEuros[2], MontantOffert4eme: r.PursesEuros[3], MontantOffert5eme: r.PursesEuros[4],
		Parcours: r.Course, Distance: int64(r.DistanceMetres), DistanceUnit: metre, Corde: r.Rail,
		TypePiste: r.Surface, Discipline: string(r.Discipline), Specialite: string(r.Speciality),
		CategorieParticularite: r.Category, ConditionAge: r.AgeCondition, ConditionSexe: r.SexCondition,
		NombreDeclaresPartants: int64(r.Announced), Statut: string(r.Status), ArriveeDefinitive: r.ArrivalOfficial,
		Evenement: r.Inquiry, DetailsEvenement: r.InquiryOutcome,
		DureeCourse: r.DurationMillis, ExclusiveInternet: r.OnlineOnly,
	}
	if r.Going != "" {
		doc.Penetrometre = &goingDoc{r.Going}
	}
	for _, place := range r.Arrival {
		doc.OrdreArrivee = append(doc.OrdreArrivee, numbers(place))
	}
	for _, i := range r.Incidents {
		doc.Incidents = append(doc.Incidents, incidentDoc{string(i.Kind), numbers(i.Horses.Slice())})
	}
	for i := range r.Offers {
		doc.Paris = append(doc.Paris, offerOf(&r.Offers[i]))
	}
	return doc
}

func numbers[N ~uint8 | ~int](list []N) []int64 {
	var out []int64
	for _, n := range list {
		out = append(out, int64(n))
	}
	return out
}

func offerOf(o *Offer) offerDoc {
	doc := offerDoc{
		PoolID: o.PoolID, TypePari: string(o.Code), CodePari: string(o.Code), EnVente: o.OnSale,
		Audience: string(o.Audience), Cagnotte: int64(o.CarryOver / 100), Reportable: o.Reportable,
		MisEnPaiement: o.Paying, SpotAutorise: o.Spot, NbChevauxReglementaire: int64(o.Horses),
		Ordre: o.Ordered, Combine: o.Combined, Complement: o.Complement,
		ValeursFlexiAutorisees: numbers(o.FlexiPercent), ValeursRisqueAutorisees: numbers(o.RiskValues),
	}
	if o.BaseStake != 0 {
		stake := int64(o.BaseStake)
		doc.MiseBase = &stake
	}
	if o.MaxStake != 0 {
		most := int64(o.MaxStake)
		doc.MiseMax = &most
	}
	return doc
}

func entriesOf(p *Programme) []entryDoc {
	entries := []entryDoc{}
	for r := range p.Races {
		entry := entryDoc{
			NumReunion: int64(r.ID.Meeting()), NumOrdre: int64(r.Number), Participants: make([]runnerDoc, len(r.Runners)),
		}
		for i := range r.Runners {
			entry.Participants[i] = runnerOf(r, &r.Runners[i])
		}
		entries = append(entries, entry)
	}
	return entries
}

func runnerOf(race *Race, r *Runner) runnerDoc {
	doc := runnerDoc{
		IDCheval: r.HorseID, Nom: r.Name, NumPmu: int64(r.Number), Pays: r.Country, PaysEntrainement: r.TrainedIn,
		Age: int64(r.AgeYears), Sexe: string(r.Sex), Race: r.Breed, Statut: runnerIn,
		PlaceCorde: int64(r.DrawPosition), Oeilleres: string(r.Blinkers), Deferre: string(r.Shoeing),
		Proprietaire: r.Owner, Entraineur: r.Trainer, Driver: r.Jockey, DriverChange: r.NewJockey,
		Eleveur: r.Breeder, Ecurie: r.Stable, IndicateurInedit: r.FirstRace, Musique: r.Form,
		NombreCourses: int64(r.Starts), NombreVictoires: int64(r.Wins), NombrePlaces: int64(r.Placings),
		NomPere: r.Sire, NomMere: r.Dam, NomPereMere: r.DamSire,
		OrdreArrivee: int64(r.Place), Incident: incidentOf(race, r.Number),
		HandicapDistance: int64(r.DistanceMetres), HandicapPoids: int64(r.WeightTenthsKg),
		PoidsConditionMonte: int64(r.CarriedTenthsKg), HandicapValeur: hundredths(r.Rating),
		TempsObtenu: r.TimeMillis, URLCasaque: r.SilksURL, Casaque: r.Silks, AvisEntraineur: string(r.TrainerSay),
		DernierRapportReference: oddsOf(r.ReferenceOdds), DernierRapportDirect: oddsOf(r.LastOdds),
	}
	if r.NonRunner {
		doc.Statut = runnerOut
	}
	if r.Coat != "" {
		doc.Robe = &coatDoc{r.Coat}
	}
	if r.CareerCents != 0 || r.YearCents != 0 {
		doc.Gains = &earningsDoc{r.CareerCents, r.YearCents}
	}
	if r.Margin != "" {
		doc.DistanceChevalPrecedent = &marginDoc{r.Margin}
	}
	if r.Comment != "" {
		doc.CommentaireApresCourse = &commentDoc{r.Comment}
	}
	return doc
}

func oddsOf(d tote.Dividend) *oddsDoc {
	if d == 0 {
		return nil
	}
	return &oddsDoc{"SIMPLE_GAGNANT", hundredths(d)}
}

// incidentOf returns the first incident that names the horse. A runner's file
// has room for one; the race's list has them all.
func incidentOf(r *Race, h tote.Horse) string {
	for _, i := range r.Incidents {
		if i.Horses.Has(h) {
			return string(i.Kind)
		}
	}
	return ""
}
