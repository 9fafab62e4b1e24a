import { createTestIssuer, type TestIssuer } from 'm2m-testkit'
import { onTestFinished } from 'vitest'
import { type GoodSet, type KeySetAnswer, type KeySetFault, listOf } from './key-set-faults.js'
import { createManualClock, type ManualClock } from './manual-clock.js'
import { type MisbehavingServer, startMisbehavingServer } from './misbehaving-server.js'

/** An issuer whose key set stands on a real HTTP server, which can be broken and mended. */
export interface KeySetWorld {
  readonly issuer: TestIssuer
  readonly clock: ManualClock
  readonly jwksUri: string
  /** Goes over a real socket; gives up early on a server that does not get to an end. */
  readonly fetch: typeof globalThis.fetch
  /** When each fetch began, in seconds on the clock. */
  readonly fetchedAt: readonly number[]
  /** The paths that the server was asked, in order. */
  requests(): readonly string[]
  /** From now on the server answers like this. */
  suffer(fault: Pick<KeySetFault, 'answer' | 'isEndless'>): void
  answerWith(answer: KeySetAnswer): void
  /** Nobody listens at the address any more. */
  unplug(): Promise<void>
  /** The server is well again, unplugged or not. */
  heal(): Promise<void>
}

/**
 * How long a fetch waits for a server that never gets to an end, in milliseconds from when the server
 * has the request: a process that stalls before that must not keep the request from it.
 */
const patience = 100

const serveWell: KeySetAnswer = (_request, response, good) => response.end(good.text)

/** Starts the server; it ends with the test. */
export const createKeySetWorld = async (): Promise<KeySetWorld> => {
  const clock = createManualClock()
  const issuer = await createTestIssuer({ now: clock.now })
  const servers: MisbehavingServer[] = []
  const fetchedAt: number[] = []
  let answer = serveWell
  let isEndless = false
  /** Ends the last fetch. */
  let giveUp: () => void = () => undefined

  const goodSet = (): GoodSet => {
    const keys = issuer.jwks().keys.map((jwk) => JSON.stringify(jwk))
    return { keys, text: listOf(keys) }
  }
  const start = async (): Promise<MisbehavingServer> => {
    const server = await startMisbehavingServer((request, response) => {
      if (isEndless) setTimeout(giveUp, patience)
      const respond = request.url === '/jwks' ? answer : serveWell
      respond(request, response, goodSet())
    })
    servers.push(server)
    return server
  }
  let current: MisbehavingServer | undefined = await start()
  onTestFinished(() => current?.close())

  return {
    issuer,
    clock,
    jwksUri: 'https://issuer.test/jwks',
    // The name stays, whatever address the server has after it was unplugged.
    fetch: (_input, init) => {
      fetchedAt.push(clock.monotonic() / 1000)
      const ending = new AbortController()
      init?.signal?.addEventListener('abort', () => ending.abort(init.signal?.reason))
      giveUp = () => ending.abort(new DOMException('timed out', 'TimeoutError'))
      return globalThis.fetch(`${servers.at(-1)?.url}/jwks`, { ...init, signal: ending.signal })
    },
    fetchedAt,
    requests: () => servers.flatMap(({ requests }) => requests),
    suffer: (fault) => {
      answer = fault.answer
      isEndless = fault.isEndless ?? false
    },
    answerWith: (next) => {
      answer = next
    },
    unplug: async () => {
      await current?.close()
      current = undefined
    },
    heal: async () => {
      answer = serveWell
      isEndless = false
      current ??= await start()
    },
  }
}
