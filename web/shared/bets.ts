// Names and numbers of bets, horses and combinations.
import type { NetworkJson, PoolJson } from '../gen/opentote/v1/racing_pb'

export type Network = 'online' | 'retail'

export const networkOf = (n: NetworkJson | undefined): Network => (n === 'NETWORK_RETAIL' ? 'retail' : 'online')

/** betName strips a bet's code of its network: "E_SIMPLE_PLACE" is "SIMPLE_PLACE". */
export const betName = (code: string): string => code.replace(/^E_/, '').replace(/_INTERNATIONAL$/, '')

/** pool finds a network's pool of a bet. */
export const pool = (pools: readonly PoolJson[], bet: string, network: Network): PoolJson | undefined =>
  pools.find((p) => networkOf(p.network) === network && betName(p.bet ?? '') === bet)

/** combinationHorses reads "3-7" or "3-NP"; NP, a non-runner, is null. */
export const combinationHorses = (combination: string): (number | null)[] =>
  combination.split(/[-\s/]+/).filter(Boolean).map((part) => (/^\d+$/.test(part) ? Number(part) : null))

/** oneNonRunner tells a dividend's rank for combinations with a non-runner. */
export const oneNonRunner = (rank: string): boolean => rank.endsWith('_1NP')
