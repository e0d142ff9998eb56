// An invented race day for the mock server: what each race is, and what its
// public state is at a given time. Everything follows from the time and from
// the names: the same instant gives the same odds.

/** The seed of a text: FNV-1a. */
export function hash(text) {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return h >>> 0
}

const unit = (text) => (hash(text) % 100_000) / 100_000
const minutes = (n) => n * 60_000

const horses = ['JAG DE BELLOUET', 'MASTER MAN', 'JAMINUS', 'ÉTOILE DU NORD', 'REINE D’AVRIL', 'KAISER DE L’ITON', 'GRAND LARGE', 'FLEUR DE SEL', 'HOLD UP DU DIGEON', 'IDÉAL DU ROCHER', 'JASON DE BLARY', 'KING OF THE NORTH WIND AND THE LONG NAME', 'LADY MACBETH', 'MON AMI PIERROT', 'NUIT BLANCHE', 'ORAGE D’ÉTÉ', 'PETIT PRINCE II', 'QUEL TEMPS', 'ROSE DES VENTS', 'SOLEIL LEVANT']
const jockeys = ['A.CRASTUS', 'M.GUYON', 'C.DEMURO', 'E.RAFFIN', 'J.M.BAZIRE', 'F.NIVARD', 'P.VERCRUYSSE', 'CH.SOUMILLON']
const trainers = ['R.CHOTARD', 'CH.PLISSON (S)', 'A.FABRE', 'PH.ALLAIRE', 'TH.DUVALDESTIN', 'S.WATTEL (S)']
const forms = ['1p5a(25)Da3a0h2p', '0a(24)3m7m9m1mDa0a(23)1m', '1p', '', '5p7p0p0p', '2s1sAs(24)Ts4h', '3a2a1a1a5a', 'Da4a6a(25)2a2a']
const silks = ['Casaque verte, pois blancs, manches rouges, toque noire', 'Casaque bleue, écharpe jaune, toque bleue', 'Casaque rouge, étoile blanche, manches blanches, toque rouge', 'Casaque orange, losange noir, toque orange', 'Casaque blanche, cerclée vert, toque blanche', '']

const meetings = [
  { number: 1, name: 'AUTEUIL', country: 'FRANCE', first: '12:15', discipline: ['HAIE', 'STEEPLECHASE'], races: 8, sizes: [12, 11, 16, 14, 20, 8, 11, 13] },
  { number: 2, name: 'HIPPODROME DE PARIS-VINCENNES', country: 'FRANCE', first: '12:32', discipline: ['ATTELE', 'MONTE'], races: 8, sizes: [14, 16, 10, 18, 12, 16, 9, 15] },
  { number: 3, name: 'SONSBECK', country: 'ALLEMAGNE', first: '13:05', discipline: ['PLAT'], races: 3, sizes: [7, 8, 4] },
]
const prizes = ['PRIX BERNARD DE DUFAU', 'PRIX DE THOUARS', 'PRIX DE L’ÉTOILE', 'GRAND STEEPLE-CHASE DE LA VILLE DE PARIS ET DE LA COURONNE', 'PRIX DU BOIS DE BOULOGNE', 'PRIX LA FAYETTE', 'PRIX DES ÉPINETTES', 'PRIX D’HIVER']

export const days = [20251122, 20251123]

const couples = ['COUPLE_GAGNANT', 'COUPLE_PLACE']
const online = ['COUPLE_ORDRE', 'MULTI', 'MINI_MULTI', 'PICK5']
const isPair = (bet) => [...couples, 'COUPLE_ORDRE', 'DEUX_SUR_QUATRE'].includes(bet)

/** What is special in some races of the second day. */
const script = {
  1.02: { refund2sur4: 'MINIMUM_DIVIDEND' },
  1.03: { suspended: true },
  1.04: { nonRunner: 5, deadHeat: 1 }, // two seconds
  1.05: { every: true, nonRunner: 5, deadHeat: 2 }, // every bet, two thirds
  2.01: { deadHeat: 0 }, // two firsts
  2.02: { nonRunner: 3, lateNonRunner: true },
  2.03: { cancelled: true },
}

