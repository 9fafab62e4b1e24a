import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A key set on a free loopback port. */
export interface ServedKeys {
  readonly jwksUri: string
  close(): Promise<void>
}

/** Serves a key set over HTTP until it is closed. */
export const serveKeys = async (jwks: object): Promise<ServedKeys> => {
  const server = createServer((_request, response) => response.end(JSON.stringify(jwks)))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    jwksUri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
