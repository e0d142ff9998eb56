import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { WatchRaceRequestJson, WatchRaceResponseJson } from '../gen/opentote/v1/racing_pb'
import { Live, silenceMax, type World } from './live.svelte'
import { RpcError } from './rpc'

/** Script is a server: each connection plays its messages, then ends as told. */
type Connection = { messages: WatchRaceResponseJson[]; end?: 'cut' | 'hold' | RpcError }

function world(script: Connection[]) {
  const asked: WatchRaceRequestJson[] = []
  const waits: number[] = []
  let hide = () => {}
  let show = () => {}
  let hidden = false
  const w: World = {
    async *open(req, signal) {
      asked.push(structuredClone(req))
      const c = script.shift() ?? { messages: [], end: 'hold' }
      yield* c.messages
      if (c.end instanceof RpcError) throw c.end
      if (c.end === 'hold') {
        await new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(new DOMException('', 'AbortError')))
        })
      }
    },
    now: () => 7,
    random: () => 1,
    hidden: () => hidden,
    wait: async (ms) => void waits.push(ms),
    visible: () => new Promise((resolve) => (show = resolve)),
    onHidden: (act) => (hide = act),
  }
  return {
    w, asked, waits,
    hide: () => ((hidden = true), hide()),
    show: () => ((hidden = false), show()),
  }
}

const snapshot = (id: string, seq: string): WatchRaceResponseJson => ({ state: { raceId: id, seq, pools: [] } })
const change = (id: string, seq: string, previousSeq: string): WatchRaceResponseJson => ({ state: { raceId: id, seq, pools: [] }, previousSeq })
const seqs = (l: Live) => Object.fromEntries([...l.races].map(([id, r]) => [id, r.state.seq]))
const clock = { set: vi.fn() }

beforeEach(() => clock.set.mockClear())

describe('the live store', () => {
  test('takes snapshots and changes, and the clock of each', async () => {
    const s = world([{ messages: [snapshot('1', '5'), snapshot('2', '6'), change('1', '8', '5'), { clock: { rate: 60 } }], end: 'hold' }])
    const l = new Live({ day: 20251123 }, clock, {}, s.w)
    void l.run()
    await vi.waitFor(() => expect(seqs(l)).toEqual({ '1': '8', '2': '6' }))
    await vi.waitFor(() => expect(clock.set).toHaveBeenLastCalledWith({ rate: 60 }))
    expect(l.health).toBe('live')
    expect(s.asked).toEqual([{ day: 20251123, seen: {} }])
    l.close()
  })

  test('starts from a state got otherwise', async () => {
    const s = world([{ messages: [], end: 'hold' }])
    const l = new Live({ raceIds: ['1'] }, clock, {}, s.w)
    l.seed({ raceId: '1', seq: '5' })
    void l.run()
    await vi.waitFor(() => expect(s.asked).toEqual([{ raceIds: ['1'], seen: { '1': '5' } }]))
    l.close()
  })

  test('after a gap asks that race anew and the others from where they are', async () => {
    const changes: (string | undefined)[][] = []
    const s = world([
      { messages: [snapshot('1', '5'), snapshot('2', '6'), change('1', '20', '9')], end: 'hold' },
      { messages: [snapshot('1', '20')], end: 'hold' },
    ])
    const onChange = (next: { state: { seq?: string } }, was?: { state: { seq?: string } }) => changes.push([was?.state.seq, next.state.seq])
    const l = new Live({ day: 1 }, clock, { onChange }, s.w)
    void l.run()
    await vi.waitFor(() => expect(seqs(l)).toEqual({ '1': '20', '2': '6' }))
    expect(s.asked[1]).toEqual({ day: 1, seen: { '2': '6' } })
    expect(changes.at(-1)).toEqual(['5', '20']) // what changed over the gap is told
    l.close()
  })

  test('reconnects with what it has seen, slower each time, and quickly again once heard', async () => {
    const s = world([
      { messages: [snapshot('1', '5')], end: 'cut' },
      { messages: [], end: new RpcError('unavailable', '') },
      { messages: [], end: new RpcError('unavailable', '') },
      { messages: [change('1', '7', '5')], end: 'cut' },
      { messages: [], end: 'hold' },
    ])
    const l = new Live({ raceIds: ['1'] }, clock, {}, s.w)
    void l.run()
    await vi.waitFor(() => expect(s.asked).toHaveLength(5))
    expect(s.waits).toEqual([250, 500, 1000, 250])
    expect(s.asked[1]?.seen).toEqual({ '1': '5' })
    expect(s.asked[4]?.seen).toEqual({ '1': '7' })
    expect(l.health).toBe('lost')
    l.close()
  })

  test('never waits longer than a quarter of a minute', async () => {
    const s = world(Array.from({ length: 12 }, () => ({ messages: [], end: new RpcError('unavailable', '') })))
    const l = new Live({ day: 1 }, clock, {}, s.w)
    void l.run()
    await vi.waitFor(() => expect(s.asked).toHaveLength(13))
    expect(Math.max(...s.waits)).toBe(15_000)
    l.close()
  })

  test('a refusal is for good', async () => {
    const s = world([{ messages: [], end: new RpcError('not_found', '') }])
    const l = new Live({ raceIds: ['9'] }, clock, {}, s.w)
    await l.run()
    expect(l.health).toBe('refused')
    expect(s.asked).toHaveLength(1)
  })

  test('rests while nobody looks and goes on from there', async () => {
    const s = world([
      { messages: [snapshot('1', '5')], end: 'hold' },
      { messages: [change('1', '9', '5')], end: 'hold' },
    ])
    const l = new Live({ raceIds: ['1'] }, clock, {}, s.w)
    void l.run()
    await vi.waitFor(() => expect(seqs(l)).toEqual({ '1': '5' }))
    s.hide()
    await vi.waitFor(() => expect(l.health).toBe('paused'))
    expect(s.asked).toHaveLength(1)
    s.show()
    await vi.waitFor(() => expect(seqs(l)).toEqual({ '1': '9' }))
    expect(s.asked[1]?.seen).toEqual({ '1': '5' })
    expect(s.waits).toEqual([])
    l.close()
  })

  test('a line that says nothing for too long is given up', async () => {
    vi.useFakeTimers()
    const s = world([{ messages: [snapshot('1', '5')], end: 'hold' }])
    const l = new Live({ raceIds: ['1'] }, clock, {}, s.w)
    void l.run()
    await vi.advanceTimersByTimeAsync(silenceMax - 1)
    expect(s.asked).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(2)
    expect(s.asked).toHaveLength(2)
    l.close()
    vi.useRealTimers()
  })
})
