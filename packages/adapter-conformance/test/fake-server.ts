import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createTestIssuer } from 'm2m-testkit'
import type { ConformanceTarget, HostileCase } from '../src/index.js'

export interface FakeServer {
  readonly target: ConformanceTarget
  /** From now on the server answers so; returns whether it counts as the handler. */
  behave(behaviour: Behaviour): void
  close(): Promise<void>
}

export type Behaviour = (
  request: IncomingMessage,
  response: ServerResponse,
) => boolean | Promise<boolean>

/** A server without any guard, which behaves as it is told. */
export const startFakeServer = async (): Promise<FakeServer> => {
  let calls = 0
  let current: Behaviour = admit
  const server = createServer(async (request, response) => {
    if (await current(request, response)) calls += 1
    response.end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const issuer = await createTestIssuer()
  return {
    target: { port, issuer, handlerCalls: () => calls },
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

/** Admits every first request, the control, and refuses every second as the case expects. */
export const refuseAsExpected = (
  { expect: { status, code, challenge } }: HostileCase,
  changes: { headers?: Record<string, string | string[]>; body?: object } = {},
): Behaviour => {
  let requests = 0
  return (request, response) => {
    requests += 1
    if (requests % 2 === 1) return admit(request, response)
    response.statusCode = status
    response.setHeader('content-type', 'application/problem+json')
    if (challenge !== null) response.setHeader('www-authenticate', challenge)
    for (const [name, value] of Object.entries(changes.headers ?? {})) {
      response.setHeader(name, value)
    }
    response.write(
      JSON.stringify({ title: 'Refused', status, code, detail: 'A sentence.', ...changes.body }),
    )
    return false
  }
}
