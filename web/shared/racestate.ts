// The merging of a race's changes into the state held, apart from any stream so
// that it can be tested by itself.
import type { OddJson, PoolJson, RaceStateJson, WatchRaceResponseJson } from '../gen/opentote/v1/racing_pb'
import { int } from './money'

/** Trend is how an odd last moved, and what it was before. */
export type Trend = { up: boolean; was: bigint }

export type RaceLive = {
  readonly state: RaceStateJson
  /** By poolKey, then by combination; empty where trends are not kept. */
  readonly trends: ReadonlyMap<string, ReadonlyMap<string, Trend>>
}

export const poolKey = (p: PoolJson): string => `${p.network ?? ''} ${p.bet ?? ''}`

/**
 * merge returns the race after a message, 'gap' when something between was
 * missed, or 'old' when the message tells nothing new. A change whose
 * previous_seq is before what is held still applies: it holds whole pools.
 */
export function merge(held: RaceLive | undefined, msg: WatchRaceResponseJson, keepTrends = true): RaceLive | 'gap' | 'old' {
  const state = msg.state
  if (!state) return 'old'
  const previous = int(msg.previousSeq)
  if (previous === 0n) return { state, trends: keepTrends && held ? moved(held, state.pools ?? []) : new Map() }
  if (!held || previous > int(held.state.seq)) return 'gap'
  if (int(state.seq) <= int(held.state.seq)) return 'old'
  return {
    state: { ...state, pools: replaced(held.state.pools ?? [], state.pools ?? []) },
    trends: keepTrends ? moved(held, state.pools ?? []) : held.trends,
  }
}

function replaced(held: readonly PoolJson[], changed: readonly PoolJson[]): PoolJson[] {
  const byKey = new Map(changed.map((p) => [poolKey(p), p]))
  const out = held.map((p) => {
    const next = byKey.get(poolKey(p))
    byKey.delete(poolKey(p))
    return next ?? p
  })
  return [...out, ...byKey.values()]
}

/** moved returns the trends after the pools changed: an odd that stayed keeps its own. */
function moved(held: RaceLive, changed: readonly PoolJson[]): RaceLive['trends'] {
  const trends = new Map(held.trends)
  for (const pool of changed) {
    const before = held.state.pools?.find((p) => poolKey(p) === poolKey(pool))
    if (before) trends.set(poolKey(pool), poolTrends(before.odds, pool.odds, trends.get(poolKey(pool))))
  }
  return trends
}

function poolTrends(before: readonly OddJson[] = [], after: readonly OddJson[] = [], held?: ReadonlyMap<string, Trend>) {
  const old = new Map(before.map((o) => [o.combination ?? '', int(o.low)]))
  const out = new Map<string, Trend>()
  for (const o of after) {
    const name = o.combination ?? ''
    const was = old.get(name) ?? 0n
    const now = int(o.low)
    const kept = held?.get(name)
    if (was > 0n && now > 0n && was !== now) out.set(name, { up: now > was, was })
    else if (kept && now > 0n) out.set(name, kept)
  }
  return out
}
