// A client of the Connect protocol in JSON: unary calls and server streams.
// Messages are the generated *Json types; nothing of protobuf runs here.

const flagGzip = 0x01
const flagEnd = 0x02

/** RpcError is a refusal in the protocol's words ("not_found"), or "unavailable" when no answer came. */
export class RpcError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message)
    this.name = 'RpcError'
  }
}

const fault = (body: { code?: string; message?: string } | undefined, fallback: string) =>
  new RpcError(body?.code ?? fallback, body?.message ?? fallback)

async function send(method: string, type: string, body: BodyInit, signal?: AbortSignal): Promise<Response> {
  try {
    return await fetch(`/opentote.v1.${method}`, {
      method: 'POST',
      headers: { 'Content-Type': type, 'Connect-Protocol-Version': '1' },
      body,
      signal: signal ?? null,
      credentials: 'same-origin',
    })
  } catch (err) {
    if (signal?.aborted) throw err
    throw new RpcError('unavailable', String(err))
  }
}

/** call makes a unary call, method being "RacingService/GetRace". */
export async function call<Req, Res>(method: string, req: Req, signal?: AbortSignal): Promise<Res> {
  const res = await send(method, 'application/json', JSON.stringify(req), signal)
  const body = await res.json().catch(() => undefined)
  if (!res.ok) throw fault(body, res.status === 404 ? 'unimplemented' : 'unavailable')
  if (body === undefined) throw new RpcError('internal', 'the answer is not JSON')
  return body as Res
}

/** stream makes a server-streaming call. It ends when the server ends it well, and throws otherwise. */
export async function* stream<Req, Res>(method: string, req: Req, signal?: AbortSignal): AsyncGenerator<Res> {
  const res = await send(method, 'application/connect+json', envelope(JSON.stringify(req)), signal)
  if (!res.ok || !res.body) throw fault(await res.json().catch(() => undefined), 'unavailable')
  for await (const frame of frames(res.body)) {
    const text = await decode(frame)
    if (frame.flags & flagEnd) {
      const end = JSON.parse(text || '{}') as { error?: { code?: string; message?: string } }
      if (end.error) throw fault(end.error, 'unknown')
      return
    }
    yield JSON.parse(text) as Res
  }
  throw new RpcError('unavailable', 'the stream broke off')
}

/** envelope frames one message: a byte of flags, four of length (big endian), the bytes. */
export function envelope(text: string, flags = 0): Uint8Array<ArrayBuffer> {
  const data = new TextEncoder().encode(text)
  const out = new Uint8Array(5 + data.length)
  out[0] = flags
  new DataView(out.buffer).setUint32(1, data.length)
  out.set(data, 5)
  return out
}

export type Frame = { flags: number; data: Uint8Array<ArrayBuffer> }

/** frames cuts a byte stream into its envelopes, however the network cut it. */
export async function* frames(body: ReadableStream<Uint8Array>): AsyncGenerator<Frame> {
  const reader = body.getReader()
  let parts: Uint8Array[] = []
  let have = 0
  const take = (n: number) => {
    const all = new Uint8Array(have)
    let at = 0
    for (const p of parts) {
      all.set(p, at)
      at += p.length
    }
    parts = [all.subarray(n)]
    have -= n
    return all.slice(0, n)
  }
  const fill = async (n: number) => {
    while (have < n) {
      const { done, value } = await reader.read().catch((err) => {
        throw err instanceof DOMException && err.name === 'AbortError' ? err : new RpcError('unavailable', String(err))
      })
      if (done) return false
      parts.push(value)
      have += value.length
    }
    return true
  }
  try {
    while (await fill(5)) {
      const head = take(5)
      const size = new DataView(head.buffer).getUint32(1)
      if (!(await fill(size))) throw new RpcError('unavailable', 'the stream broke off in a message')
      yield { flags: head[0]!, data: take(size) }
    }
    if (have > 0) throw new RpcError('unavailable', 'the stream broke off in a message')
  } finally {
    void reader.cancel().catch(() => {})
  }
}

async function decode(frame: Frame): Promise<string> {
  if (!(frame.flags & flagGzip)) return new TextDecoder().decode(frame.data)
  const plain = new Blob([frame.data]).stream().pipeThrough(new DecompressionStream('gzip'))
  return new Response(plain).text()
}
