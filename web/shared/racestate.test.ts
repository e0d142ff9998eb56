import { describe, expect, test } from 'vitest'
import type { PoolJson, WatchRaceResponseJson } from '../gen/opentote/v1/racing_pb'
import { merge, poolKey, type RaceLive } from './racestate'

const win = (odds: Record<string, string>, total = '100'): PoolJson => ({
  bet: 'E_SIMPLE_GAGNANT',
  network: 'NETWORK_ONLINE',
  totalCents: total,
  odds: Object.entries(odds).map(([combination, low]) => ({ combination, low, high: low })),
})
const place: PoolJson = { bet: 'E_SIMPLE_PLACE', network: 'NETWORK_ONLINE', totalCents: '50' }

const message = (seq: string, previousSeq: string | undefined, pools: PoolJson[]): WatchRaceResponseJson => ({
  state: { raceId: '1', seq, status: 'RACE_STATUS_OPEN', pools },
  ...(previousSeq ? { previousSeq } : {}),
})

function held(seq: string, ...pools: PoolJson[]): RaceLive {
  return { state: { raceId: '1', seq, status: 'RACE_STATUS_OPEN', pools }, trends: new Map() }
}

const race = (x: ReturnType<typeof merge>): RaceLive => {
  if (typeof x === 'string') throw new Error(x)
  return x
}

describe('merge', () => {
  test('a snapshot is taken whole, even of a lower position (another journal)', () => {
    const next = race(merge(held('900', win({ '1': '300' }), place), message('5', undefined, [win({ '1': '310' })])))
    expect(next.state.seq).toBe('5')
    expect(next.state.pools).toHaveLength(1)
  })

  test('a change replaces its pools and keeps the others', () => {
    const next = race(merge(held('10', win({ '1': '300' }), place), message('12', '10', [win({ '1': '310' }, '200')])))
    expect(next.state.pools?.map((p) => p.totalCents)).toEqual(['200', '50'])
    expect(next.state.seq).toBe('12')
  })

  test('a pool that is new is added', () => {
    expect(race(merge(held('10'), message('12', '10', [place]))).state.pools).toEqual([place])
  })

  test('a change of a later position is a gap', () => {
    expect(merge(held('10', place), message('14', '12', [place]))).toBe('gap')
    expect(merge(undefined, message('14', '12', [place]))).toBe('gap')
  })

  test('a change from before what is held applies: pools come whole', () => {
    expect(race(merge(held('11', place), message('14', '8', [win({ '1': '300' })]))).state.pools).toHaveLength(2)
  })

  test('what is known already changes nothing; positions compare as numbers', () => {
    expect(merge(held('10'), message('10', '9', []))).toBe('old')
    expect(merge(held('10'), message('9', '8', []))).toBe('old')
    expect(merge(held('9007199254740993'), message('9007199254740994', '9007199254740993', []))).not.toBe('old')
    expect(merge(held('1'), { clock: {} })).toBe('old')
  })
})

describe('trends', () => {
  const trend = (r: RaceLive, n: string) => r.trends.get(poolKey(win({})))?.get(n)

  test('say how an odd moved last and what it was', () => {
    let r = race(merge(held('1', win({ '1': '300', '2': '500', '3': '700' })), message('2', '1', [win({ '1': '280', '2': '520', '3': '700' })])))
    expect(trend(r, '1')).toEqual({ up: false, was: 300n })
    expect(trend(r, '2')).toEqual({ up: true, was: 500n })
    expect(trend(r, '3')).toBeUndefined()
    r = race(merge(r, message('3', '2', [win({ '1': '280', '2': '510', '3': '700' })])))
    expect(trend(r, '1')).toEqual({ up: false, was: 300n }) // stayed: its last move stands
    expect(trend(r, '2')).toEqual({ up: false, was: 520n })
  })

  test('go when the odd can no longer be told', () => {
    let r = race(merge(held('1', win({ '1': '300' })), message('2', '1', [win({ '1': '280' })])))
    r = race(merge(r, message('3', '2', [win({ '1': '0' })])))
    expect(trend(r, '1')).toBeUndefined()
  })

  test('are not kept where nobody shows them', () => {
    expect(race(merge(held('1', win({ '1': '300' })), message('2', '1', [win({ '1': '280' })]), false)).trends.size).toBe(0)
  })
})
