import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createTestIssuer } from 'm2m-testkit'
import type { ConformanceTarget, HostileCase } from '../src/index.js'

export interface FakeServer {
  readonly target: ConformanceTarget
  /** What the target says that the guard has fetched. */
  readonly fetched: string[]
  /** From now on the server answers so. */
  behave(behaviour: Behaviour): void
  close(): Promise<void>
}

/** Writes an answer, and lines into the log; returns whether it counts as the handler. */
export type Behaviour = (
  request: IncomingMessage,
  response: ServerResponse,
  log: (line: string) => void,
) => boolean | Promise<boolean>

/**
 * A server without any guard, which behaves as it is told and lets its parser refuse as little as
 * possible, so that every case can be seen to fail.
 */
export const startFakeServer = async (): Promise<FakeServer> => {
  let calls = 0
  const lines: string[] = []
  const fetched: string[] = []
  const log = (line: string) => void lines.push(line)
  let current: Behaviour = admit
  const lenient = { insecureHTTPParser: true, maxHeaderSize: 65_536 }
  const server = createServer(lenient, async (request, response) => {
    if (await current(request, response, log)) calls += 1
    response.end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const issuer = await createTestIssuer()
  return {
    target: {
      port,
      issuer,
      handlerCalls: () => calls,
      logged: () => lines,
      fetched: () => fetched,
    },
    fetched,
    behave(behaviour) {
      current = behaviour
    },
    async close() {
      server.close()
      await once(server, 'close')
    },
  }
}

/** Answers as the handler behind the guard. */
export const admit: Behaviour = (_request, response) => {
  response.setHeader('content-type', 'application/json')
  response.write('{"ok":true}')
  return true
}

/** In what a refusal differs from what the case expects. */
export interface Differences {
  readonly headers?: Record<string, string | string[]>
  readonly body?: object
  /** In place of the one line that a guard logs. */
  readonly log?: readonly string[]
}

/** Admits every first of three requests, the control, and behaves so at the case itself. */
export const afterControl = (behaviour: Behaviour): Behaviour => {
  let requests = 0
  return (request, response, log) => {
    requests += 1
    return (requests % 3 === 1 ? admit : behaviour)(request, response, log)
  }
}

/** Refuses as the case expects, but for these differences. */
export const refuse =
  (
    { expect: { status, code, challenge } }: HostileCase,
    { headers = {}, body = {}, log = [`m2m refused ${status} ${code} (cause)`] }: Differences = {},
  ): Behaviour =>
  (_request, response, logLine) => {
    for (const line of log) logLine(line)
    response.statusCode = status
    response.setHeader('content-type', 'application/problem+json')
    if (challenge !== null) response.setHeader('www-authenticate', challenge)
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    const problem = { title: 'Refused', status, code, detail: 'A sentence.', ...body }
    response.write(JSON.stringify(problem))
    return false
  }

/** Admits the control and refuses as the case expects, but for these differences. */
export const refuseAsExpected = (hostileCase: HostileCase, differences?: Differences): Behaviour =>
  afterControl(refuse(hostileCase, differences))
