// The operator's time. It may run faster than ours (a simulation's rate), so it
// is carried as "then it was this, and it runs that fast".
import type { ClockJson } from '../gen/opentote/v1/racing_pb'

/** zone is where the races run and where their times are told, whatever the reader's own zone. */
export const zone = 'Europe/Paris'

export class ServerClock {
  #now = NaN
  #at = 0
  rate = 1

  constructor(private readonly local: () => number = () => performance.now()) {}

  /** set anchors the operator's time to ours, on every message that carries it. */
  set(clock: ClockJson | undefined) {
    const now = Date.parse(clock?.now ?? '')
    if (Number.isNaN(now)) return
    this.#now = now
    this.#at = this.local()
    this.rate = Number(clock?.rate ?? 0) || 1
  }

  get known(): boolean {
    return !Number.isNaN(this.#now)
  }

  /** now is the operator's time in milliseconds, NaN before the first message. */
  now(): number {
    return this.#now + (this.local() - this.#at) * this.rate
  }
}

export type Left = { sign: 'left' | 'due'; hours: number; minutes: number; seconds: number; ms: number }

/** left cuts the time to a start in hours, minutes and seconds. */
export function left(start: number, now: number): Left {
  const ms = start - now
  const total = Math.max(0, Math.ceil(ms / 1000))
  return {
    sign: ms > 0 ? 'left' : 'due',
    hours: Math.floor(total / 3600),
    minutes: Math.floor((total % 3600) / 60),
    seconds: total % 60,
    ms,
  }
}

const two = (n: number) => String(n).padStart(2, '0')

/** countdown writes what is left: "1 h 05", "24 min", and from ten minutes on "9:59". */
export function countdown(l: Left): string {
  if (l.hours > 0) return `${l.hours} h ${two(l.minutes)}`
  if (l.minutes >= 10) return `${l.minutes} min`
  return `${l.minutes}:${two(l.seconds)}`
}

export class Times {
  readonly #time: Intl.DateTimeFormat
  readonly #clock: Intl.DateTimeFormat
  readonly #day: Intl.DateTimeFormat
  readonly #short: Intl.DateTimeFormat

  constructor(locale: string) {
    const hm = { hour: '2-digit', minute: '2-digit', hour12: false, timeZone: zone } as const
    this.#time = new Intl.DateTimeFormat(locale, hm)
    this.#clock = new Intl.DateTimeFormat(locale, { ...hm, second: '2-digit' })
    const day = { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' } as const
    this.#day = new Intl.DateTimeFormat(locale, { ...day, weekday: 'long' })
    this.#short = new Intl.DateTimeFormat(locale, { ...day, month: 'short', weekday: 'short' })
  }

  time = (at: string | number): string => safe(this.#time, new Date(at))
  clock = (at: number): string => safe(this.#clock, new Date(at))
  /** day writes a day number, 20251123, in full. */
  day = (day: number): string => safe(this.#day, dayDate(day))
  dayShort = (day: number): string => safe(this.#short, dayDate(day))
}

const safe = (format: Intl.DateTimeFormat, date: Date) => (Number.isNaN(date.getTime()) ? '–' : format.format(date))

const dayDate = (day: number) => new Date(Date.UTC(Math.floor(day / 10000), (Math.floor(day / 100) % 100) - 1, day % 100, 12))

const dayParts = new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', timeZone: zone })

/** dayOf is the operator's day of an instant as a number, 20251123; 0 when there is none. */
export function dayOf(at: string | undefined): number {
  const date = new Date(at ?? '')
  return Number.isNaN(date.getTime()) ? 0 : Number(dayParts.format(date).replaceAll('-', ''))
}
