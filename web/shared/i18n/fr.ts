// French, the source of the texts. A function takes what varies.
import type { Discipline, End } from '../musique'

const ordinal = (n: number) => (n === 1 ? '1er' : `${n}e`)

const disciplineWords: Record<Discipline, string> = {
  flat: 'en plat',
  harness: 'au trot attelé',
  mounted: 'au trot monté',
  hurdles: 'en haies',
  steeplechase: 'en steeple-chase',
  cross: 'en cross',
}

const endWords: Record<End, string> = {
  disqualified: 'disqualifié',
  stopped: 'arrêté',
  fell: 'tombé',
  demoted: 'rétrogradé',
  unplaced: 'au-delà du 10e',
}

export default {
  title: 'Tableau des cotes',
  skip: 'Aller au contenu',
  language: 'Langue',
  home: 'En direct',
  operatorTime: 'Heure des courses',
  rate: (n: string) => `Simulation : temps ×${n}`,
  and: ' et ',
  range: (low: string, high: string) => `${low} à ${high}`,
  retry: 'Réessayer',
  loading: 'Chargement…',
  indicative: 'Cotes indicatives : le rapport définitif peut différer.',

  status: {
    scheduled: 'À venir',
    open: 'Paris ouverts',
    suspended: 'Paris suspendus',
    stopped: 'Paris clos',
    provisional: 'Arrivée provisoire',
    official: 'Arrivée officielle',
    payable: 'Payable',
    settled: 'Réglée',
    cancelled: 'Annulée',
  },
  statusHelp: {
    scheduled: 'Les paris ne sont pas encore ouverts.',
    open: 'Les paris sont acceptés.',
    suspended: 'Les paris sont momentanément suspendus.',
    stopped: 'La course est partie : plus aucun pari n’est accepté.',
    provisional: 'L’arrivée attend sa confirmation.',
    official: 'L’arrivée est confirmée, les rapports suivent.',
    payable: 'Les rapports sont publiés, les gains sont payés.',
    settled: 'Tous les paris sont réglés.',
    cancelled: 'La course est annulée : tous les paris sont remboursés.',
  },

  countdown: {
    left: 'Départ dans',
    due: 'Départ imminent',
    off: 'Partie',
    spoken: (h: number, m: number) =>
      h > 0 ? `départ dans ${h} h ${m} min` : m > 0 ? `départ dans ${m} minute${m > 1 ? 's' : ''}` : 'départ dans moins d’une minute',
  },

  link: {
    lost: 'Direct interrompu : les cotes affichées datent. Nouvel essai en cours.',
    offline: 'Pas de réseau : les cotes affichées datent. Le direct reprendra tout seul.',
    refused: 'Le direct n’est pas disponible.',
    ago: (s: number) => (s < 90 ? `il y a ${s} s` : `il y a ${Math.round(s / 60)} min`),
    staleOdds: (ago: string) => `Cotes reçues ${ago}`,
  },

  error: {
    title: 'Cette page n’a pas pu être chargée',
    unavailable: 'Le serveur ne répond pas. Vérifiez votre connexion puis réessayez.',
    notFound: 'Cette course n’est pas au programme. Elle a pu être retirée, ou l’adresse est incomplète.',
    pageTitle: 'Page introuvable',
    page: 'Cette adresse ne mène à aucune page du tableau.',
    toHome: 'Retour au direct',
  },

  homePage: {
    next: 'Prochaines courses',
    nextEmpty: 'Plus aucune course à venir ce jour.',
    nextEmptyHelp: 'Les arrivées et les rapports restent affichés ci-dessous.',
    results: 'Dernières arrivées',
    resultsEmpty: 'Aucune arrivée pour le moment.',
    programmeOf: (day: string) => `Programme du ${day}`,
    empty: 'Aucune course n’est au programme.',
    emptyHelp: 'Le tableau se remplira dès que le programme d’une journée sera chargé.',
    days: 'Journées',
    dayPick: 'Choisir une journée',
    earlier: 'Journée précédente',
    later: 'Journée suivante',
    today: 'Revenir au direct',
    favourites: 'Favoris',
    noOdds: 'Pas encore de cotes',
    stakes: 'Enjeux',
    winner: 'Gagnant',
    raceCount: (n: number) => `${n} course${n > 1 ? 's' : ''}`,
    start: 'Départ',
    race: 'Course',
  },

  race: {
    label: (m: number, n: number) => `R${m} C${n}`,
    spokenLabel: (m: number, n: number) => `Réunion ${m}, course ${n}`,
    back: 'Programme',
    others: 'Courses de la réunion',
    sections: 'Rubriques de la course',
    startAt: (time: string) => `Départ ${time}`,
    stoppedAt: (time: string) => `Paris clos à ${time}`,
    metres: (m: string) => `${m} m`,
    prize: 'Allocation',
    runnerCount: (n: number) => `${n} partant${n > 1 ? 's' : ''}`,
    nonRunnersOf: (list: string, n: number) => (n > 1 ? `Non-partants : ${list}` : `Non-partant : ${list}`),
    discipline: {
      PLAT: 'Plat',
      ATTELE: 'Attelé',
      MONTE: 'Monté',
      HAIE: 'Haies',
      STEEPLECHASE: 'Steeple-chase',
      CROSS: 'Cross-country',
    } as Record<string, string>,
  },

  network: {
    label: 'Enjeux affichés',
    online: 'En ligne',
    retail: 'Points de vente',
    why: 'Les enjeux en ligne et en points de vente forment deux masses séparées : chacune a ses cotes et ses rapports.',
  },

  runners: {
    title: 'Partants et cotes',
    titleOnly: 'Partants',
    number: 'N°',
    horse: 'Cheval',
    win: 'Gagnant',
    place: 'Placé',
    nonRunner: 'Non-partant',
    jockey: 'Jockey',
    driver: 'Driver',
    trainer: 'Entraîneur',
    draw: (n: number) => `Corde ${n}`,
    stable: (n: number) => `Écurie ${n}`,
    favourite: 'Favori',
    noForm: 'Inédit',
    form: 'Performances, de la plus récente à la plus ancienne',
    sortByNumber: 'Trier par numéro',
    sortByWin: 'Trier par cote gagnant',
    sortByPlace: 'Trier par cote placé',
    empty: 'Les partants ne sont pas encore déclarés.',
    noOdd: 'Pas de cote',
    sex: (sex: string, age: number) => {
      const word = { M: 'mâle', F: 'femelle', H: 'hongre' }[sex.slice(0, 1)] ?? sex.toLowerCase()
      return age > 0 ? `${word} de ${age} ans` : word
    },
    sexShort: (sex: string, age: number) => `${sex.slice(0, 1)}${age > 0 ? age : ''}`,
  },

  trend: {
    down: (was: string) => `en baisse, était ${was}`,
    up: (was: string) => `en hausse, était ${was}`,
    legend: 'Une cote qui baisse est plus jouée.',
  },

  form: {
    run: (place: number | null, end: End | null, discipline: Discipline | null) =>
      `${place !== null ? ordinal(place) : end ? endWords[end] : ''}${discipline ? ` ${disciplineWords[discipline]}` : ''}`,
    year: (year: number) => `en ${year}`,
  },

  pairs: {
    title: '2sur4 : cotes des paires',
    help: 'Deux chevaux parmi les quatre premiers. Cote la plus basse et la plus haute selon les autres arrivés.',
    best: 'Paires les plus jouées',
    grid: 'Toutes les paires',
    gridHelp: 'Cote la plus basse de chaque paire. Plus la case est colorée, plus la paire est jouée.',
    pair: 'Paire',
    odd: 'Cote',
    withHorse: 'Paires avec le',
    allHorses: 'tous les chevaux',
    none: 'Pas encore de cotes pour cette course.',
  },

  pools: {
    title: 'Enjeux',
    bet: 'Pari',
    online: 'En ligne',
    retail: 'Points de vente',
    total: 'Total',
    bets: (n: number, text: string) => `${text} pari${n > 1 ? 's' : ''}`,
    empty: 'Aucun enjeu pour le moment.',
    notSold: 'Au programme, mais pas vendus ici',
    notOffered: 'non proposé',
  },

  bet: {
    SIMPLE_GAGNANT: 'Simple Gagnant',
    SIMPLE_PLACE: 'Simple Placé',
    DEUX_SUR_QUATRE: '2sur4',
    COUPLE_GAGNANT: 'Couplé Gagnant',
    COUPLE_PLACE: 'Couplé Placé',
    COUPLE_ORDRE: 'Couplé Ordre',
    TRIO: 'Trio',
    TRIO_ORDRE: 'Trio Ordre',
    TIERCE: 'Tiercé',
    QUARTE_PLUS: 'Quarté+',
    QUINTE_PLUS: 'Quinté+',
    MULTI: 'Multi',
    MINI_MULTI: 'Mini Multi',
    SUPER_QUATRE: 'Super 4',
    PICK5: 'Pick5',
    TIC_TROIS: 'Tic 3',
    REPORT_PLUS: 'Report+',
  } as Record<string, string>,

  result: {
    title: 'Arrivée',
    provisional: 'Arrivée provisoire : elle peut encore changer, rien n’est payé.',
    place: 'Place',
    horse: 'Cheval',
    tied: 'ex æquo',
    tiedSentence: (place: string, horses: string) => `Ex æquo à la ${place} place : ${horses}.`,
    ordinal,
    placeWord: (n: number) => (n === 1 ? '1re' : `${n}e`),
    cancelled: 'Course annulée',
  },

  dividends: {
    title: 'Rapports',
    per: 'pour 1 €',
    pending: 'Les rapports seront publiés après confirmation de l’arrivée.',
    rank: 'Rang',
    combination: 'Combinaison',
    dividend: 'Rapport',
    none: 'Aucun rapport.',
    winning: 'Gagnant',
    withNonRunner: 'Avec un non-partant',
    nonRunner: 'NP',
    nonRunnerWord: 'non-partant',
    refunded: (reason: string) => `Tous les paris sont remboursés : ${reason}.`,
    reason: {
      RACE_CANCELLED: 'la course est annulée',
      TOO_FEW_RUNNERS: 'il n’y a pas assez de partants',
      NO_HORSE_CLASSIFIED: 'aucun cheval n’est classé',
      TOO_FEW_CLASSIFIED: 'il n’y a pas assez de chevaux classés',
      NO_WINNING_STAKE: 'aucune mise ne porte sur une combinaison gagnante',
      MINIMUM_DIVIDEND: 'la masse à partager ne permet pas de payer le rapport minimum',
      BET_NOT_OFFERED: 'ce pari n’est pas proposé pour cette course',
    } as Record<string, string>,
    otherReason: (code: string) => `motif ${code}`,
    procedure: {
      deduction_reduced: 'Prélèvement réduit pour tenir le rapport minimum.',
      constrained: 'Calcul particulier : rapports au minimum.',
      constrained_topped_up: 'Rapports au minimum, complétés par l’opérateur.',
      no_winner: 'Aucun gagnant.',
    } as Record<string, string>,
  },

  announce: {
    status: (race: string, status: string) => `${race} : ${status}`,
    nonRunner: (race: string, n: number, name: string) => `${race} : le ${n}, ${name}, est non-partant`,
    arrival: (race: string, list: string) => `${race}, arrivée : ${list}`,
  },
}
