import { randomUUID } from 'node:crypto'
import { Agent, get } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { createM2M } from 'm2m-core'
import { createRedisQuotaStore } from 'm2m-redis'
import { createTestIssuer, type TestIssuer } from 'm2m-testkit'
import { atMost, type Check } from '../figures/print-checks.js'
import { printTable } from '../figures/print-table.js'
import { type Capacity, startLimitedServer } from './limited-server.js'
import { sendOpenLoop } from './open-loop.js'
import { connectRedis } from './redis-clients.js'

/** What both services may do, and what the server can. Both together stay within that. */
const settings = {
  limitPerSecond: 20,
  burst: 10,
  quietPerSecond: 15,
  noisyPerSecond: 400,
  noiseBeginsAfterSeconds: 5,
  capacity: { jobs: 4, waiting: 30, milliseconds: 80 } satisfies Capacity,
} as const

export type NeighbourName = 'quiet' | 'noisy'

/** What became of the calls of one service that were sent in one second. */
export interface NeighbourSecond {
  readonly quotas: boolean
  readonly service: NeighbourName
  readonly second: number
  readonly sent: number
  readonly served: number
  /** 429. */
  readonly refused: number
  /** 503, for want of capacity. */
  readonly overloaded: number
}

/** All that was measured, and under which settings. */
export interface NeighbourFigures {
  readonly settings: typeof settings
  readonly seconds: readonly NeighbourSecond[]
}

/** A noisy service beside a quiet one on one server, without quotas and with them. */
export const measureNeighbours = async (
  redisUrl: string,
  seconds: number,
): Promise<NeighbourFigures> => ({
  settings,
  seconds: [
    ...(await runNeighbours(redisUrl, seconds, false)),
    ...(await runNeighbours(redisUrl, seconds, true)),
  ],
})

const runNeighbours = async (
  redisUrl: string,
  seconds: number,
  quotas: boolean,
): Promise<readonly NeighbourSecond[]> => {
  const { limitPerSecond: limit, burst, capacity, noiseBeginsAfterSeconds } = settings
  const issuer = await createTestIssuer()
  const connection = await connectRedis['node-redis'](redisUrl)
  const store = createRedisQuotaStore(connection.client, { prefix: `bench:${randomUUID()}:` })
  const tiers = [{ name: 'all', rate: { limit, window: 1, burst } }]
  const m2m = createM2M({
    ...issuer.asStaticOptions(),
    ...(quotas && { quota: { store, tiers } }),
    audit: { sinks: [] },
  })
  const server = await startLimitedServer(m2m, capacity)
  const agent = new Agent({ keepAlive: true })
  const send = await sender(issuer, agent, server.url)
  const [quiet, noisy] = await Promise.all([
    send('quiet', settings.quietPerSecond, seconds),
    sleep(noiseBeginsAfterSeconds * 1000).then(() =>
      send('noisy', settings.noisyPerSecond, seconds - noiseBeginsAfterSeconds),
    ),
  ])
  agent.destroy()
  await server.close()
  await m2m.close()
  connection.close()
  return [
    ...quiet.map((one) => ({ quotas, service: 'quiet' as const, ...one })),
    ...noisy.map((one) => ({
      quotas,
      service: 'noisy' as const,
      ...one,
      second: one.second + noiseBeginsAfterSeconds,
    })),
  ]
}

/** Sends the calls of one service, and counts what they were answered by when they were sent. */
const sender = async (issuer: TestIssuer, agent: Agent, url: string) => {
  const tokens = {
    quiet: await issuer.service({ id: 'quiet' }),
    noisy: await issuer.service({ id: 'noisy' }),
  }
  return async (service: NeighbourName, perSecond: number, seconds: number) => {
    const headers = { authorization: `Bearer ${tokens[service]}` }
    const statuses = Array.from({ length: seconds }, (): number[] => [])
    const pending: Promise<unknown>[] = []
    await sendOpenLoop(perSecond * seconds, seconds * 1000, (index) => {
      const answered = statusOf(url, { agent, headers })
      pending.push(answered.then((status) => statuses[Math.floor(index / perSecond)]?.push(status)))
    })
    await Promise.all(pending)
    return statuses.map((answers, second) => {
      const count = (status: number): number => answers.filter((one) => one === status).length
      const [served, refused, overloaded] = [count(200), count(429), count(503)]
      return { second, sent: answers.length, served, refused, overloaded }
    })
  }
}

/** A connection that fails counts as an answer like any other. */
const statusOf = (url: string, options: object): Promise<number> =>
  new Promise((resolve) => {
    get(url, options, (response) => {
      response.resume()
      response.once('end', () => resolve(response.statusCode ?? 0))
      response.once('error', () => resolve(0))
    }).once('error', () => resolve(0))
  })

/** Prints what was measured; the checks say whether the quiet service noticed anything. */
export const checkNeighbours = ({ seconds }: NeighbourFigures): readonly Check[] => {
  const shareOf = (quotas: boolean, service: NeighbourName, isNoisy: boolean): number => {
    const some = seconds.filter(
      (one) =>
        one.quotas === quotas &&
        one.service === service &&
        one.second >= settings.noiseBeginsAfterSeconds === isNoisy,
    )
    const sum = (of: 'served' | 'sent'): number => some.reduce((total, one) => total + one[of], 0)
    return (100 * sum('served')) / sum('sent')
  }
  const percent = (share: number): string => `${share.toFixed(1)} %`
  console.log(
    `a quiet service sends ${settings.quietPerSecond}/s; after ${settings.noiseBeginsAfterSeconds} s ` +
      `a noisy one sends ${settings.noisyPerSecond}/s; each may send ${settings.limitPerSecond}/s\n`,
  )
  printTable(
    ['served', 'quiet, alone', 'quiet, beside noise', 'noisy'],
    [false, true].map((quotas) => [
      quotas ? 'with quotas' : 'without quotas',
      percent(shareOf(quotas, 'quiet', false)),
      percent(shareOf(quotas, 'quiet', true)),
      percent(shareOf(quotas, 'noisy', true)),
    ]),
  )
  console.log()
  const lost = (quotas: boolean): number =>
    shareOf(quotas, 'quiet', false) - shareOf(quotas, 'quiet', true)
  const options = { unit: ' %', digits: 1 }
  return [
    atMost('with quotas the quiet service loses', lost(true), 0, options),
    {
      name: 'without quotas it loses, else nothing was shown',
      measured: percent(lost(false)),
      bound: 'at least 50.0 %',
      isKept: lost(false) >= 50,
    },
  ]
}