/** build makes the races of both days. */
export function build() {
  const out = []
  for (const day of days) {
    for (const m of meetings) {
      for (let n = 1; n <= m.races; n++) {
        const [h, min] = m.first.split(':').map(Number)
        const date = `${String(day).slice(0, 4)}-${String(day).slice(4, 6)}-${String(day).slice(6)}`
        const start = Date.parse(`${date}T00:00:00Z`) + minutes(h * 60 + min + (n - 1) * 35)
        out.push(race(day, m, n, start))
      }
    }
  }
  return out
}

function race(day, m, n, start) {
  const id = String(day * 10000 + m.number * 100 + n)
  const size = m.sizes[n - 1]
  const discipline = m.discipline[n % m.discipline.length]
  const runners = Array.from({ length: size }, (_, i) => ({
    number: i + 1,
    name: horses[(i + hash(id) % 7) % horses.length],
    jockey: jockeys[hash(id + 'j' + i) % jockeys.length],
    trainer: trainers[hash(id + 't' + i) % trainers.length],
    sex: ['HONGRES', 'FEMELLES', 'MALES'][hash(id + 's' + i) % 3],
    age: 3 + (hash(id + 'a' + i) % 6),
    form: forms[hash(id + 'f' + i) % forms.length],
    ...(discipline === 'PLAT' ? { draw: size - i } : {}),
    silks: silks[hash(id + 'c' + i) % silks.length],
  }))
  const both = [['E_', 'NETWORK_ONLINE'], ['', 'NETWORK_RETAIL']]
  const networks = m.number === 3 ? both.slice(0, 1) : both
  const special = day === days[1] ? (script[Number(`${m.number}.0${n}`)] ?? {}) : {}
  const sold = ['SIMPLE_GAGNANT', 'SIMPLE_PLACE', ...(size >= 10 ? ['DEUX_SUR_QUATRE'] : []), ...(special.every ? [...couples, 'TRIO', 'TIERCE', 'QUARTE_PLUS', ...online] : [])]
  const sells = (bet, network) => network === 'NETWORK_ONLINE' || !online.includes(bet)
  const unsold = ['COUPLE_GAGNANT', 'COUPLE_PLACE', 'TRIO', ...(size > 14 ? ['QUINTE_PLUS', 'MULTI'] : [])].filter((b) => !sold.includes(b))
  const offers = networks.flatMap(([prefix, network]) => [
    ...sold.filter((b) => sells(b, network)).map((b) => ({ bet: prefix + b, network, baseStakeCents: b === 'DEUX_SUR_QUATRE' ? '300' : '150', sold: true })),
    ...unsold.map((b) => ({ bet: prefix + b, network, baseStakeCents: '150' })),
  ])
  return {
    day, start, id, meeting: m, special, networks, sold, sells,
    whole: {
      raceId: id, meeting: m.number, number: n, name: prizes[(n + m.number) % prizes.length], start: new Date(start).toISOString(),
      distanceM: 1600 + (hash(id) % 14) * 100 + 100, discipline, prizeCents: String(2_000_000 + (hash(id) % 60) * 100_000),
      runners, offers, meetingName: m.name, runnerCount: size,
    },
  }
}

/** statusAt is a race's status at a time. */
export function statusAt(r, t) {
  const since = t - r.start
  if (r.special.cancelled && since >= minutes(-5)) return 'CANCELLED'
  if (since < minutes(-180)) return 'SCHEDULED'
  if (r.special.suspended && since >= minutes(-10) && since < minutes(-8)) return 'SUSPENDED'
  if (since < 0) return 'OPEN'
  if (since < minutes(3)) return 'STOPPED'
  if (since < minutes(5)) return 'PROVISIONAL'
  if (since < minutes(6)) return 'OFFICIAL'
  if (since < minutes(8)) return 'PAYABLE'
  return 'SETTLED'
}

