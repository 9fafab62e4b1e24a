import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server on a free loopback port. */
export interface RunningServer {
  readonly url: string
  /** Stops listening and drops open connections, so that nothing is answered any more. */
  close(): Promise<void>
}

/** Starts a server; the handler is made once the address is known, since an issuer is its URL. */
export const startServer = async (
  handlerFor: (url: string) => RequestListener | Promise<RequestListener>,
): Promise<RunningServer> => {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  server.on('request', await handlerFor(url))

  const close = async (): Promise<void> => {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
  return { url, close }
}
