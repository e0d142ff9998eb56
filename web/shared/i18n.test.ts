import { describe, expect, test } from 'vitest'
import { betOrder, pairBets } from './bets'
import { choose } from './i18n.svelte'
import en from './i18n/en'
import fr from './i18n/fr'
import { languages } from './i18n.svelte'

/** leaves lists the texts of a language by their path. */
function leaves(node: object, path = ''): Map<string, unknown> {
  const out = new Map<string, unknown>()
  for (const [key, value] of Object.entries(node)) {
    if (typeof value === 'object') for (const [p, v] of leaves(value, `${path}${key}.`)) out.set(p, v)
    else out.set(path + key, value)
  }
  return out
}

// Words that are the same in both languages.
const same = new Set(['bet.', 'race.back', 'race.discipline.', 'runners.jockey', 'dividends.ranks.BONUS', 'runners.driver', 'result.place', 'pools.total'])
const isSame = (path: string) => [...same].some((s) => path === s || (s.endsWith('.') && path.startsWith(s)))

describe('languages', () => {
  const texts = { fr: leaves(fr), en: leaves(en) }

  test('have the same texts, of the same kind', () => {
    expect([...texts.en.keys()].sort()).toEqual([...texts.fr.keys()].sort())
    for (const [path, value] of texts.fr) expect(typeof texts.en.get(path), path).toBe(typeof value)
  })

  test('have no empty text', () => {
    for (const lang of languages) for (const [path, value] of texts[lang]) expect(value, `${lang} ${path}`).not.toBe('')
  })

  test('nothing was left in French', () => {
    const left = [...texts.fr].filter(([path, value]) => typeof value === 'string' && value === texts.en.get(path) && !isSame(path))
    expect(left.map(([path]) => path)).toEqual([])
  })

  test('cover what the server can say', () => {
    const reasons = ['RACE_CANCELLED', 'TOO_FEW_RUNNERS', 'NO_HORSE_CLASSIFIED', 'TOO_FEW_CLASSIFIED', 'NO_WINNING_STAKE', 'MINIMUM_DIVIDEND', 'BET_NOT_OFFERED', 'NOT_COMPUTED', 'PAYMENTS_EXCEED_MASS']
    const procedures = ['deduction_reduced', 'levy_reduced', 'constrained', 'constrained_topped_up', 'minima', 'minima_topped_up', 'minimum', 'minimum_topped_up', 'hosted'] // no_winner has a sentence of its own
    const ranks = ['ORDRE', 'DESORDRE', '1NP', '2NP', '2CHEVAUX', 'BONUS', 'BONUS_1NP', 'BONUS_4', 'BONUS_3', 'EN_4', 'EN_5', 'EN_6', 'EN_7']
    for (const t of [fr, en]) {
      expect(Object.keys(t.dividends.procedure).sort()).toEqual([...procedures].sort())
      expect(Object.keys(t.dividends.ranks).sort()).toEqual([...ranks].sort())
      expect(Object.keys(t.bet).sort()).toEqual([...betOrder].sort())
      expect(Object.keys(t.pairs.help).sort()).toEqual([...pairBets].sort())
      expect(Object.keys(t.dividends.reason).sort()).toEqual([...reasons].sort())
      expect(Object.keys(t.race.discipline).sort()).toEqual(['ATTELE', 'CROSS', 'HAIE', 'MONTE', 'PLAT', 'STEEPLECHASE'])
    }
  })

  test('ordinals', () => {
    expect([1, 2, 11].map(fr.result.ordinal)).toEqual(['1er', '2e', '11e'])
    expect([1, 2, 3, 4, 11, 12, 13, 21].map(en.result.ordinal)).toEqual(['1st', '2nd', '3rd', '4th', '11th', '12th', '13th', '21st'])
  })

  test.each([
    ['en', ['fr-FR'], 'en'],
    [null, ['de-DE', 'en-US', 'fr'], 'en'],
    [null, ['de'], 'fr'],
    [null, [], 'fr'],
    ['xx', ['fr-CA'], 'fr'],
  ])('stored %s, preferred %s: %s', (stored, preferred, want) => expect(choose(stored, preferred)).toBe(want))
})