export function nonRunnersAt(r, t) {
  const n = r.special.nonRunner
  if (!n) return []
  return t >= r.start - minutes(r.special.lateNonRunner ? 4 : 30) ? [n] : []
}

/** The strength of each horse, drifting slowly while bets are taken. */
function strengths(r, t, network, out) {
  const at = Math.min(t, r.start) / 240_000
  return r.whole.runners.map((x) => {
    if (out.includes(x.number)) return 0
    const w = 0.02 + unit(r.id + 'w' + x.number) ** 3
    return w * (1 + 0.35 * Math.sin(unit(r.id + network + x.number) * 6.28 + at))
  })
}

function arrival(r) {
  const out = r.special.nonRunner ? [r.special.nonRunner] : []
  const order = r.whole.runners
    .filter((x) => !out.includes(x.number))
    .map((x) => [unit(r.id + 'w' + x.number) + 2 * unit(r.id + 'luck' + x.number), x.number])
    .sort((a, b) => b[0] - a[0])
    .map(([, n]) => n)
  const places = []
  for (let i = 0; i < order.length && places.flat().length < 5; i++) {
    places.push(places.length === r.special.deadHeat ? [order[i], order[++i]].sort((a, b) => a - b) : [order[i]])
  }
  return places
}

const floor10 = (x) => Math.max(110, Math.floor(x / 10) * 10)

/** stateAt is the public state of a race at a time, without seq. */
export function stateAt(r, t) {
  const status = statusAt(r, t)
  const out = nonRunnersAt(r, t)
  const shown = ['PROVISIONAL', 'OFFICIAL', 'PAYABLE', 'SETTLED'].includes(status)
  const places = shown ? arrival(r) : []
  const paid = ['PAYABLE', 'SETTLED'].includes(status)
  const pools = status === 'SCHEDULED' ? [] : r.networks.flatMap(([prefix, network]) => r.sold.filter((bet) => r.sells(bet, network)).map((bet) => pool(r, t, prefix, network, bet, out, status, paid, places)))
  return {
    raceId: r.id,
    ...(status === 'SCHEDULED' ? { status: 'RACE_STATUS_SCHEDULED' } : { status: `RACE_STATUS_${status}` }),
    ...(out.length > 0 ? { nonRunners: out } : {}),
    ...(pools.length > 0 ? { pools } : {}),
    ...(places.length > 0 ? { arrival: places.map((horses) => ({ horses })) } : {}),
    ...(t >= r.start && status !== 'CANCELLED' ? { stoppedAt: new Date(r.start).toISOString() } : {}),
  }
}

function pool(r, t, prefix, network, bet, out, status, paid, places) {
  const at = Math.floor(Math.min(t, r.start) / 5000) * 5000 // odds are computed every 5 s
  const left = Math.max(0, r.start - at) / minutes(180)
  const size = (bet === 'SIMPLE_GAGNANT' ? 300_000 : bet === 'SIMPLE_PLACE' ? 220_000 : 160_000) * (0.5 + unit(r.id + bet)) * (network === 'NETWORK_RETAIL' ? 3.1 : 1)
  const total = bet === 'MINI_MULTI' ? 0 : Math.floor(size * 100 * Math.exp(-6 * left))
  const w = strengths(r, at, network, out)
  const sum = w.reduce((a, b) => a + b, 0)
  const p = w.map((x) => x / sum)
  const odds = isPair(bet) ? pairOdds(p, total, bet) : bet.startsWith('SIMPLE') ? horseOdds(r, p, total, bet, out) : bet === 'TRIO' ? trioOdds(p, total) : []
  const base = { bet: prefix + bet, network, totalCents: String(total), bets: String(Math.floor(total / 420)) }
  if (status === 'CANCELLED') return { ...base, result: { procedure: 'refund', refundReason: 'RACE_CANCELLED' } }
  if (!paid) return { ...base, odds }
  return { ...base, result: result(r, bet, prefix, odds, places, out) }
}

