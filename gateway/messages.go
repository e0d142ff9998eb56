package gateway

import (
	"strings"

	"connectrpc.com/connect"
)

// Language is a language of the sentences made for people.
type Language uint8

// The languages.
const (
	English Language = iota
	French
)

// languageOf reads an Accept-Language header: the first of our languages it
// names, English by default. Browsers name the preferred one first, so weights
// are not looked at.
func languageOf(header string) Language {
	for tag := range strings.SplitSeq(header, ",") {
		tag, _, _ = strings.Cut(tag, ";")
		tag, _, _ = strings.Cut(strings.TrimSpace(tag), "-")
		switch strings.ToLower(tag) {
		case "fr":
			return French
		case "en":
			return English
		}
	}
	return English
}

// message is what a refusal code means: for programs, the class of error; for
// people, a sentence in each language. {horse} and {limit} stand for the
// refusal's figures.
type message struct {
	code   connect.Code
	en, fr string
}

const (
	invalid  = connect.CodeInvalidArgument
	failed   = connect.CodeFailedPrecondition
	notFound = connect.CodeNotFound
	exists   = connect.CodeAlreadyExists
	denied   = connect.CodePermissionDenied
)

// messages holds every code a caller can meet.
var messages = map[string]message{
	"NO_TOKEN":   {connect.CodeUnauthenticated, "A valid token is needed.", "Un jeton valide est nécessaire."},
	"FORBIDDEN":  {denied, "This token does not give that right.", "Ce jeton ne donne pas ce droit."},
	"BUSY":       {connect.CodeResourceExhausted, "Too many requests are waiting; try again with the same key.", "Trop de demandes en attente ; réessayez avec la même clé."},
	"STOPPED":    {connect.CodeUnavailable, "The system is stopping; ask for the outcome of your key.", "Le système s'arrête ; demandez l'issue de votre clé."},
	"BOARD_DOWN": {connect.CodeUnavailable, "Races cannot be shown at the moment.", "Les courses ne peuvent être affichées pour le moment."},
	"BAD_SHAPE":  {invalid, "The formula and the lists of horses do not go together.", "La formule et les listes de chevaux ne vont pas ensemble."},
	"BAD_NUMBER": {invalid, "A runner's number is between 1 and 40.", "Le numéro d'un cheval est compris entre 1 et 40."},
	"TOO_MANY":   {invalid, "Too many items in one request.", "Trop d'éléments dans une demande."},
	"BAD_TICKET": {invalid, "This is not a ticket code: check the characters.", "Ce n'est pas un code de reçu : vérifiez les caractères."},
	"NO_CODES":   {connect.CodeResourceExhausted, "This pool can issue no more tickets.", "Cette masse ne peut plus émettre de reçus."},

	"KEY_MISSING":           {invalid, "The command needs a key of 1 to 64 characters.", "La commande doit porter une clé de 1 à 64 caractères."},
	"KEY_REUSED":            {exists, "This key was used for another command.", "Cette clé a servi à une autre commande."},
	"KEY_VOIDED":            {failed, "This key was voided; use a new one.", "Cette clé a été annulée ; prenez-en une nouvelle."},
	"UNKNOWN_ACCOUNT":       {notFound, "There is no such account.", "Ce compte n'existe pas."},
	"UNKNOWN_POINT_OF_SALE": {notFound, "There is no such point of sale.", "Ce point de vente n'existe pas."},
	"UNKNOWN_RACE":          {notFound, "There is no such race.", "Cette course n'existe pas."},
	"UNKNOWN_BET":           {notFound, "There is no such bet.", "Ce pari n'existe pas."},
	"BAD_AMOUNT":            {invalid, "This amount is not possible.", "Ce montant n'est pas possible."},
	"INSUFFICIENT_FUNDS":    {failed, "The account does not hold enough money for this bet.", "Le solde du compte ne suffit pas pour ce pari."},

	"BET_NOT_OFFERED":      {notFound, "This bet is not offered on this race.", "Ce pari n'est pas proposé sur cette course."},
	"WRONG_NETWORK":        {failed, "Accounts bet in the online pools, points of sale in the retail pools.", "Les comptes jouent dans les masses en ligne, les points de vente dans celles du réseau."},
	"RACE_NOT_OPEN":        {failed, "Betting on this race has not opened yet.", "Les paris sur cette course ne sont pas encore ouverts."},
	"RACE_SUSPENDED":       {failed, "Betting on this race is suspended for the moment.", "Les paris sur cette course sont suspendus pour le moment."},
	"RACE_STOPPED":         {failed, "Betting on this race has stopped.", "Les paris sur cette course sont arrêtés."},
	"STAKE_TOO_SMALL":      {invalid, "The stake is below the minimum of {limit} a combination.", "La mise est inférieure au minimum de {limit} par combinaison."},
	"STAKE_TOO_LARGE":      {invalid, "The bet costs more than the maximum of {limit}.", "Le pari dépasse le maximum de {limit}."},
	"POOL_FULL":            {connect.CodeResourceExhausted, "This pool can take no more bets.", "Cette masse ne peut plus recevoir de paris."},
	"NO_COMPLEMENT":        {invalid, "This bet takes no replacement horse.", "Ce pari n'admet pas de cheval de complément."},
	"NO_JACKPOT":           {invalid, "The Jackpot is not offered on this bet.", "Le Jackpot n'est pas proposé sur ce pari."},
	"JACKPOT_FORMULA":      {invalid, "The Jackpot goes with single bets and, on the 2sur4, with combined bets of four horses at most.", "Le Jackpot accompagne les paris unitaires et, au 2sur4, les paris combinés de quatre chevaux au plus."},
	"JACKPOT_STAKE":        {invalid, "With the Jackpot the stake of a combination is {limit} at most, and the service costs a whole number of cents.", "Avec le Jackpot, la mise par combinaison est de {limit} au plus, et le service coûte un nombre entier de centimes."},
	"JACKPOT_STANDS":       {failed, "A bet with the Jackpot cannot be cancelled.", "Un pari avec Jackpot ne peut être annulé."},
	"JACKPOT_SHORT":        {failed, "The Jackpot's fund is {limit} short of what this race owes: lend it that first.", "Il manque {limit} au fonds du Jackpot pour ce que doit cette course : avancez-les d'abord."},
	"NO_SPOT":              {invalid, "The system draws no horses for this bet on this race.", "Ce pari n'est pas proposé en Spot sur cette course."},
	"REPORT_TOO_FEW_LEGS":  {invalid, "A Report+ has at least two races, each with a bet.", "Un Report+ comprend au moins deux courses, chacune avec un pari."},
	"REPORT_OTHER_MEETING": {invalid, "The races of a Report+ are of one meeting.", "Les courses d'un Report+ sont d'une même réunion."},
	"REPORT_NOT_IN_ORDER":  {invalid, "The races of a Report+ come in their order.", "Les courses d'un Report+ se suivent dans leur ordre."},
	"REPORT_BET":           {invalid, "This bet cannot be part of a Report+ on this race.", "Ce pari ne peut faire partie d'un Report+ sur cette course."},
	"REPORT_FORMULA":       {invalid, "A Report+ holds single and combined bets, without field formulas.", "Un Report+ se compose de paris unitaires ou combinés, sans formule champ."},
	"REPORT_QUARTERS":      {invalid, "One to four quarters of a race's winnings are carried to the next.", "On reporte d'un à quatre quarts des gains d'une course sur la suivante."},
	"REPORT_STAKE":         {invalid, "The first stake of a Report+ is outside its limits.", "La mise initiale du Report+ est hors de ses limites."},
	"REPORT_MIX":           {invalid, "A Mix takes from two races to all but one of three or more.", "Un Mix porte sur au moins deux courses, et une de moins que les trois choisies ou plus."},
	"REPORT_TOO_LARGE":     {invalid, "This Report+ holds too many races, bets or chains for one request.", "Ce Report+ comprend trop de courses, de paris ou d'enchaînements pour une seule demande."},
	"REPORT_STANDS":        {failed, "This bet is part of a Report+, which is cancelled whole.", "Ce pari fait partie d'un Report+, qui s'annule en entier."},
	"REPORTS_PENDING":      {failed, "Report+ of race {detail} may still carry to this one: settle that race first.", "Des Report+ de la course {detail} peuvent encore être reportés sur celle-ci : réglez-la d'abord."},
	"REPORTS_DETACHED":     {failed, "The order of these races has changed: they are no longer open to Report+.", "L'ordre de ces courses a changé : elles ne sont plus ouvertes au Report+."},
	"UNKNOWN_REPORT":       {notFound, "There is no such Report+.", "Ce Report+ n'existe pas."},
	"CANCEL_TOO_LATE":      {failed, "The time to cancel this bet has passed.", "Le délai d'annulation de ce pari est passé."},
	"BET_ALREADY_ENDED":    {failed, "This bet has already ended.", "Ce pari est déjà terminé."},
	"NOT_A_TICKET":         {failed, "This bet belongs to an account; its wallet is credited.", "Ce pari appartient à un compte, qui est crédité."},
	"NOT_SETTLED":          {failed, "This race is not settled yet.", "Cette course n'est pas encore réglée."},
	"TICKET_LOST":          {failed, "This ticket has not won.", "Ce reçu n'est pas gagnant."},
	"TICKET_ALREADY_PAID":  {failed, "This ticket has already been paid.", "Ce reçu a déjà été payé."},
	"NO_DIVIDENDS":         {failed, "The dividends of this pool are not declared yet.", "Les rapports de cette masse ne sont pas encore déclarés."},
	"NO_WORKING":           {failed, "There is no working of this pool: it was declared without the stakes that its calculation counted.", "Le détail du calcul de cette masse manque : elle a été déclarée sans les mises que son calcul a comptées."},
	"TICKET_CANCELLED":     {failed, "This ticket was cancelled.", "Ce reçu a été annulé."},

	"BAD_PROGRAMME":        {invalid, "The programme cannot be taken: {detail}.", "Le programme ne peut être repris : {detail}."},
	"ALREADY_DECLARED":     {exists, "A race is already declared, in other terms: {detail}.", "Une course est déjà déclarée, en d'autres termes : {detail}."},
	"WRONG_STATUS":         {failed, "The race is not at the stage this needs.", "La course n'en est pas au stade voulu."},
	"BAD_RESULT":           {invalid, "This result cannot be settled.", "Ce résultat ne peut être réglé."},
	"HORSE_ARRIVED":        {failed, "The arrival entered names horse {horse}.", "L'arrivée saisie nomme le cheval {horse}."},
	"RESULT_DIFFERS":       {failed, "The arrival differs from the one entered.", "L'arrivée diffère de celle qui a été saisie."},
	"FOUR_EYES":            {denied, "Another person must confirm what one has entered.", "Une autre personne doit confirmer ce qu'une première a saisi."},
	"BAD_STAFF":            {invalid, "The name of the member of staff is missing or too long.", "Le nom de l'agent manque ou est trop long."},
	"BAD_TIME":             {invalid, "This time is not possible.", "Cette heure n'est pas possible."},
	"NOT_RECOMPUTED":       {connect.CodeUnavailable, "The second calculator could not compute this race: nothing is declared or paid. The log says why.", "Le second calculateur n'a pu calculer cette course : rien n'est déclaré ni payé. Le journal technique dit pourquoi."},
	"SECOND_LATE":          {connect.CodeUnavailable, "The second calculator is behind; try again in a moment.", "Le second calculateur est en retard ; réessayez dans un instant."},
	"CALCULATORS_DISAGREE": {failed, "The two calculators disagree: nothing is declared or paid. Both workings: {detail}.", "Les deux calculateurs sont en désaccord : rien n'est déclaré ni payé. Les deux calculs : {detail}."},
	"FUND_TOO_SMALL":       {failed, "The fund of this bet holds only {limit}.", "Le fonds de ce pari ne contient que {limit}."},
	"NOT_HOSTED":           {failed, "No foreign operator sends dividends of this bet.", "Aucun opérateur étranger n'envoie de rapports pour ce pari."},
	"HOST_AWAITED":         {failed, "The pool {detail} awaits the dividends of its host, entered by one person and confirmed by another.", "La masse {detail} attend les rapports de son organisateur, saisis par une personne et confirmés par une autre."},
	"HOST_DIFFERS":         {failed, "The host's dividends differ from those entered.", "Les rapports de l'organisateur diffèrent de ceux qui ont été saisis."},
	"HOST_LACKS":           {invalid, "The host's dividends lack {detail}, which is payable and backed here.", "Il manque aux rapports de l'organisateur la combinaison {detail}, payable et jouée ici."},
	"HOST_REASON":          {invalid, "A host sends dividends, or one of the reasons to refund.", "L'organisateur envoie des rapports, ou l'un des motifs de remboursement."},
	"HOST_COMBINATION":     {invalid, "{detail} is not payable on this arrival.", "La combinaison {detail} n'est pas payable à cette arrivée."},
	"HOST_REPEATED":        {invalid, "{detail} is named twice.", "La combinaison {detail} est nommée deux fois."},
	"HOST_DIVIDEND":        {invalid, "The dividend of {detail} is not possible: multiples of 0.05 from 1.00 to 1,000,000.00.", "Le rapport de {detail} n'est pas possible : multiples de 0,05 de 1,00 à 1 000 000,00."},
	"BAD_HORSE":            {invalid, "Horse {horse} is not on the official list.", "Le cheval {horse} n'est pas sur la liste officielle."},

	"BAD_FIELD":            {invalid, "The full field of this bet is not that of the race.", "Le champ total de ce pari n'est pas celui de la course."},
	"ARRIVAL_EMPTY_PLACE":  {invalid, "A place of the arrival holds no horse.", "Une place de l'arrivée ne porte aucun cheval."},
	"ARRIVAL_BAD_HORSE":    {invalid, "Horse {horse} of the arrival is no possible number.", "Le cheval {horse} de l'arrivée n'est pas un numéro possible."},
	"ARRIVAL_NOT_DECLARED": {invalid, "Horse {horse} of the arrival is not on the official list.", "Le cheval {horse} de l'arrivée n'est pas sur la liste officielle."},
	"ARRIVAL_NON_RUNNER":   {invalid, "Horse {horse} of the arrival is a non-runner.", "Le cheval {horse} de l'arrivée est non-partant."},
	"ARRIVAL_REPEATED":     {invalid, "The arrival names horse {horse} twice.", "L'arrivée nomme deux fois le cheval {horse}."},

	"BAD_PLACES":         {invalid, "Every base of an ordered bet needs a place of its own.", "Chaque cheval de base d'un pari à l'ordre doit avoir sa propre place."},
	"BAD_FORMULA":        {invalid, "This bet does not know that formula.", "Ce pari ne connaît pas cette formule."},
	"HORSE_NOT_DECLARED": {invalid, "Horse {horse} is not on the official list.", "Le cheval {horse} n'est pas sur la liste officielle."},
	"HORSE_NON_RUNNER":   {failed, "Horse {horse} does not run.", "Le cheval {horse} est non-partant."},
	"HORSE_REPEATED":     {invalid, "Horse {horse} is named twice.", "Le cheval {horse} est nommé deux fois."},
	"TOO_FEW_HORSES":     {invalid, "The bet names too few horses.", "Le pari nomme trop peu de chevaux."},
	"TOO_MANY_HORSES":    {invalid, "The bet names too many horses.", "Le pari nomme trop de chevaux."},
	"BAD_COMPLEMENT":     {invalid, "Horse {horse} cannot be the replacement horse of this bet.", "Le cheval {horse} ne peut être le cheval de complément de ce pari."},
}
