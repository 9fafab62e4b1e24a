import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Redis } from 'ioredis'

/** A Redis of one's own, on a free loopback port, that writes nothing to disk. */
export interface RedisServer {
  readonly url: string
  command(name: string, ...words: readonly string[]): Promise<void>
  /** Stops it as it is, connections included, and lets it go on. */
  freeze(): void
  thaw(): void
  /** As a power cut does. `start` begins another one at the same port, empty. */
  kill(): Promise<void>
  /** Settles when connections are accepted. */
  start(): Promise<void>
  close(): Promise<void>
}

/** Whether there is a `redis-server` on the path. */
export const hasRedisServer = (): boolean =>
  spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status === 0

/** Starts one. It ends with this process at the latest. */
export const startRedisServer = async (): Promise<RedisServer> => {
  const folder = mkdtempSync(join(tmpdir(), 'm2m-bench-'))
  const port = await freePort()
  const url = `redis://127.0.0.1:${port}`
  let child: ChildProcess | undefined
  // Connected beforehand, so that a command strikes when it is given.
  let admin: Redis | undefined
  const end = (): void => void child?.kill('SIGKILL')
  process.once('exit', end)

  const start = async (): Promise<void> => {
    const place = ['--bind', '127.0.0.1', '--port', `${port}`, '--dir', folder]
    const quiet = ['--save', '', '--appendonly', 'no']
    child = spawn('redis-server', [...place, ...quiet], { stdio: ['ignore', 'pipe', 'inherit'] })
    await untilReady(child)
    admin = await connectAdmin(url)
  }
  const kill = async (): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    admin?.disconnect()
    const ended = once(child, 'exit')
    end()
    await ended
  }
  await start()
  return {
    url,
    command: async (name, ...words) => {
      await admin?.call(name, ...words)
    },
    freeze: () => child?.kill('SIGSTOP'),
    thaw: () => child?.kill('SIGCONT'),
    kill,
    start,
    close: async () => {
      await kill()
      process.off('exit', end)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const connectAdmin = async (url: string): Promise<Redis> => {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null })
  client.on('error', () => undefined)
  await client.connect()
  return client
}

const untilReady = async (child: ChildProcess): Promise<void> => {
  const lines = createInterface({ input: child.stdout ?? process.stdin })
  await new Promise<void>((resolve, reject) => {
    lines.on('line', (line) => line.includes('Ready to accept connections') && resolve())
    child.once('error', reject)
    child.once('exit', () => reject(new Error('redis-server ended before it was ready')))
  })
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