function horseOdds(r, p, total, bet, out) {
  return r.whole.runners
    .map((x, i) => ({ x, i }))
    .filter(({ x }) => !out.includes(x.number))
    .map(({ x, i }) => {
      const stakes = Math.floor(total * p[i])
      if (stakes < 100) return { combination: String(x.number) }
      const win = floor10(86 / p[i])
      if (bet === 'SIMPLE_GAGNANT') return { combination: String(x.number), low: String(win), high: String(win), stakesCents: String(stakes) }
      return { combination: String(x.number), low: String(floor10(100 + (win - 100) / 6)), high: String(floor10(100 + (win - 100) / 3.4)), stakesCents: String(stakes) }
    })
}

function pairOdds(p, total, bet) {
  const odds = []
  const ordre = bet === 'COUPLE_ORDRE'
  const ease = { COUPLE_GAGNANT: 1, COUPLE_PLACE: 3, COUPLE_ORDRE: 0.5, DEUX_SUR_QUATRE: 6 }[bet]
  const wide = ['COUPLE_PLACE', 'DEUX_SUR_QUATRE'].includes(bet) ? 1.45 : 1
  for (let a = 0; a < p.length; a++) {
    for (let b = ordre ? 0 : a + 1; b < p.length; b++) {
      if (a === b || p[a] === 0 || p[b] === 0) continue
      const share = p[a] * p[b] * (ordre ? 1 + p[a] : 1)
      const low = floor10(73 / (ease * (share + 0.002)) / 4)
      odds.push({ combination: `${a + 1}-${b + 1}`, low: String(low), high: String(floor10(low * wide)), stakesCents: String(Math.floor(total * share)) })
    }
  }
  return odds
}

/** trioOdds are the odds of the twenty most backed Trios. */
function trioOdds(p, total) {
  const odds = []
  for (let a = 0; a < p.length; a++) {
    for (let b = a + 1; b < p.length; b++) {
      for (let c = b + 1; c < p.length; c++) {
        const share = p[a] * p[b] * p[c]
        if (share === 0) continue
        const low = floor10(73 / (6 * (share + 0.0005)))
        odds.push({ combination: `${a + 1}-${b + 1}-${c + 1}`, low: String(low), high: String(low), stakesCents: String(Math.floor(total * share)), share })
      }
    }
  }
  return odds.sort((x, y) => y.share - x.share).slice(0, 20).map(({ share: _, ...odd }) => odd)
}

/** orders are the orders of finish that a dead heat allows. */
const orders = (places) =>
  places.reduce((all, tied) => all.flatMap((o) => (tied.length > 1 ? [tied, tied.toReversed()] : [tied]).map((t) => [...o, ...t])), [[]])

/** tops are the sets of the first n, each as the order of finish has it. */
function tops(places, n) {
  const sets = new Map()
  for (const o of orders(places)) {
    const set = o.slice(0, n)
    const key = rising(set)
    if (!sets.has(key)) sets.set(key, set)
  }
  return [...sets.values()]
}

const rising = (set) => [...set].sort((a, b) => a - b).join('-')
const pairsOf = (set) => set.flatMap((a, i) => set.slice(i + 1).map((b) => [a, b]))
const unique = (list) => [...new Set(list)]

