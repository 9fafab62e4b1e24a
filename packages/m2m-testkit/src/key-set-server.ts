import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { KeySetEndpoint } from './key-set-endpoint.js'

/** A key set served over HTTP. */
export interface KeySetServer {
  /** `http://127.0.0.1:<port>`, without a trailing slash. */
  readonly url: string
  /** Drops every connection, hanging ones too, and frees the port. Needed: it keeps Node alive. */
  close(): Promise<void>
}

/**
 * Serves `endpoint` over HTTP on a free loopback port; other paths are 404. Does not look at the
 * method or the `Host` of a request.
 */
export async function startKeySetServer(endpoint: KeySetEndpoint): Promise<KeySetServer> {
  const server = createServer((request, response) => {
    const path = request.url?.split('?', 1)[0] ?? ''
    const answer = endpoint.answer(path, url)
    if (answer === 'hang') return
    if (answer === 'network') {
      request.socket.destroy()
      return
    }
    const { status, contentType, body } = answer ?? NOT_FOUND
    response.writeHead(status, { 'content-type': contentType }).end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    url,
    async close() {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

const NOT_FOUND = { status: 404, contentType: 'text/plain', body: 'Not found' }
