import type { KeySetEndpoint } from './key-set-endpoint.js'

type Fetch = typeof globalThis.fetch

/**
 * A `fetch` that asks `endpoint` with no network in between. Like the real one it rejects with the
 * signal's reason once that is aborted, and with a `TypeError` when the connection fails, which is
 * also the answer to every URL that the endpoint does not serve under one of `origins`.
 *
 * Does not look at the method, the headers or the body of the request.
 */
export function createKeySetFetch(endpoint: KeySetEndpoint, origins: ReadonlySet<string>): Fetch {
  return async (input, init) => {
    const request = typeof input === 'object' && 'url' in input ? input : undefined
    const { origin, pathname } = new URL(request?.url ?? String(input))
    const signal = init?.signal ?? request?.signal
    signal?.throwIfAborted()

    const answer = origins.has(origin) ? endpoint.answer(pathname, origin) : undefined
    if (answer === undefined)
      throw new TypeError(`the test issuer does not serve ${origin}${pathname}`)
    if (answer === 'network') throw new TypeError('fetch failed')
    if (answer === 'hang') return await aborted(signal)
    const { status, contentType, body } = answer
    return new Response(body, { status, headers: { 'content-type': contentType } })
  }
}

const HOLD_MS = 60_000

function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    // A real request holds the event loop by its socket. AbortSignal.timeout does not: without
    // this, Node would exit, and node:test cancel the test, before the time-out fires.
    const hold = setTimeout(() => {}, HOLD_MS)
    const abort = () => {
      clearTimeout(hold)
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', abort, { once: true })
  })
}
