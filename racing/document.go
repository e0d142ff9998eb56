package racing

import "reflect"

// The documents mirror PMU's files field by field; decode.go reads them and
// encode.go writes them. A slice's max tag bounds its length. Numbers that
// money depends on are pointers where their absence must be told from zero.

type fileDoc struct {
	Programme    *programmeDoc `json:"programme,omitempty"`
	Courses      []entryDoc    `json:"courses,omitzero" max:"2000"`
	Participants []runnerDoc   `json:"participants,omitempty" max:"100"`
	Date         string        `json:"date,omitempty"`
	Ecuries      opaque        `json:"ecuries,omitzero"`
}

type programmeDoc struct {
	Date           *int64       `json:"date"`
	TimezoneOffset *int64       `json:"timezoneOffset,omitempty"`
	Reunions       []meetingDoc `json:"reunions" max:"99"`
}

type meetingDoc struct {
	TimezoneOffset *int64        `json:"timezoneOffset"`
	DateReunion    *int64        `json:"dateReunion"`
	NumOfficiel    int64         `json:"numOfficiel"`
	NumExterne     int64         `json:"numExterne"`
	Nature         string        `json:"nature,omitempty"`
	Hippodrome     racecourseDoc `json:"hippodrome"`
	Pays           countryDoc    `json:"pays"`
	Courses        []raceDoc     `json:"courses" max:"99"`
	Audience       string        `json:"audience,omitempty"`
	Statut         string        `json:"statut,omitempty"`
	Meteo          *weatherDoc   `json:"meteo,omitempty"`
}

type racecourseDoc struct {
	Code         string `json:"code"`
	LibelleCourt string `json:"libelleCourt"`
	LibelleLong  string `json:"libelleLong"`
}

type countryDoc struct {
	Code    string `json:"code"`
	Libelle string `json:"libelle"`
}

type weatherDoc struct {
	NebulositeLibelleCourt string `json:"nebulositeLibelleCourt"`
	Temperature            int64  `json:"temperature"`
	ForceVent              int64  `json:"forceVent"`
	DirectionVent          string `json:"directionVent"`
}

type raceDoc struct {
	NumReunion             int64          `json:"numReunion"`
	NumOrdre               int64          `json:"numOrdre"`
	TimezoneOffset         *int64         `json:"timezoneOffset,omitempty"`
	HeureDepart            *int64         `json:"heureDepart"`
	Libelle                string         `json:"libelle"`
	LibelleCourt           string         `json:"libelleCourt,omitempty"`
	MontantPrix            int64          `json:"montantPrix,omitempty"`
	MontantOffert1er       int64          `json:"montantOffert1er,omitempty"`
	MontantOffert2eme      int64          `json:"montantOffert2eme,omitempty"`
	MontantOffert3eme      int64          `json:"montantOffert3eme,omitempty"`
	MontantOffert4eme      int64          `json:"montantOffert4eme,omitempty"`
	MontantOffert5eme      int64          `json:"montantOffert5eme,omitempty"`
	Parcours               string         `json:"parcours,omitempty"`
	Distance               int64          `json:"distance,omitempty"`
	DistanceUnit           string         `json:"distanceUnit,omitempty"`
	Corde                  string         `json:"corde,omitempty"`
	TypePiste              string         `json:"typePiste,omitempty"`
	Penetrometre           *goingDoc      `json:"penetrometre,omitempty"`
	Discipline             string         `json:"discipline,omitempty"`
	Specialite             string         `json:"specialite,omitempty"`
	CategorieParticularite string         `json:"categorieParticularite,omitempty"`
	ConditionAge           string         `json:"conditionAge,omitempty"`
	ConditionSexe          string         `json:"conditionSexe,omitempty"`
	Conditions             string         `json:"conditions,omitempty"`
	NombreDeclaresPartants int64          `json:"nombreDeclaresPartants,omitempty"`
	Statut                 string         `json:"statut,omitempty"`
	ArriveeDefinitive      bool           `json:"arriveeDefinitive,omitempty"`
	IsArriveeDefinitive    bool           `json:"isArriveeDefinitive,omitempty"`
	OrdreArrivee           [][]int64      `json:"ordreArrivee,omitempty" max:"100"`
	Incidents              []incidentDoc  `json:"incidents,omitempty" max:"100"`
	Evenement              string         `json:"indicateurEvenementArriveeProvisoire,omitempty"`
	DetailsEvenement       string         `json:"detailsIndicateurEvenementArriveeProvisoire,omitempty"`
	DureeCourse            int64          `json:"dureeCourse,omitempty"`
	ExclusiveInternet      bool           `json:"courseExclusiveInternet,omitempty"`
	Paris                  []offerDoc     `json:"paris,omitempty" max:"200"`
	Cagnottes              []carryOverDoc `json:"cagnottes,omitempty" max:"200"`
	Participants           opaque         `json:"participants,omitzero"`
	Ecuries                opaque         `json:"ecuries,omitzero"`
}

