import { describe, expect, test } from 'vitest'
import { finishes } from './arrival'
import { betName, combinationHorses } from './bets'
import { decimal, int, Money } from './money'
import { parseMusique } from './musique'
import { matchRoute } from './router.svelte'
import { parseSilks } from './silks'
import { statusOf } from './status'
import { course, titled } from './text'
import { countdown, dayOf, left, ServerClock, Times } from './time'

/** plain makes the spaces of Intl ordinary ones. */
const plain = (s: string) => s.replace(/[\u00a0\u202f]/g, ' ')

describe('money', () => {
  const fr = new Money('fr-FR')
  const en = new Money('en-GB')

  test.each([
    [0n, '0.00'],
    [5n, '0.05'],
    [-1205n, '-12.05'],
    [9223372036854775807n, '92233720368547758.07'],
  ])('decimal of %s', (cents, want) => expect(decimal(cents)).toBe(want))

  test('an int64 of JSON stays whole', () => {
    expect(int('9007199254740993')).toBe(9007199254740993n)
    expect(int(undefined)).toBe(0n)
  })

  test('exact shows every cent, beyond what a double can hold', () => {
    expect(plain(fr.exact(120433150n))).toBe('1 204 331,50 €')
    expect(en.exact(9007199254740993n)).toBe('€90,071,992,547,409.93')
    expect(plain(fr.exact(9223372036854775807n))).toBe('92 233 720 368 547 758,07 €')
  })

  test('whole rounds down: what is not yet there is not shown', () => {
    expect(plain(fr.whole(199n))).toBe('1 €')
    expect(en.whole(120433199n)).toBe('€1,204,331')
  })

  test.each([
    [110n, '1,1'],
    [320n, '3,2'],
    [1000n, '10,0'],
    [325n, '3,25'],
    [99_990n, '999,9'],
    [100_000n, '1 000'],
    [123_450n, '1 234,5'],
  ])('odds of %s', (hundredths, want) => expect(plain(fr.odds(hundredths))).toBe(want))
})

describe('time', () => {
  const at = (s: string) => Date.parse(s)

  test('the operator’s clock runs at its own rate', () => {
    let mine = 1000
    const c = new ServerClock(() => mine)
    expect(c.now()).toBeNaN()
    c.set({ now: '2025-11-23T13:00:00Z', rate: 60 })
    expect(c.now()).toBe(at('2025-11-23T13:00:00Z'))
    mine += 2500
    expect(c.now()).toBe(at('2025-11-23T13:02:30Z'))
    c.set({ now: '2025-11-23T13:02:31Z' }) // no rate: one
    mine += 1000
    expect(c.now()).toBe(at('2025-11-23T13:02:32Z'))
    c.set(undefined)
    c.set({ now: 'soon' })
    expect(c.rate).toBe(1)
  })

  test('a countdown follows the rate', () => {
    let mine = 0
    const c = new ServerClock(() => mine)
    c.set({ now: '2025-11-23T13:00:00Z', rate: 60 })
    const start = at('2025-11-23T13:09:00Z')
    expect(countdown(left(start, c.now()))).toBe('9:00')
    mine = 1000
    expect(countdown(left(start, c.now()))).toBe('8:00')
    mine = 9000
    expect(left(start, c.now()).sign).toBe('due')
  })

  test.each([
    [0, '0:00'],
    [1, '0:01'],
    [59_001, '1:00'],
    [9 * 60_000 + 59_000, '9:59'],
    [10 * 60_000, '10 min'],
    [59 * 60_000 + 59_000, '59 min'],
    [65 * 60_000, '1 h 05'],
  ])('%i ms is %s', (ms, want) => expect(countdown(left(ms, 0))).toBe(want))

  test('times are told where the races run, days by their number', () => {
    const fr = new Times('fr-FR')
    const en = new Times('en-GB')
    expect(fr.time('2025-11-23T13:05:00Z')).toBe('14:05')
    expect(fr.time('2025-07-14T13:05:00Z')).toBe('15:05')
    expect(fr.time('2025-11-22T23:05:00Z')).toBe('00:05')
    expect(en.clock(at('2025-11-23T13:05:07Z'))).toBe('14:05:07')
    expect(fr.day(20251123)).toBe('dimanche 23 novembre 2025')
    expect(en.day(20251123)).toMatch(/^Sunday,? 23 November 2025$/)
    expect(fr.time('')).toBe('–')
  })

  test('the day of an instant', () => {
    expect(dayOf('2025-11-23T23:30:00Z')).toBe(20251124)
    expect(dayOf('2025-11-23T13:30:00Z')).toBe(20251123)
    expect(dayOf(undefined)).toBe(0)
  })
})

