// A stand-in for the Go server: RacingService in Connect's JSON over an
// invented day, and the built pages with the real content policy. Tests move its
// time and break its streams; `npm run mock` runs it at 60 times our speed.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { build, days, stateAt, statusAt } from './mock-day.mjs'

const web = join(import.meta.dirname, '..')
const policy = readFileSync(join(web, 'csp.txt'), 'utf8').trim()
/** The working of a Quinté Plus, as the real server tells it, whatever is asked for. */
const working = JSON.parse(readFileSync(join(import.meta.dirname, 'mock-working.json'), 'utf8'))
const kinds = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2' }

export class Mock {
  races = build()
  byId = new Map(this.races.map((r) => [r.id, r]))
  held = new Map() // race id -> { state, changed, pools: Map(key -> changed) }
  seq = 1000
  streams = new Set()
  /** What was asked: { method, body }. */
  asked = []
  refuse = false // answer nothing but 503
  mute = false // streams say nothing more
  empty = false // no programme

  /** @param {{ now?: string, rate?: number }} [options] */
  constructor({ now = '2025-11-23T13:01:00Z', rate = 1 } = {}) {
    this.t = Date.parse(now)
    this.rate = rate
    this.refresh()
    this.server = createServer((req, res) => this.answer(req, res))
  }

  /** @returns {Promise<string>} the base address */
  listen(port = 0) {
    return new Promise((resolve) => {
      this.server.listen(port, '127.0.0.1', () => {
        const at = /** @type {import('node:net').AddressInfo} */ (this.server.address())
        resolve(`http://127.0.0.1:${at.port}`)
      })
    })
  }

  close() {
    this.cut()
    this.server.close()
    this.server.closeAllConnections()
  }

  /** to sets the operator's time; what changes is pushed. */
  to(iso) {
    this.t = Date.parse(iso)
    this.refresh()
    for (const s of this.streams) this.push(s)
  }

  advance(ms) {
    this.to(new Date(this.t + ms).toISOString())
  }

  /** cut breaks every stream off. */
  cut() {
    for (const s of this.streams) s.res.destroy()
    this.streams.clear()
  }

  /** lose makes every stream miss what changes until then. */
  lose(ms) {
    this.t += ms
    this.refresh()
    for (const s of this.streams) for (const [id, held] of this.held) if (s.seen.has(id)) s.seen.set(id, held.changed)
  }

  /** seqOf is the position of a race. */
  seqOf(id) {
    return this.held.get(id).changed
  }

  clock() {
    return { now: new Date(this.t).toISOString(), rate: this.rate }
  }

  refresh() {
    for (const r of this.races) {
      const state = stateAt(r, this.t)
      const was = this.held.get(r.id)
      const text = JSON.stringify(state)
      if (was?.text === text) continue
      const changed = ++this.seq
      const pools = new Map()
      for (const p of state.pools ?? []) {
        const json = JSON.stringify(p)
        const before = was?.pools.get(p.bet)
        pools.set(p.bet, before?.json === json ? before : { json, changed })
      }
      this.held.set(r.id, { state, text, changed, pools })
    }
  }

  /** state is a race since a position, as the real board makes it. */
  state(id, since = 0) {
    const h = this.held.get(id)
    return { ...h.state, seq: String(h.changed), pools: (h.state.pools ?? []).filter((p) => h.pools.get(p.bet).changed > since) }
  }

  push(s) {
    if (this.mute) return
    const ids = [...s.ids, ...this.races.filter((r) => r.day === s.day).map((r) => r.id)]
    for (const id of ids) {
      const since = s.seen.get(id) ?? 0
      const { changed } = this.held.get(id)
      if (changed <= since) continue
      s.seen.set(id, changed)
      const msg = { state: this.state(id, since), ...(since ? { previousSeq: String(since) } : {}), clock: this.clock() }
      s.res.write(frame(JSON.stringify(msg)))
    }
  }

  beat() {
    if (!this.mute) for (const s of this.streams) s.res.write(frame(JSON.stringify({ clock: this.clock() })))
  }

  async answer(req, res) {
    const path = new URL(req.url, 'http://mock').pathname
    if (!path.startsWith('/opentote.v1.')) return this.file(path, res)
    let text = Buffer.alloc(0)
    for await (const chunk of req) text = Buffer.concat([text, chunk])
    if (this.refuse) return json(res, 503, { code: 'unavailable', message: 'mock refuses' })
    const method = path.split('/').at(-1)
    const body = JSON.parse(method === 'WatchRace' ? text.subarray(5).toString() : text.toString() || '{}')
    this.asked.push({ method, body })
    if (method === 'ListMeetings') return json(res, 200, this.list(body.day ?? 0))
    if (method === 'GetRace') return this.get(body.raceId, res)
    if (method === 'WatchRace') return this.watch(body, res)
    if (method === 'GetWorking') return json(res, 200, working)
    json(res, 404, { code: 'unimplemented' })
  }

  list(day) {
    if (this.empty) return { clock: this.clock() }
    const shown = day || days.at(-1)
    const meetings = new Map()
    for (const r of this.races.filter((x) => x.day === shown)) {
      const m = r.meeting
      const entry = meetings.get(m.number) ?? { number: m.number, name: m.name, country: m.country, races: [] }
      const { runners, offers, ...race } = r.whole
      entry.races.push({ ...race, status: `RACE_STATUS_${statusAt(r, this.t)}` })
      meetings.set(m.number, entry)
    }
    return { day: shown, meetings: [...meetings.values()], days, clock: this.clock() }
  }

  get(id, res) {
    const r = this.byId.get(String(id))
    if (!r) return json(res, 404, { code: 'not_found', message: 'unknown race' })
    json(res, 200, { race: { ...r.whole, status: `RACE_STATUS_${statusAt(r, this.t)}` }, state: this.state(r.id), clock: this.clock() })
  }

  watch(body, res) {
    res.writeHead(200, { 'Content-Type': 'application/connect+json' })
    const seen = new Map(Object.entries(body.seen ?? {}).map(([id, seq]) => [id, Number(seq)]))
    const s = { ids: body.raceIds ?? [], day: body.day ?? 0, seen, res }
    this.streams.add(s)
    res.on('close', () => this.streams.delete(s))
    this.push(s)
  }

  file(path, res) {
    const name = normalize(path).replace(/^\/+/, '')
    const guard = { 'Content-Security-Policy': policy, 'X-Content-Type-Options': 'nosniff' }
    const tryFile = name.includes('.') ? name : 'board/index.html'
    try {
      const data = readFileSync(join(web, 'dist', tryFile))
      res.writeHead(200, { ...guard, 'Content-Type': kinds[extname(tryFile)] ?? 'application/octet-stream' })
      res.end(data)
    } catch {
      res.writeHead(404, guard)
      res.end('no such file')
    }
  }
}

function json(res, status, body) {
  res.writeHead(status, { 'Content-Type': 'application/json' })
  res.end(JSON.stringify(body))
}

function frame(text) {
  const data = Buffer.from(text)
  const head = Buffer.alloc(5)
  head.writeUInt32BE(data.length, 1)
  return Buffer.concat([head, data])
}