type goingDoc struct {
	Intitule string `json:"intitule"`
}

type incidentDoc struct {
	Type               string  `json:"type"`
	NumeroParticipants []int64 `json:"numeroParticipants" max:"100"`
}

type offerDoc struct {
	PoolID                  string  `json:"poolId,omitempty"`
	TypePari                string  `json:"typePari"`
	CodePari                string  `json:"codePari"`
	MiseBase                *int64  `json:"miseBase,omitempty"`
	MiseMax                 *int64  `json:"miseMax,omitempty"`
	EnVente                 bool    `json:"enVente"`
	Audience                string  `json:"audience,omitempty"`
	Cagnotte                int64   `json:"cagnotte,omitempty"`
	Reportable              bool    `json:"reportable"`
	MisEnPaiement           bool    `json:"misEnPaiement,omitempty"`
	SpotAutorise            bool    `json:"spotAutorise"`
	NbChevauxReglementaire  int64   `json:"nbChevauxReglementaire"`
	Ordre                   bool    `json:"ordre"`
	Combine                 bool    `json:"combine"`
	Complement              bool    `json:"complement"`
	ValeursFlexiAutorisees  []int64 `json:"valeursFlexiAutorisees,omitempty" max:"20"`
	ValeursRisqueAutorisees []int64 `json:"valeursRisqueAutorisees,omitempty" max:"40"`
}

// carryOverDoc repeats at the race what offers say, and is all that is said
// of bets that have no offer.
type carryOverDoc struct {
	TypePari string `json:"typePari"`
	Montant  int64  `json:"montant"`
}

// entryDoc is a race's runners. PMU's files do not say of which race: see
// match.go. The two numbers are ours, written by Encode.
type entryDoc struct {
	NumReunion   int64       `json:"numReunion,omitempty"`
	NumOrdre     int64       `json:"numOrdre,omitempty"`
	Participants []runnerDoc `json:"participants" max:"100"`
	Ecuries      opaque      `json:"ecuries,omitzero"`
}

type runnerDoc struct {
	IDCheval                string       `json:"idCheval,omitempty"`
	Nom                     string       `json:"nom"`
	NumPmu                  int64        `json:"numPmu"`
	Pays                    string       `json:"pays,omitempty"`
	PaysEntrainement        string       `json:"paysEntrainement,omitempty"`
	Age                     int64        `json:"age,omitempty"`
	Sexe                    string       `json:"sexe,omitempty"`
	Race                    string       `json:"race,omitempty"`
	Statut                  string       `json:"statut"`
	PlaceCorde              int64        `json:"placeCorde,omitempty"`
	Oeilleres               string       `json:"oeilleres,omitempty"`
	Deferre                 string       `json:"deferre,omitempty"`
	Proprietaire            string       `json:"proprietaire,omitempty"`
	Entraineur              string       `json:"entraineur,omitempty"`
	Driver                  string       `json:"driver,omitempty"`
	DriverChange            bool         `json:"driverChange,omitempty"`
	Eleveur                 string       `json:"eleveur,omitempty"`
	Ecurie                  string       `json:"ecurie,omitempty"`
	Robe                    *coatDoc     `json:"robe,omitempty"`
	IndicateurInedit        bool         `json:"indicateurInedit,omitempty"`
	Musique                 string       `json:"musique,omitempty"`
	NombreCourses           int64        `json:"nombreCourses,omitempty"`
	NombreVictoires         int64        `json:"nombreVictoires,omitempty"`
	NombrePlaces            int64        `json:"nombrePlaces,omitempty"`
	Gains                   *earningsDoc `json:"gainsParticipant,omitempty"`
	NomPere                 string       `json:"nomPere,omitempty"`
	NomMere                 string       `json:"nomMere,omitempty"`
	NomPereMere             string       `json:"nomPereMere,omitempty"`
	OrdreArrivee            int64        `json:"ordreArrivee,omitempty"`
	Incident                string       `json:"incident,omitempty"`
	HandicapDistance        int64        `json:"handicapDistance,omitempty"`
	HandicapPoids           int64        `json:"handicapPoids,omitempty"`
	PoidsConditionMonte     int64        `json:"poidsConditionMonte,omitempty"`
	HandicapValeur          hundredths   `json:"handicapValeur,omitzero"`
	TempsObtenu             int64        `json:"tempsObtenu,omitempty"`
	DistanceChevalPrecedent *marginDoc   `json:"distanceChevalPrecedent,omitempty"`
	DernierRapportDirect    *oddsDoc     `json:"dernierRapportDirect,omitempty"`
	DernierRapportReference *oddsDoc     `json:"dernierRapportReference,omitempty"`
	URLCasaque              string       `json:"urlCasaque,omitempty"`
	Casaque                 string       `json:"casaque,omitempty"` // ours: the colours in words
	CommentaireApresCourse  *commentDoc  `json:"commentaireApresCourse,omitempty"`
	AvisEntraineur          string       `json:"avisEntraineur,omitempty"`
}

