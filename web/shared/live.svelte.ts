// The live store: one stream of races, kept whole through gaps, cuts and hidden
// pages.
import { SvelteMap } from 'svelte/reactivity'
import type { RaceStateJson, WatchRaceRequestJson, WatchRaceResponseJson } from '../gen/opentote/v1/racing_pb'
import { merge, type RaceLive } from './racestate'
import { RpcError, stream } from './rpc'
import type { ServerClock } from './time'

/** Health is what the stream is doing: 'refused' is for good, 'paused' while nobody looks. */
export type Health = 'connecting' | 'live' | 'lost' | 'paused' | 'refused'

export type Watched = { raceIds?: string[]; day?: number }

/** World is what the store asks of the browser; tests bring their own. */
export type World = {
  open(req: WatchRaceRequestJson, signal: AbortSignal): AsyncIterable<WatchRaceResponseJson>
  now(): number
  /** wait resolves after ms, or when the network or the page comes back. */
  wait(ms: number, signal: AbortSignal): Promise<void>
  hidden(): boolean
  /** visible resolves when the page is seen again. */
  visible(signal: AbortSignal): Promise<void>
  onHidden(act: () => void, signal: AbortSignal): void
  random(): number
}

/** silenceMax is how long a stream may say nothing: the server's heart beats every 10 s. */
export const silenceMax = 25_000
const backoffMax = 15_000

export class Live {
  readonly races = new SvelteMap<string, RaceLive>()
  health = $state<Health>('connecting')
  /** When something was last heard, in the browser's own time. */
  heard = $state(0)
  readonly #stop = new AbortController()
  readonly #world: World

  constructor(
    private readonly watched: Watched,
    private readonly clock: Pick<ServerClock, 'set'>,
    private readonly options: { trends?: boolean; onChange?: (next: RaceLive, before: RaceLive | undefined) => void } = {},
    world: World = browser,
  ) {
    this.#world = world
    this.heard = world.now()
  }

  /** seed takes a state got by other means, so that the stream starts from it. */
  seed(state: RaceStateJson | undefined) {
    if (state?.raceId) this.races.set(state.raceId, { state, trends: new Map() })
  }

  close() {
    this.#stop.abort()
  }

  /** run keeps the stream up until close. */
  async run(): Promise<void> {
    const stopped = this.#stop.signal
    for (let attempt = 0; !stopped.aborted; ) {
      if (this.#world.hidden()) {
        this.health = 'paused'
        await this.#world.visible(stopped)
        attempt = 0
        continue
      }
      const end = await this.#connect(() => (attempt = 0))
      if (stopped.aborted) return
      if (end === 'refused') {
        this.health = 'refused'
        return
      }
      if (end === 'hidden') continue
      if (end === 'lost') this.health = 'lost'
      await this.#world.wait(this.#backoff(attempt++), stopped)
    }
  }

  #backoff(attempt: number): number {
    return Math.min(backoffMax, 250 * 2 ** attempt) * (0.5 + this.#world.random() / 2)
  }

  async #connect(heard: () => void): Promise<'gap' | 'hidden' | 'lost' | 'refused'> {
    const cut = new AbortController()
    const stop = () => cut.abort()
    this.#stop.signal.addEventListener('abort', stop, { once: true })
    let why: 'lost' | 'hidden' = 'lost'
    this.#world.onHidden(() => {
      why = 'hidden'
      cut.abort()
    }, cut.signal)
    let watchdog: ReturnType<typeof setTimeout> | undefined
    const feed = () => {
      clearTimeout(watchdog)
      watchdog = setTimeout(stop, silenceMax)
    }
    try {
      feed()
      for await (const msg of this.#world.open(this.#request(), cut.signal)) {
        if (cut.signal.aborted) break
        feed()
        heard()
        this.heard = this.#world.now()
        this.health = 'live'
        this.clock.set(msg.clock)
        if (!this.#apply(msg)) return 'gap'
      }
      return why
    } catch (err) {
      const refused = err instanceof RpcError && ['not_found', 'invalid_argument', 'unimplemented'].includes(err.code)
      return refused ? 'refused' : why
    } finally {
      clearTimeout(watchdog)
      cut.abort()
      this.#stop.signal.removeEventListener('abort', stop)
    }
  }

  #request(): WatchRaceRequestJson {
    const seen: Record<string, string> = {}
    for (const [id, race] of this.races) if (race.state.seq) seen[id] = race.state.seq
    return { ...this.watched, seen }
  }

  /** #apply takes a message in; false when the race must be asked for anew. */
  #apply(msg: WatchRaceResponseJson): boolean {
    const id = msg.state?.raceId
    if (!id) return true
    const held = this.races.get(id)
    const next = merge(held, msg, this.options.trends)
    if (next === 'old') return true
    if (next === 'gap') {
      this.races.delete(id) // not in seen: the next stream begins with its snapshot
      this.#kept.set(id, held)
      return false
    }
    const before = held ?? this.#kept.get(id)
    this.#kept.delete(id)
    this.races.set(id, next)
    this.options.onChange?.(next, before)
    return true
  }

  /** What a race was before a gap, to tell what changed over it. */
  readonly #kept = new Map<string, RaceLive | undefined>()
}

const browser: World = {
  open: (req, signal) => stream('RacingService/WatchRace', req, signal),
  now: () => performance.now(),
  random: Math.random,
  hidden: () => document.hidden,
  wait: (ms, signal) => until(signal, ms, [window, 'online'], [document, 'visibilitychange']),
  visible: async (signal) => {
    while (document.hidden && !signal.aborted) await until(signal, undefined, [document, 'visibilitychange'])
  },
  onHidden: (act, signal) =>
    document.addEventListener('visibilitychange', () => document.hidden && act(), { signal }),
}

/** until resolves at the first of the events, after ms, or when signal aborts. */
function until(signal: AbortSignal, ms: number | undefined, ...events: [EventTarget, string][]): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const done = new AbortController()
    const finish = () => {
      done.abort()
      resolve()
    }
    const timer = ms === undefined ? undefined : setTimeout(finish, ms)
    done.signal.addEventListener('abort', () => clearTimeout(timer))
    signal.addEventListener('abort', finish, { signal: done.signal })
    for (const [target, name] of events) target.addEventListener(name, finish, { signal: done.signal })
  })
}
