import type { Messages } from '../i18n.svelte'
import type { Discipline, End } from '../musique'

const ordinal = (n: number) => {
  const teen = n % 100 >= 11 && n % 100 <= 13
  return `${n}${teen ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th')}`
}

const disciplineWords: Record<Discipline, string> = {
  flat: 'on the flat',
  harness: 'in harness',
  mounted: 'in a mounted trot',
  hurdles: 'over hurdles',
  steeplechase: 'in a steeplechase',
  cross: 'in a cross-country race',
}

const endWords: Record<End, string> = {
  disqualified: 'disqualified',
  stopped: 'pulled up',
  fell: 'fell',
  demoted: 'demoted',
  unplaced: 'beyond 10th',
}

const en: Messages = {
  title: 'Tote board',
  skip: 'Skip to content',
  language: 'Language',
  home: 'Live',
  operatorTime: 'Racing time',
  rate: (n) => `Simulation: time ×${n}`,
  and: ' and ',
  colon: ': ',
  range: (low, high) => `${low} to ${high}`,
  retry: 'Try again',
  loading: 'Loading…',
  indicative: 'Odds are indicative: the final dividend may differ.',

  status: {
    scheduled: 'Upcoming',
    open: 'Betting open',
    suspended: 'Betting suspended',
    stopped: 'Betting closed',
    provisional: 'Provisional result',
    official: 'Official result',
    payable: 'Paying out',
    settled: 'Settled',
    cancelled: 'Cancelled',
  },
  statusHelp: {
    scheduled: 'Betting has not opened yet.',
    open: 'Bets are being taken.',
    suspended: 'Betting is suspended for the moment.',
    stopped: 'The race is off: no more bets are taken.',
    provisional: 'The result awaits confirmation.',
    official: 'The result is confirmed, dividends follow.',
    payable: 'Dividends are published, winnings are paid.',
    settled: 'Every bet has been settled.',
    cancelled: 'The race is cancelled: every bet is refunded.',
  },

  countdown: {
    left: 'Starts in',
    due: 'About to start',
    off: 'Off',
    spoken: (h, m) =>
      h > 0 ? `starts in ${h} h ${m} min` : m > 0 ? `starts in ${m} minute${m === 1 ? '' : 's'}` : 'starts in less than a minute',
  },

  link: {
    lost: 'Live feed interrupted: the odds shown are old. Trying again.',
    offline: 'No network: the odds shown are old. The live feed will resume by itself.',
    refused: 'The live feed is not available.',
    ago: (s) => (s < 90 ? `${s} s ago` : `${Math.round(s / 60)} min ago`),
    staleOdds: (ago) => `Odds received ${ago}`,
  },

  error: {
    title: 'This page could not be loaded',
    unavailable: 'The server does not answer. Check your connection, then try again.',
    notFound: 'This race is not on the programme. It may have been withdrawn, or the address is incomplete.',
    pageTitle: 'Page not found',
    page: 'This address leads to no page of the board.',
    toHome: 'Back to live',
  },

  homePage: {
    next: 'Next races',
    nextEmpty: 'No more races to come on this day.',
    nextEmptyHelp: 'Results and dividends remain below.',
    results: 'Latest results',
    resultsEmpty: 'No result yet.',
    programmeOf: (day) => `Programme of ${day}`,
    empty: 'No race is on the programme.',
    emptyHelp: 'The board fills as soon as the programme of a day is loaded.',
    days: 'Days',
    dayPick: 'Choose a day',
    earlier: 'Previous day',
    later: 'Next day',
    today: 'Back to live',
    favourites: 'Favourites',
    noOdds: 'No odds yet',
    stakes: 'Stakes',
    winner: 'Win',
    raceCount: (n) => `${n} race${n === 1 ? '' : 's'}`,
    start: 'Start',
    race: 'Race',
  },

  race: {
    label: (m, n) => `R${m} C${n}`,
    spokenLabel: (m, n) => `Meeting ${m}, race ${n}`,
    back: 'Programme',
    others: 'Races of the meeting',
    sections: 'Sections of the race',
    startAt: (time) => `Starts ${time}`,
    stoppedAt: (time) => `Betting closed at ${time}`,
    metres: (m) => `${m} m`,
    prize: 'Prize money',
    runnerCount: (n) => `${n} runner${n === 1 ? '' : 's'}`,
    nonRunnersOf: (list, n) => (n > 1 ? `Non-runners: ${list}` : `Non-runner: ${list}`),
    discipline: {
      PLAT: 'Flat',
      ATTELE: 'Harness',
      MONTE: 'Mounted trot',
      HAIE: 'Hurdles',
      STEEPLECHASE: 'Steeplechase',
      CROSS: 'Cross-country',
    },
  },

  network: {
    label: 'Pools shown',
    online: 'Online',
    retail: 'Shops',
    why: 'Online and shop stakes are two separate pools, each with its own odds and dividends.',
  },

  runners: {
    title: 'Runners and odds',
    titleOnly: 'Runners',
    number: 'No.',
    horse: 'Horse',
    win: 'Win',
    place: 'Place',
    nonRunner: 'Non-runner',
    jockey: 'Jockey',
    driver: 'Driver',
    trainer: 'Trainer',
    draw: (n) => `Draw ${n}`,
    stable: (n) => `Stable ${n}`,
    favourite: 'Favourite',
    noForm: 'First race',
    form: 'Form, latest first',
    sortByNumber: 'Sort by number',
    sortByWin: 'Sort by win odds',
    sortByPlace: 'Sort by place odds',
    empty: 'The runners are not declared yet.',
    noOdd: 'No odds',
    sex: (sex, age) => {
      const word = { M: 'male', F: 'female', H: 'gelding' }[sex.slice(0, 1)] ?? sex.toLowerCase()
      return age > 0 ? `${age}-year-old ${word}` : word
    },
    sexShort: (sex, age) => `${age > 0 ? age : ''}${{ M: 'M', F: 'F', H: 'G' }[sex.slice(0, 1)] ?? sex.slice(0, 1)}`,
  },

  trend: {
    down: (was) => `shortening, was ${was}`,
    up: (was) => `drifting, was ${was}`,
    legend: 'Odds that shorten are being backed.',
  },

  form: {
    run: (place, end, discipline) =>
      `${place !== null ? ordinal(place) : end ? endWords[end] : ''}${discipline ? ` ${disciplineWords[discipline]}` : ''}`,
    year: (year) => `in ${year}`,
  },

  pairs: {
    title: 'Odds of the pairs',
    choice: 'Bet',
    help: {
      COUPLE_GAGNANT: 'The first two, in any order.',
      COUPLE_PLACE: 'Two horses among the first three. Lowest and highest odds, depending on the other horse placed.',
      COUPLE_ORDRE: 'The first two in the exact order: the first, then the second.',
      DEUX_SUR_QUATRE: 'Two horses among the first four. Lowest and highest odds, depending on the others placed.',
    },
    best: 'Most backed pairs',
    grid: 'All pairs',
    gridHelp: 'Lowest odds of each pair. The stronger the colour, the more the pair is backed.',
    pair: 'Pair',
    odd: 'Odds',
    withHorse: 'Pairs with',
    allHorses: 'all horses',
    gridOrder: 'First horse by row, second by column.',
    none: 'No odds yet for this bet.',
  },

  trios: {
    title: 'Odds of the Trio',
    help: 'The first three, in any order.',
    range: 'Lowest and highest odds, depending on their order and the fourth horse: Trio, Trio Ordre and Super 4 share one pool.',
    best: 'Most backed Trios',
    none: 'No odds yet for this bet.',
  },

  pools: {
    title: 'Pools',
    bet: 'Bet',
    online: 'Online',
    retail: 'Shops',
    total: 'Total',
    bets: (n, text) => `${text} bet${n === 1 ? '' : 's'}`,
    empty: 'No stakes yet.',
    noStake: 'no stakes',
    notSold: 'On the programme, but not sold here',
    notOffered: 'not offered',
  },

  bet: {
    SIMPLE_GAGNANT: 'Win (Simple Gagnant)',
    SIMPLE_PLACE: 'Place (Simple Placé)',
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
  },

  result: {
    title: 'Result',
    provisional: 'Provisional result: it may still change, nothing is paid.',
    place: 'Place',
    horse: 'Horse',
    tied: 'dead heat',
    tiedSentence: (place, horses) => `Dead heat for ${place} place: ${horses}.`,
    ordinal,
    placeWord: ordinal,
    cancelled: 'Race cancelled',
  },

  working: {
    show: 'How it was computed',
    title: (bet) => `${bet}: how dividends were computed`,
    close: 'Close',
    help: 'Each line can be redone with a pocket calculator. The sign ≈ marks a figure that is rounded to be read: the calculation keeps exact fractions. Each rule bears its article of the rulebook.',
    article: 'article of the rulebook:',
    failed: 'The working cannot be shown at the moment.',
  },

  dividends: {
    title: 'Dividends',
    per: 'per €1',
    pending: 'Dividends are published once the result is confirmed.',
    combination: 'Combination',
    dividend: 'Dividend',
    none: 'No dividend: nobody holds a winning combination.',
    noStake: 'No stakes.',
    noWinner: 'Nobody holds a winning combination: what there was to share is kept for later dividends.',
    ranks: {
      ORDRE: 'In the exact order',
      DESORDRE: 'In any other order',
      '1NP': 'With one non-runner',
      '2NP': 'With two non-runners',
      '2CHEVAUX': 'Two horses only',
      BONUS: 'Bonus',
      BONUS_1NP: 'Bonus with one non-runner',
      BONUS_4: 'Bonus of four',
      BONUS_3: 'Bonus of three',
      EN_4: 'in 4',
      EN_5: 'in 5',
      EN_6: 'in 6',
      EN_7: 'in 7',
    },
    substitute: 'Nobody had the first horses of the result: the next combination is paid.',
    widened: 'Nobody had the whole combination: the first horses are enough, the others do not matter.',
    anyHorse: 'any horse',
    anyOrder: 'any order',
    exactOrder: 'exact order',
    then: 'then',
    tiedWith: 'in a dead heat with',
    more: (n) => `Show ${n} more line${n === 1 ? '' : 's'}`,
    less: 'Show fewer',
    nonRunner: 'NR',
    nonRunnerWord: 'non-runner',
    refunded: (reason) => `Every bet is refunded: ${reason}.`,
    reason: {
      RACE_CANCELLED: 'the race is cancelled',
      TOO_FEW_RUNNERS: 'there are too few runners',
      NO_HORSE_CLASSIFIED: 'no horse is classified',
      TOO_FEW_CLASSIFIED: 'too few horses are classified',
      NO_WINNING_STAKE: 'no stake is on a winning combination',
      MINIMUM_DIVIDEND: 'the money to share cannot pay the minimum dividend',
      BET_NOT_OFFERED: 'this bet is not offered on this race',
    },
    otherReason: (code) => `reason ${code}`,
    procedure: {
      deduction_reduced: 'Deduction reduced to keep the minimum dividend.',
      constrained: 'Special calculation: dividends at the minimum.',
      constrained_topped_up: 'Dividends at the minimum, topped up by the operator.',
      levy_reduced: 'Levy for the fund reduced to keep the minimum dividend.',
      minima: 'Special calculation: the bet’s minimum dividends.',
      minima_topped_up: 'The bet’s minimum dividends, topped up by the operator.',
      minimum: 'Special calculation: dividends at the minimum.',
      minimum_topped_up: 'Dividends at the minimum, topped up by the operator.',
    },
  },

  announce: {
    status: (race, status) => `${race}: ${status}`,
    nonRunner: (race, n, name) => `${race}: number ${n}, ${name}, is a non-runner`,
    arrival: (race, list) => `${race}, result: ${list}`,
  },
}

export default en
