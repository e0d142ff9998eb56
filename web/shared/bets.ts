// Names and numbers of bets, horses and combinations.
import type { PoolJson } from '../gen/opentote/v1/racing_pb'

export type Network = 'online' | 'retail'

/** isCommon tells the pools that a host abroad shares out: both networks sell them. */
export const isCommon = (pool: PoolJson): boolean => pool.network === 'NETWORK_COMMON'

/** sells tells whether a network sells a pool. */
export const sells = (network: Network, pool: PoolJson): boolean => isCommon(pool) || (pool.network === 'NETWORK_RETAIL' ? 'retail' : 'online') === network

/** betName strips a bet's code of its network: "E_SIMPLE_PLACE" is "SIMPLE_PLACE". */
export const betName = (code: string): string => code.replace(/^E_/, '').replace(/_INTERNATIONAL$/, '')

/** pool finds the pool of a bet that a network sells. */
export const pool = (pools: readonly PoolJson[], bet: string, network: Network): PoolJson | undefined =>
  pools.find((p) => sells(network, p) && betName(p.bet ?? '') === bet)

/** anyHorse is what "*" stands for: a place where every horse will do. */
export const anyHorse = 0

/** combinationHorses reads "3-7", "3-NP" or "3-*"; NP, a non-runner, is null. */
export const combinationHorses = (combination: string): (number | null)[] =>
  combination.split(/[-\s/]+/).filter(Boolean).map((part) => (/^\d+$/.test(part) ? Number(part) : part === '*' ? anyHorse : null))

/** rankName strips a dividend's rank of its bet: "E_TIERCE_1NP" is "1NP", the main rank is empty. */
export function rankName(rank: string, bet: string): string {
  const name = rank.replace(/^E_/, '').replace('_INTERNATIONAL', '')
  if (name === bet) return ''
  return name.startsWith(`${bet}_`) ? name.slice(bet.length + 1) : name
}

/** The bets whose combinations are orders, at whatever rank. */
const orders = new Set(['COUPLE_ORDRE', 'TRIO_ORDRE', 'SUPER_QUATRE'])

/** isOrder tells the bets whose combinations are written in an order. */
export const isOrder = (bet: string): boolean => orders.has(bet)

const simple = ['SIMPLE_GAGNANT', 'SIMPLE_PLACE']
const couples = ['COUPLE_GAGNANT', 'COUPLE_PLACE', 'COUPLE_ORDRE']

/** betOrder is the order in which bets are shown. */
export const betOrder = [...simple, ...couples, 'TRIO', 'TRIO_ORDRE', 'DEUX_SUR_QUATRE', 'TIERCE', 'QUARTE_PLUS', 'QUINTE_PLUS', 'SUPER_QUATRE', 'MULTI', 'MINI_MULTI', 'PICK5', 'TIC_TROIS', 'REPORT_PLUS']

/** pairBets have odds of pairs. */
export const pairBets = [...couples, 'DEUX_SUR_QUATRE']

/** inOrder sorts bets as they are shown, each once; those it does not know come last. */
export function inOrder(bets: Iterable<string>): string[] {
  const rank = (bet: string) => {
    const at = betOrder.indexOf(bet)
    return at < 0 ? betOrder.length : at
  }
  return [...new Set(bets)].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
}
