import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { call, envelope, frames, RpcError, stream, type Frame } from './rpc'

const text = (f: Frame) => new TextDecoder().decode(f.data)

/** chunked is a body that the network cuts every n bytes. */
function chunked(data: Uint8Array, n: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    start(c) {
      for (let i = 0; i < data.length; i += n) c.enqueue(new Uint8Array(data.subarray(i, i + n)))
      c.close()
    },
  })
}

const join = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts))

async function all<T>(it: AsyncIterable<T>): Promise<T[]> {
  const out: T[] = []
  for await (const x of it) out.push(x)
  return out
}

function answer(body: BodyInit, init: ResponseInit = {}) {
  const spy = vi.fn(async (_url: string, _init: RequestInit) => new Response(body, init))
  vi.stubGlobal('fetch', spy)
  return spy
}

afterEach(() => vi.unstubAllGlobals())

describe('frames', () => {
  const body = join(envelope('{"a":1}'), envelope(''), envelope('{"é":"€"}', 2))
  test.each([1, 2, 4, 5, 6, 7, 1000])('are whole however the network cuts them: every %i bytes', async (n) => {
    const got = await all(frames(chunked(body, n)))
    expect(got.map((f) => [f.flags, text(f)])).toEqual([
      [0, '{"a":1}'],
      [0, ''],
      [2, '{"é":"€"}'],
    ])
  })

  test('an envelope is a byte of flags, four of length, the bytes', () => {
    expect([...envelope('é', 2)]).toEqual([2, 0, 0, 0, 2, 0xc3, 0xa9])
  })

  test.each([3, 8])('cut off after %i bytes is an error', async (n) => {
    await expect(all(frames(chunked(envelope('{"a":1}').subarray(0, n), 100)))).rejects.toMatchObject({ code: 'unavailable' })
  })
})

describe('call', () => {
  test('sends and reads JSON', async () => {
    const spy = answer('{"seq":"12"}')
    expect(await call('RacingService/GetRace', { raceId: '1' })).toEqual({ seq: '12' })
    const [url, init] = spy.mock.calls[0]!
    expect(url).toBe('/opentote.v1.RacingService/GetRace')
    expect(init).toMatchObject({ method: 'POST', body: '{"raceId":"1"}', headers: { 'Content-Type': 'application/json', 'Connect-Protocol-Version': '1' } })
  })

  test('a refusal carries the code and the words of the server', async () => {
    answer('{"code":"not_found","message":"no such race"}', { status: 404 })
    await expect(call('X/Y', {})).rejects.toEqual(new RpcError('not_found', 'no such race'))
  })

  test.each([
    [503, '<html>', 'unavailable'],
    [404, 'not here', 'unimplemented'],
    [200, 'no JSON', 'internal'],
  ])('%i %s is %s', async (status, body, code) => {
    answer(body, { status })
    await expect(call('X/Y', {})).rejects.toMatchObject({ code })
  })

  test('no network is unavailable', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
    await expect(call('X/Y', {})).rejects.toMatchObject({ code: 'unavailable' })
  })
})

describe('stream', () => {
  test('yields messages until the server ends it', async () => {
    const spy = answer(join(envelope('{"n":1}'), envelope('{"n":2}'), envelope('{}', 2)))
    expect(await all(stream('RacingService/WatchRace', { day: 1 }))).toEqual([{ n: 1 }, { n: 2 }])
    const sent = spy.mock.calls[0]![1].body as Uint8Array
    expect(new TextDecoder().decode(sent.subarray(5))).toBe('{"day":1}')
  })

  test('reads compressed messages', async () => {
    const zipped = gzipSync('{"n":1}')
    const head = new Uint8Array(5)
    head[0] = 1
    new DataView(head.buffer).setUint32(1, zipped.length)
    answer(join(head, zipped, envelope('{}', 2)))
    expect(await all(stream('X/Y', {}))).toEqual([{ n: 1 }])
  })

  test('the end may be an error', async () => {
    answer(envelope('{"error":{"code":"resource_exhausted","message":"busy"}}', 2))
    await expect(all(stream('X/Y', {}))).rejects.toEqual(new RpcError('resource_exhausted', 'busy'))
  })

  test('without an end it broke off', async () => {
    answer(envelope('{"n":1}'))
    await expect(all(stream('X/Y', {}))).rejects.toMatchObject({ code: 'unavailable' })
  })
})