describe('musique', () => {
  const short = (form: string) =>
    parseMusique(form).map((n) => (n.kind === 'run' ? [n.place ?? n.end, n.discipline] : n.kind === 'year' ? n.year : n.text))

  test('places, disciplines, years', () => {
    expect(short('1p5a(25)Da3m0h')).toEqual([[1, 'flat'], [5, 'harness'], 2025, ['disqualified', 'harness'], [3, 'mounted'], ['unplaced', 'hurdles']])
    expect(short('(24)TsAc10p')).toEqual([2024, ['fell', 'steeplechase'], ['stopped', 'cross'], [10, 'flat']])
    expect(short('Da4aDm')).toEqual([['disqualified', 'harness'], [4, 'harness'], ['disqualified', 'mounted']])
  })

  test('what is not known stays as it is', () => {
    expect(short('1p ?Xz')).toEqual([[1, 'flat'], '?', 'Xz'])
    expect(parseMusique('')).toEqual([])
  })

  test('the PMU’s own strings are read without a rest', () => {
    for (const form of ['(24)Dm2m(23)1m1m1mDaDa(22)', '0a(24)8a4a0a0a0a(23)1a6a', '5p7p0p0p', '0a0aDaDa9aDa5a8a1a3a']) {
      const notes = parseMusique(form)
      expect(notes.map((n) => n.text).join('')).toBe(form)
      expect(notes.filter((n) => n.kind === 'other')).toEqual([])
    }
  })
})

describe('arrival', () => {
  test('after two firsts comes a third', () => {
    expect(finishes([{ horses: [4, 12] }, { horses: [8] }, {}, { horses: [1, 2, 3] }, { horses: [9] }])).toEqual([
      { place: 1, horses: [4, 12], tied: true },
      { place: 3, horses: [8], tied: false },
      { place: 4, horses: [1, 2, 3], tied: true },
      { place: 7, horses: [9], tied: false },
    ])
    expect(finishes(undefined)).toEqual([])
  })
})

describe('words', () => {
  test.each([
    ['PRIX DE L’ETOILE', 'Prix de l’Etoile'],
    ['PRIX BERNARD DE DUFAU', 'Prix Bernard de Dufau'],
    ["HIPPODROME D'AUTEUIL", "Hippodrome d'Auteuil"],
    ['PETIT PRINCE II', 'Petit Prince II'],
    ['A.CRASTUS', 'A.Crastus'],
    ['LA FAYETTE', 'La Fayette'],
    ['Jag de Bellouet', 'Jag de Bellouet'],
    ["HORSE'S TALE", "Horse's Tale"],
    ['', ''],
  ])('%s is written %s', (from, want) => expect(titled(from)).toBe(want))

  test('a racecourse', () => {
    expect(course("HIPPODROME D'AUTEUIL")).toBe('Auteuil')
    expect(course('HIPPODROME DE PARIS-VINCENNES')).toBe('Paris-Vincennes')
    expect(course('SONSBECK')).toBe('Sonsbeck')
  })

  test('bets and combinations', () => {
    expect(betName('E_SIMPLE_PLACE')).toBe('SIMPLE_PLACE')
    expect(betName('SIMPLE_PLACE_INTERNATIONAL')).toBe('SIMPLE_PLACE')
    expect(combinationHorses('3-12')).toEqual([3, 12])
    expect(combinationHorses('3-NP')).toEqual([3, null])
  })

  test('statuses', () => {
    expect(statusOf('RACE_STATUS_PAYABLE')).toBe('payable')
    expect(statusOf(undefined)).toBe('scheduled')
  })
})

describe('silks', () => {
  test('are drawn from the words, French or English', () => {
    const fr = parseSilks('Casaque verte, pois blancs, manches rouges, toque noire', 'X')
    const en = parseSilks('green, white spots, red sleeves, black cap', 'Y')
    expect(fr).toEqual(en)
    expect(fr.pattern).toBe('spots')
    expect(parseSilks('Bleu ciel, toque bleu marine', '').base).not.toBe(parseSilks('Bleu', '').base)
  })

  test('without words, from the name, always the same and never one colour on itself', () => {
    for (let i = 0; i < 300; i++) {
      const silks = parseSilks('', `HORSE ${i}`)
      expect(parseSilks('', `HORSE ${i}`)).toEqual(silks)
      expect(silks.second).not.toBe(silks.base)
    }
  })
})

describe('routes', () => {
  const table = { home: '/', day: '/day/:day', race: '/race/:id' }
  test.each([
    ['/', { name: 'home', params: {} }],
    ['/race/202511230104', { name: 'race', params: { id: '202511230104' } }],
    ['/day/20251123/', { name: 'day', params: { day: '20251123' } }],
    ['/race', null],
    ['/nowhere', null],
  ])('%s', (path, want) => expect(matchRoute(table, path)).toEqual(want))
})
