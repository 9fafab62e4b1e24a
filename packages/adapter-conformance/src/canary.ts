import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server that nobody has a reason to visit. */
export interface Canary {
  /** Without a trailing slash. */
  readonly url: string
  /** How often someone connected so far, whatever they then said (TLS counts too). */
  connections(): number
  close(): Promise<void>
}

/**
 * Opens a canary on a free loopback port. To every request it serves a key set with `publicJwk`,
 * so that a guard which fetches keys from it also admits the token that named it.
 */
export const openCanary = async (publicJwk: Readonly<Record<string, unknown>>): Promise<Canary> => {
  let connections = 0
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ keys: [publicJwk] }))
  })
  server.on('connection', () => {
    connections += 1
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    connections: () => connections,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
