import { describe, expect, test } from 'vitest'
import { anyHorse, inOrder, rankName } from './bets'
import { common, isSubstitute, isWidened, ranksOf, steps } from './dividends'

const line = (rank: string, combination: string, dividend: number) => ({ rank, combination, dividend: String(dividend) })

describe('dividends', () => {
  test('are read by rank; what is paid the same stands together', () => {
    const ranks = ranksOf('COUPLE_PLACE', [line('E_COUPLE_PLACE', '1-8', 750), line('E_COUPLE_PLACE', '1-12', 1360), line('E_COUPLE_PLACE', '8-12', 750), line('E_COUPLE_PLACE_1NP', '1-NP', 130), line('E_COUPLE_PLACE_1NP', '8-NP', 0)])
    expect(ranks).toEqual([
      { name: '', rows: [{ dividend: 750n, combinations: ['1-8', '8-12'] }, { dividend: 1360n, combinations: ['1-12'] }] },
      { name: '1NP', rows: [{ dividend: 130n, combinations: ['1-NP'] }] },
    ])
  })

  test.each([
    ['E_TIERCE_ORDRE', 'TIERCE', 'ORDRE'],
    ['TIERCE', 'TIERCE', ''],
    ['E_QUARTE_PLUS_BONUS_1NP', 'QUARTE_PLUS', 'BONUS_1NP'],
    ['E_MINI_MULTI_EN_6', 'MINI_MULTI', 'EN_6'],
    ['TRIO_ORDRE_INTERNATIONAL', 'TRIO_ORDRE', ''],
    ['E_TRIO_1NP', 'MASSE_UNIQUE', 'TRIO_1NP'],
  ])('rank %s of %s is "%s"', (rank, bet, want) => expect(rankName(rank, bet)).toBe(want))

  test('a Multi pays the same fours at every k, or is told line by line', () => {
    const fours = ['1-2-3-4', '1-2-3-5']
    const lines = fours.flatMap((c) => [line('E_MULTI_EN_4', c, 23100), line('E_MULTI_EN_5', c, 4620)])
    expect(common(ranksOf('MULTI', lines))).toEqual(fours)
    expect(common(ranksOf('MULTI', lines.slice(1)))).toBeNull()
    expect(common(ranksOf('MULTI', []))).toBeNull()
  })

  test('a combination from beyond the first four of a Multi is a substitute', () => {
    const arrival = [{ horses: [3] }, { horses: [15] }, { horses: [1] }, { horses: [6, 8] }, { horses: [11] }]
    const paid = (c: string) => ranksOf('MULTI', [line('E_MULTI_EN_7', c, 420)])
    expect(isSubstitute('MULTI', paid('1-3-8-15'), arrival)).toBe(false)
    expect(isSubstitute('MULTI', paid('1-6-11-15'), arrival)).toBe(true)
    expect(isSubstitute('SIMPLE_PLACE', paid('11'), arrival)).toBe(false)
  })

  test('steps: an exact order frames the tied, a set rises, non-runners last', () => {
    const arrival = [{ horses: [9] }, { horses: [3, 7] }, { horses: [1] }]
    expect(steps('9-3-7-1', 'exact', arrival)).toEqual([[9], [3, 7], [1]])
    expect(steps('9-3-1', 'exact', arrival)).toEqual([[9], [3], [1]])
    expect(steps('12-11', 'exact', arrival)).toEqual([[12], [11]])
    expect(steps('9-3-NP-NP', 'none')).toEqual([[3], [9], [null], [null]])
    expect(steps('NP-9', 'as written')).toEqual([[null], [9]])
    expect(steps('7-3-*', 'none')).toEqual([[3], [7], [anyHorse]])
    expect(steps('7-*-*', 'as written')).toEqual([[7], [anyHorse], [anyHorse]])
  })

  test('stars say that the first horses were enough', () => {
    expect(isWidened(ranksOf('TRIO', [line('E_TRIO', '3-7-*', 4090)]))).toBe(true)
    expect(isWidened(ranksOf('TRIO', [line('E_TRIO', '3-7-9', 4090), line('E_TRIO_1NP', '3-7-NP', 900)]))).toBe(false)
  })

  test('bets have one order on every screen', () => {
    expect(inOrder(['XYZ', 'PICK5', 'MULTI', 'TIERCE', 'DEUX_SUR_QUATRE', 'COUPLE_PLACE', 'MULTI', 'SIMPLE_GAGNANT'])).toEqual(['SIMPLE_GAGNANT', 'COUPLE_PLACE', 'DEUX_SUR_QUATRE', 'TIERCE', 'MULTI', 'PICK5', 'XYZ'])
  })
})
