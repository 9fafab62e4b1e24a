import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type Connected, clientKinds } from './clients.js'
import { createGuarded, type Guarded } from './guarded.js'
import { describeWithRedis, openRedis, ownPrefix } from './needs-redis.js'
import { type RedisCluster, startCluster } from './redis-cluster.js'
import type { RedisPlace } from './redis-server.js'

const askAll = async (guards: readonly Guarded[], times: number, operation?: string) => {
  const answers = []
  for (let time = 0; time < times; time += 1) {
    answers.push(await Promise.all(guards.map((guard) => guard.ask(operation))))
  }
  return answers.flat()
}
const count = (answers: readonly number[], status: number) =>
  answers.filter((one) => one === status).length

let guarded: Awaited<ReturnType<typeof createGuarded>>
beforeAll(async () => {
  guarded = await createGuarded()
})

const describeSharing = (open: () => Promise<Connected>): void => {
  const guards = async (options: { limit: number; rateLimit?: unknown }) => {
    const prefix = ownPrefix()
    const connected = [await open(), await open()]
    for (const { close } of connected) onTestFinished(close)
    return Promise.all(connected.map(({ client }) => guarded(client, { ...options, prefix })))
  }

  it('have one budget for a service between them', async () => {
    const instances = await guards({ limit: 10 })
    const answers = await askAll(instances, 10)
    expect([count(answers, 200), count(answers, 429)]).toEqual([10, 10])
    expect(instances.map(({ events }) => events)).toEqual([[], []])
  })

  it('keep operations of a service apart, and below what the service has', async () => {
    const rateLimit = { 'reports:read': '3/h', 'reports:list': '4/h' }
    const instances = await guards({ limit: 15, rateLimit })
    const reads = await askAll(instances, 3, 'reports:read')
    const lists = await askAll(instances, 3, 'reports:list')
    const rest = await askAll(instances, 3)
    expect([count(reads, 200), count(reads, 429)]).toEqual([3, 3])
    expect([count(lists, 200), count(lists, 429)]).toEqual([4, 2])
    expect([count(rest, 200), count(rest, 429)]).toEqual([3, 3])
    expect(instances.map(({ events }) => events)).toEqual([[], []])
  })
}

describeWithRedis('any', 'two instances with one Redis', () => {
  let redis: RedisPlace
  beforeAll(async () => {
    redis = await openRedis()
  })
  afterAll(() => redis.remove())

  describe.each(clientKinds)('through $name', ({ connect }) =>
    describeSharing(() => connect(redis.url)),
  )
})

describeWithRedis('server', 'two instances with one Redis Cluster', () => {
  let cluster: RedisCluster
  beforeAll(async () => {
    cluster = await startCluster()
  })
  afterAll(() => cluster.remove())

  describe.each(clientKinds)('through $name', ({ connectCluster }) =>
    describeSharing(() => connectCluster(cluster.ports)),
  )
})
