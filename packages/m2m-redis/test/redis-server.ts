import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'

/** The words of a command. */
export type Command = readonly [name: string, ...rest: (string | number)[]]

/** A Redis that tests may use. */
export interface RedisPlace {
  readonly url: string
  /** Runs one command over a connection of its own. */
  command(...words: Command): Promise<unknown>
  /** Ends it for good, if a test started it. */
  remove(): Promise<void>
}

/** A Redis of a test's own, which nothing outlives. */
export interface RedisServer extends RedisPlace {
  readonly port: number
  /** Stops and goes on where it was, as a machine that is overloaded. */
  freeze(): void
  thaw(): void
  /** Ends it as a power cut does; `start` begins another one, empty, at its port, unless one runs. */
  kill(): Promise<void>
  start(): Promise<void>
}

/** Whether this machine can start a Redis. */
export const hasRedisServer = spawnSync('redis-server', ['--version']).status === 0

const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

const track = (child: ChildProcess): ChildProcess => {
  running.add(child)
  return child.once('exit', () => running.delete(child))
}

/** Starts one on a free port of loopback that keeps nothing. */
export const startRedis = async (settings: readonly string[] = []): Promise<RedisServer> => {
  const folder = mkdtempSync(join(tmpdir(), 'm2m-redis-'))
  const port = await freePort()
  const url = `redis://127.0.0.1:${port}`
  let child: ChildProcess | undefined

  const isRunning = (): boolean => child?.exitCode === null && child.signalCode === null
  const start = async (): Promise<void> => {
    if (isRunning()) return
    const quiet = ['--save', '', '--appendonly', 'no', '--loglevel', 'notice', '--logfile', '']
    const place = ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder]
    child = spawn('redis-server', [...place, ...quiet, ...settings], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await untilItSays(track(child), 'Ready to accept connections')
  }
  const kill = async (): Promise<void> => {
    if (!child || !isRunning()) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
  await start()
  return {
    port,
    url,
    command: (...words) => commandAt(url, words),
    freeze: () => child?.kill('SIGSTOP'),
    thaw: () => child?.kill('SIGCONT'),
    kill,
    start,
    remove: async () => {
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Runs one command on whatever listens there. */
export const commandAt = async (url: string, [name, ...rest]: Command): Promise<unknown> => {
  const connection = new Redis(url, { retryStrategy: () => null })
  // What goes wrong rejects the command.
  connection.on('error', () => undefined)
  try {
    return await connection.call(name, ...rest)
  } finally {
    connection.disconnect()
  }
}

const untilItSays = async (child: ChildProcess, words: string): Promise<void> => {
  let said = ''
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (chunk) => {
      said += chunk
      if (said.includes(words)) resolve()
    })
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`redis-server ended:\n${said}`)))
  })
}

/** One whose cluster bus, 10 000 above, is free too. */
const freePort = async (): Promise<number> => {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 30_000)
    if ((await isFree(port)) && (await isFree(port + 10_000))) return port
  }
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
