import { mkdir, writeFile } from 'node:fs/promises'
import { printChecks } from '../figures/print-checks.js'
import { plotNeighbours } from './neighbour-plot.js'
import { checkNeighbours, measureNeighbours } from './noisy-neighbour.js'
import { hasRedisServer, type RedisServer, startRedisServer } from './redis-server.js'
import { checkSharedLimit } from './shared-limit.js'
import { checkStoreFaults } from './store-faults.js'

/** How long each part takes. */
const lengths = {
  full: {
    sharedMilliseconds: 20_000,
    neighbourSeconds: 20,
    faults: { before: 2000, after: 3000, killed: 5000, paused: 30_000 },
  },
  // As long as it takes to see each bound at work: several seconds of a limit, several trials of a
  // store that is away, several seconds of noise.
  quick: {
    sharedMilliseconds: 6000,
    neighbourSeconds: 9,
    faults: { before: 1000, after: 1500, killed: 2000, paused: 3000 },
  },
}

const plots = new URL('../../../docs/benchmarks/', import.meta.url)

/**
 * What quotas in Redis let through, what becomes of requests while it fails, and of a quiet service
 * beside a noisy one. `--quick` takes a third of the time, and draws no plot anew.
 */
export const runQuotaRedis = async (args: readonly string[]): Promise<boolean> => {
  const isQuick = args[0] === '--quick'
  if (args.length > Number(isQuick)) {
    console.error(`expected nothing, or --quick, got ${args.join(' ')}`)
    return false
  }
  const startedAt = performance.now()
  const server = hasRedisServer() ? await startRedisServer() : undefined
  const url = server?.url ?? process.env['REDIS_URL']
  if (url === undefined) {
    console.error('expected a redis-server on the path, or REDIS_URL; nothing was measured')
    return false
  }
  try {
    const all = [
      await showSharedLimit(url, isQuick),
      await showNeighbours(url, isQuick),
      await showFaults(server, isQuick),
    ]
    console.log(`all of this took ${Math.round((performance.now() - startedAt) / 1000)} s`)
    return all.every(Boolean)
  } finally {
    await server?.close()
  }
}

const lengthsOf = (isQuick: boolean): (typeof lengths)['full'] =>
  isQuick ? lengths.quick : lengths.full

const showSharedLimit = async (url: string, isQuick: boolean): Promise<boolean> =>
  printChecks(await checkSharedLimit(url, lengthsOf(isQuick).sharedMilliseconds))

const showNeighbours = async (url: string, isQuick: boolean): Promise<boolean> => {
  const figures = await measureNeighbours(url, lengthsOf(isQuick).neighbourSeconds)
  const isKept = printChecks(checkNeighbours(figures))
  const plot = await plotNeighbours(figures)
  if (isQuick || !isKept) return isKept
  await mkdir(plots, { recursive: true })
  await writeFile(new URL('quota-noisy-neighbour.svg', plots), plot)
  await writeFile(
    new URL('quota-noisy-neighbour.json', plots),
    `${JSON.stringify(figures, null, 2)}\n`,
  )
  return isKept
}

const showFaults = async (server: RedisServer | undefined, isQuick: boolean): Promise<boolean> => {
  if (server) return checkStoreFaults(server, lengthsOf(isQuick).faults)
  console.error('Redis was not broken, since that of REDIS_URL is not ours: install redis-server')
  return false
}
