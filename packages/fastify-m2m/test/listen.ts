import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { onTestFinished } from 'vitest'

/** Serves an app on a free loopback port until the test ends. */
export const listen = async (app: FastifyInstance): Promise<{ port: number; url: string }> => {
  await app.listen({ port: 0, host: '127.0.0.1' })
  onTestFinished(() => app.close())
  onTestFinished(() => app.server.closeAllConnections())
  const { port } = app.server.address() as AddressInfo
  return { port, url: `http://127.0.0.1:${port}` }
}
