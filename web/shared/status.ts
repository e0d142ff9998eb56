// The statuses of a race, the same on every screen: each has a word, a colour
// and a shape.
import type { RaceStatusJson } from '../gen/opentote/v1/racing_pb'

export type Status =
  | 'scheduled'
  | 'open'
  | 'suspended'
  | 'stopped'
  | 'provisional'
  | 'official'
  | 'payable'
  | 'settled'
  | 'cancelled'

export function statusOf(s: RaceStatusJson | undefined): Status {
  const name = (s ?? '').replace('RACE_STATUS_', '').toLowerCase()
  return name === '' || name === 'unspecified' ? 'scheduled' : (name as Status)
}

/** selling: bets are taken, or may be again. */
export const selling = (s: Status): boolean => s === 'open' || s === 'suspended'
/** before: the start is still to come, as far as one knows. */
export const before = (s: Status): boolean => s === 'scheduled' || selling(s)
/** running: off, and no arrival yet. */
export const running = (s: Status): boolean => s === 'stopped'
/** arrived: an arrival is shown. */
export const arrived = (s: Status): boolean => ['provisional', 'official', 'payable', 'settled'].includes(s)