/** others are the dividends of the bets on several horses, as a rulebook would name them. */
function others(r, bet, places, out) {
  const lines = []
  const add = (rank, combinations, mean) => {
    for (const c of unique(combinations)) lines.push([rank, c, Math.floor(mean * (0.4 + unit(r.id + rank + c))) * 10])
  }
  const three = tops(places, 3)
  const four = tops(places, 4)
  const placed = unique(three.flat())
  const np = out.length > 0
  if (bet === 'COUPLE_GAGNANT') {
    add(bet, tops(places, 2).map(rising), 480)
    if (np) add(`${bet}_1NP`, places[0].map((h) => `${h}-NP`), 61)
  }
  if (bet === 'COUPLE_PLACE') {
    add(bet, three.flatMap(pairsOf).map(rising), 140)
    if (np) add(`${bet}_1NP`, placed.map((h) => `${h}-NP`), 25)
  }
  if (bet === 'COUPLE_ORDRE') {
    add(bet, orders(places).map((o) => `${o[0]}-${o[1]}`), 900)
    if (np) add(`${bet}_1NP`, places[0].flatMap((h) => [`${h}-NP`, `NP-${h}`]), 70)
  }
  if (bet === 'TRIO') {
    add(bet, three.map(rising), 1_900)
    if (np) add(`${bet}_1NP`, [`${rising(tops(places, 2)[0])}-NP`], 400)
  }
  if (bet === 'TIERCE') {
    add(`${bet}_ORDRE`, three.map((s) => s.join('-')), 24_000)
    add(`${bet}_DESORDRE`, three.map((s) => s.join('-')), 3_400)
    if (np) add(`${bet}_1NP`, three.flatMap(pairsOf).map((p) => `${rising(p)}-NP`), 190)
    if (np) add(`${bet}_2NP`, places[0].map((h) => `${h}-NP-NP`), 52)
  }
  if (bet === 'QUARTE_PLUS') {
    add(`${bet}_ORDRE`, four.map((s) => s.join('-')), 310_000)
    add(`${bet}_DESORDRE`, four.map((s) => s.join('-')), 21_000)
    add(`${bet}_BONUS`, three.map(rising), 900)
    if (np) add(`${bet}_BONUS_1NP`, three.map((s) => `${rising(s)}-NP`), 1_800)
  }
  if (bet === 'MULTI') [4410, 882, 294, 126].forEach((d, i) => four.forEach((s) => lines.push([`${bet}_EN_${i + 4}`, rising(s), d * 10])))
  return lines
}

function result(r, bet, prefix, odds, places, out) {
  if (bet === 'DEUX_SUR_QUATRE' && r.special.refund2sur4) return { procedure: 'refund', refundReason: r.special.refund2sur4 }
  const first = (n) => {
    const all = []
    for (const place of places) if (all.length < n) all.push(...place)
    return all
  }
  const of = (combination) => odds.find((o) => o.combination === combination) ?? {}
  const line = (rank, combination, o, value) => ({ rank: prefix + rank, combination, dividend: String(value), stakesCents: o.stakesCents ?? '0' })
  let dividends = []
  if (bet === 'SIMPLE_GAGNANT') dividends = places[0].map((h) => line(bet, String(h), of(String(h)), floor10(Number(of(String(h)).low) / places[0].length)))
  if (bet === 'SIMPLE_PLACE') dividends = first(r.whole.runnerCount >= 8 ? 3 : 2).map((h) => line(bet, String(h), of(String(h)), of(String(h)).low))
  if (bet === 'DEUX_SUR_QUATRE') {
    const four = first(4).sort((a, b) => a - b)
    dividends = four.flatMap((a, i) => four.slice(i + 1).map((b) => line(bet, `${a}-${b}`, of(`${a}-${b}`), of(`${a}-${b}`).low)))
    if (out.length > 0) dividends.push(...four.map((h) => line(bet + '_1NP', `${h}-NP`, {}, 150)))
  }
  const more = others(r, bet, places, out)
  if (['MINI_MULTI', 'PICK5'].includes(bet)) return { procedure: 'no_winner' }
  dividends.push(...more.map(([rank, combination, value]) => line(rank, combination, of(combination), value)))
  if (bet === 'MULTI') return { procedure: 'minima', dividends }
  return { procedure: bet === 'SIMPLE_PLACE' && r.whole.number === 1 ? 'deduction_reduced' : 'normal', dividends }
}
