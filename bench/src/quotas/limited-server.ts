import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { M2M } from 'm2m-core'

/** An API that can do so much at a time: so many jobs at once, so many waiting, the rest is 503. */
export interface Capacity {
  readonly jobs: number
  readonly waiting: number
  /** How long a job takes. */
  readonly milliseconds: number
}

/** A server on a free loopback port. */
export interface LimitedServer {
  readonly url: string
  close(): Promise<void>
}

/** Serves whoever `m2m` admits, as far as the capacity goes. */
export const startLimitedServer = async (m2m: M2M, capacity: Capacity): Promise<LimitedServer> => {
  const jobs = createJobs(capacity)
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const verdict = await m2m.authenticate(request)
    if (!verdict.admitted) {
      const { status, headers, body } = verdict.reply
      response.writeHead(status, headers).end(JSON.stringify(body))
      return
    }
    response.writeHead((await jobs.run()) ? 200 : 503, verdict.headers).end()
  }
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.writeHead(500).end())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

const createJobs = ({ jobs, waiting, milliseconds }: Capacity) => {
  const queue: (() => void)[] = []
  let running = 0
  const work = async (): Promise<void> => {
    running += 1
    await new Promise((resolve) => setTimeout(resolve, milliseconds))
    running -= 1
    queue.shift()?.()
  }
  return {
    /** Answers false at once where there is no room, else true when the job is done. */
    run: async (): Promise<boolean> => {
      if (running >= jobs) {
        if (queue.length >= waiting) return false
        await new Promise<void>((resolve) => queue.push(resolve))
      }
      await work()
      return true
    },
  }
}
