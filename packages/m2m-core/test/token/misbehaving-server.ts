import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An HTTP server on a free loopback port that answers as it is told. */
export interface MisbehavingServer {
  readonly url: string
  /** The paths asked so far, in order. */
  readonly requests: readonly string[]
  close(): Promise<void>
}

/** Starts a server; `close()` drops the requests that hang. */
export const startMisbehavingServer = async (
  answer: RequestListener,
): Promise<MisbehavingServer> => {
  const requests: string[] = []
  const server = createServer((request, response) => {
    requests.push(request.url ?? '')
    answer(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
