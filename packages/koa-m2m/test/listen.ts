import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** Serves an app on a free loopback port until the test ends. */
export const listen = async (
  app: { callback(): RequestListener } | RequestListener,
): Promise<{ port: number; url: string }> => {
  const server = createServer(typeof app === 'function' ? app : app.callback())
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(() => void server.closeAllConnections())
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  return { port, url: `http://127.0.0.1:${port}` }
}
