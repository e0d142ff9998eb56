// The order of finish: places with dead heats told.
import type { PlaceJson } from '../gen/opentote/v1/racing_pb'

export type Finish = { place: number; horses: number[]; tied: boolean }

/** finishes numbers the places: after two firsts comes a third. */
export function finishes(arrival: readonly PlaceJson[] | undefined): Finish[] {
  let place = 1
  const out: Finish[] = []
  for (const { horses = [] } of arrival ?? []) {
    if (horses.length === 0) continue
    out.push({ place, horses: [...horses], tied: horses.length > 1 })
    place += horses.length
  }
  return out
}