type coatDoc struct {
	LibelleLong string `json:"libelleLong"`
}

type earningsDoc struct {
	GainsCarriere     int64 `json:"gainsCarriere"`
	GainsAnneeEnCours int64 `json:"gainsAnneeEnCours"`
}

type marginDoc struct {
	LibelleLong string `json:"libelleLong"`
}

type oddsDoc struct {
	TypePari string     `json:"typePari"`
	Rapport  hundredths `json:"rapport"`
}

type commentDoc struct {
	Texte string `json:"texte"`
}

// notKept names the fields that are known and left out on purpose: they serve
// PMU's own pages, repeat others, or belong to products outside the pools.
var notKept = map[reflect.Type][]string{
	reflect.TypeFor[fileDoc](): {"timestampPMU", "cached", "timezoneOffset", "spriteCasaques"},
	reflect.TypeFor[programmeDoc](): {
		"cached", "dateProgrammeActif", "prochainesCoursesAPartir", "datesProgrammesDisponibles",
	},
	reflect.TypeFor[meetingDoc](): {
		"cached", "numOfficielReunionPrecedente", "numOfficielReunionSuivante", "disciplinesMere", "specialites",
		"derniereReunion", "parisEvenement", "offresInternet", "cagnottes", "reportPlusFpaMax", "regionHippique",
		"prochaineCourse",
	},
	reflect.TypeFor[weatherDoc](): {"datePrevision", "nebulositeCode", "nebulositeLibelleLong"},
	reflect.TypeFor[raceDoc](): {
		"cached", "departImminent", "numExterneReunion", "numExterne", "grandPrixNationalTrot", "numSocieteMere",
		"pariMultiCourses", "pariSpecial", "montantTotalOffert", "numCourseDedoublee", "categorieStatut",
		"rapportsDefinitifsDisponibles", "isDepartImminent", "isDepartAJPlusUn", "pronosticsExpires",
		"replayDisponible", "hippodrome", "epcPourTousParis", "courseTrackee", "formuleChampLibreIndisponible",
		"hasEParis", "poolIds",
	},
	reflect.TypeFor[goingDoc]():     {"valeurMesure", "heureMesure", "commentaire"},
	reflect.TypeFor[offerDoc]():     {"infosJackpot", "infosOptionMax", "nouveauQuinte"},
	reflect.TypeFor[carryOverDoc](): {"numCourse", "cagnotteInternet", "typeCagnotte"},
	reflect.TypeFor[entryDoc]():     {"cached", "spriteCasaques"},
	reflect.TypeFor[runnerDoc](): {
		"nombrePlacesSecond", "nombrePlacesTroisieme", "jumentPleine", "engagement", "supplement",
		"poidsConditionMonteChange", "reductionKilometrique", "allure", "tauxReclamation",
	},
	reflect.TypeFor[coatDoc]():     {"code", "libelleCourt"},
	reflect.TypeFor[earningsDoc](): {"gainsVictoires", "gainsPlace", "gainsAnneePrecedente"},
	reflect.TypeFor[marginDoc]():   {"libelleCourt", "code", "identifiant"},
	reflect.TypeFor[oddsDoc](): {
		"typeRapport", "indicateurTendance", "nombreIndicateurTendance", "dateRapport", "permutation", "favoris",
		"numPmu1", "grossePrise",
	},
	reflect.TypeFor[commentDoc](): {"source"},
}
