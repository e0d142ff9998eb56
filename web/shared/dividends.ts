// The dividends of a pool as they are read: by rank, combinations that are paid
// the same together.
import type { DividendJson, PlaceJson } from '../gen/opentote/v1/racing_pb'
import { finishes } from './arrival'
import { combinationHorses, rankName } from './bets'
import { int } from './money'

export type Row = { dividend: bigint; combinations: string[] }
export type Rank = { name: string; rows: Row[] }

/** ranksOf sorts what is paid by rank, in the server's order. */
export function ranksOf(bet: string, dividends: readonly DividendJson[] | undefined): Rank[] {
  const ranks = new Map<string, Map<bigint, string[]>>()
  for (const d of dividends ?? []) {
    const paid = int(d.dividend)
    if (paid <= 0n) continue
    const name = rankName(d.rank ?? '', bet)
    const rows = ranks.get(name) ?? new Map<bigint, string[]>()
    ranks.set(name, rows)
    rows.set(paid, [...(rows.get(paid) ?? []), d.combination ?? ''])
  }
  return [...ranks].map(([name, rows]) => ({ name, rows: [...rows].map(([dividend, combinations]) => ({ dividend, combinations })) }))
}

/** common are the combinations that every rank pays, where each pays them all the same: those of a Multi. */
export function common(ranks: readonly Rank[]): string[] | null {
  const first = ranks[0]?.rows[0]?.combinations
  if (!first || ranks.length < 2) return null
  const same = ranks.every((r) => r.rows.length === 1 && r.rows[0]!.combinations.join(' ') === first.join(' '))
  return same ? first : null
}

/** reach is the last place that a bet pays when somebody has the order of finish. */
const reach: Record<string, number> = { COUPLE_GAGNANT: 2, COUPLE_PLACE: 3, COUPLE_ORDRE: 2, DEUX_SUR_QUATRE: 4, TIERCE: 3, QUARTE_PLUS: 4, MULTI: 4, MINI_MULTI: 4, PICK5: 5 }

/** isSubstitute: a horse beyond the bet's places is paid, since nobody had what came in. */
export function isSubstitute(bet: string, ranks: readonly Rank[], arrival: readonly PlaceJson[]): boolean {
  const last = reach[bet]
  if (last === undefined) return false
  const beyond = new Set(finishes(arrival).flatMap((f) => (f.place > last ? f.horses : [])))
  return ranks.some((r) => r.rows.some((row) => row.combinations.some((c) => combinationHorses(c).some((h) => h !== null && beyond.has(h)))))
}

/** isWidened: for want of a winner some places of a combination ask for no horse of their own. */
export const isWidened = (ranks: readonly Rank[]): boolean => ranks.some((r) => r.rows.some((row) => row.combinations.some((c) => c.includes('*'))))

/** Horses of one step stand at the same place: a dead heat. Null is a non-runner, anyHorse any horse. */
export type Step = (number | null)[]

/**
 * steps reads a combination. Of an exact order the tied horses are one step; a
 * combination without order is written in rising numbers.
 */
export function steps(combination: string, order: 'exact' | 'none' | 'as written', arrival: readonly PlaceJson[] = []): Step[] {
  const horses = combinationHorses(combination)
  if (order === 'as written') return horses.map((h) => [h])
  if (order === 'none') return [...horses].sort((a, b) => (a || Infinity) - (b || Infinity) || 0).map((h) => [h])
  const place = new Map(finishes(arrival).flatMap((f) => f.horses.map((h) => [h, f.place] as const)))
  const out: Step[] = []
  for (const h of horses) {
    const before = out.at(-1)?.[0]
    const tied = h !== null && before != null && place.has(h) && place.get(h) === place.get(before)
    if (tied) out.at(-1)!.push(h)
    else out.push([h])
  }
  return out
}
