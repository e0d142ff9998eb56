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

/** Horses of one step stand at the same place: a dead heat. Null is a non-runner. */
export type Step = (number | null)[]

/**
 * steps reads a combination. Of an exact order the tied horses are one step; a
 * combination without order is written in rising numbers.
 */
export function steps(combination: string, order: 'exact' | 'none' | 'as written', arrival: readonly PlaceJson[] = []): Step[] {
  const horses = combinationHorses(combination)
  if (order === 'as written') return horses.map((h) => [h])
  if (order === 'none') return [...horses].sort((a, b) => (a ?? Infinity) - (b ?? Infinity) || 0).map((h) => [h])
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
