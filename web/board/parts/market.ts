// What the screens read out of a race's pools.
import type { OddJson, PoolJson, RaceStateJson } from '../../gen/opentote/v1/racing_pb'
import { betName, inOrder, pool, sells, type Network } from '../../shared/bets'
import { int } from '../../shared/money'

/** networksOf lists the networks that have pools, online first. */
export const networksOf = (pools: readonly PoolJson[]): Network[] =>
  (['online', 'retail'] as const).filter((n) => pools.some((p) => sells(n, p)))

/** shownNetwork is the visitor's network where the race has pools of it. */
export function shownNetwork(pools: readonly PoolJson[], wanted: Network): Network {
  const all = networksOf(pools)
  return all.includes(wanted) ? wanted : (all[0] ?? wanted)
}

export const total = (pools: readonly PoolJson[] | undefined): bigint =>
  (pools ?? []).reduce((sum, p) => sum + int(p.totalCents), 0n)

/** shortest sorts odds, the most backed first; those that cannot be told are left out. */
export const shortest = (odds: readonly OddJson[] | undefined): OddJson[] =>
  (odds ?? [])
    .filter((o) => int(o.low) > 0n)
    .sort((a, b) => compare(int(a.low), int(b.low)) || compare(int(b.stakesCents), int(a.stakesCents)))

export const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0)

export function favourites(state: RaceStateJson | undefined, wanted: Network, count: number): OddJson[] {
  const pools = state?.pools ?? []
  return shortest(pool(pools, 'SIMPLE_GAGNANT', shownNetwork(pools, wanted))?.odds).slice(0, count)
}

/** winDividends are what the win pool of a network pays, by horse. */
export function winDividends(state: RaceStateJson | undefined, wanted: Network) {
  const pools = state?.pools ?? []
  return pool(pools, 'SIMPLE_GAGNANT', shownNetwork(pools, wanted))?.result?.dividends ?? []
}

/** betsOf lists the bets that have a pool, in the order in which they are shown. */
export const betsOf = (pools: readonly PoolJson[]): string[] => inOrder(pools.map((p) => betName(p.bet ?? '')))
