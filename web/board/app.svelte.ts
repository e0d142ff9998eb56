// What the whole board shares: the operator's clock, the tick that moves the
// countdowns, the visitor's network, and what is said aloud.
import { tick } from 'svelte'
import type { Network } from '../shared/bets'
import { Router } from '../shared/router.svelte'
import { ServerClock } from '../shared/time'
import type { Health } from '../shared/live.svelte'

export const router = new Router({ home: '/', day: '/day/:day', race: '/race/:id' })

export const clock = new ServerClock()

/** staleAfter is how old odds may be before they are greyed: the server's heart beats every 10 s. */
export const staleAfter = 12_000

class Board {
  /** The operator's time, NaN before it is known. */
  now = $state(NaN)
  rate = $state(1)
  /** The browser's own time, for ages. */
  local = $state(performance.now())
  network = $state<Network>(storedNetwork())
  said = $state('')
  /** The stream of the screen that is shown. */
  live = $state.raw<{ health: Health; heard: number } | null>(null)
  online = $state(navigator.onLine)

  /** For how long nothing was heard, in milliseconds; 0 while the odds are fresh enough. */
  readonly staleFor = $derived.by(() => {
    if (!this.live || this.live.health === 'connecting') return 0
    const age = this.local - this.live.heard
    return age > staleAfter ? Math.floor(age / 1000) * 1000 : 0
  })

  constructor() {
    setInterval(() => this.beat(), 250)
    addEventListener('online', () => (this.online = true))
    addEventListener('offline', () => (this.online = false))
  }

  beat() {
    if (document.hidden) return
    this.now = clock.known ? clock.now() : NaN
    this.rate = clock.rate
    this.local = performance.now()
  }

  show(network: Network) {
    this.network = network
    try {
      localStorage.setItem(networkKey, network)
    } catch {
      // Not remembered, then.
    }
  }

  /** say has a sentence read aloud, politely. */
  async say(sentence: string) {
    this.said = ''
    await tick()
    this.said = sentence
  }
}

const networkKey = 'opentote.network'

function storedNetwork(): Network {
  try {
    return localStorage.getItem(networkKey) === 'retail' ? 'retail' : 'online'
  } catch {
    return 'online'
  }
}

export const board = new Board()
