import { setTimeout as wait } from 'node:timers/promises'
import { type RedisServer, startRedis } from './redis-server.js'

/** Three masters, each with its third of the slots. */
export interface RedisCluster {
  readonly nodes: readonly RedisServer[]
  readonly ports: readonly number[]
  remove(): Promise<void>
}

const slots = 16_384
const settings = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000']

/** Starts a cluster and waits until every node knows of all. */
export const startCluster = async (): Promise<RedisCluster> => {
  const nodes = await Promise.all([
    startRedis(settings),
    startRedis(settings),
    startRedis(settings),
  ])
  const remove = async () => {
    await Promise.all(nodes.map((node) => node.remove()))
  }
  try {
    await join(nodes)
  } catch (fault) {
    await remove()
    throw fault
  }
  return { nodes, ports: nodes.map(({ port }) => port), remove }
}

const join = async (nodes: readonly RedisServer[]): Promise<void> => {
  const [first] = nodes
  for (const [index, node] of nodes.entries()) {
    const from = Math.round((slots * index) / nodes.length)
    const to = Math.round((slots * (index + 1)) / nodes.length)
    const own = Array.from({ length: to - from }, (_, offset) => from + offset)
    await node.command('CLUSTER', 'ADDSLOTS', ...own)
    if (node !== first) await node.command('CLUSTER', 'MEET', '127.0.0.1', first?.port ?? 0)
  }
  for (const node of nodes) await untilWhole(node)
}

const untilWhole = async (node: RedisServer): Promise<void> => {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const info = String(await node.command('CLUSTER', 'INFO'))
    const known = String(await node.command('CLUSTER', 'NODES'))
    const masters = known.match(/ connected \d+-\d+/g)?.length
    if (info.includes('cluster_state:ok') && masters === 3) return
    await wait(50)
  }
  throw new Error('the cluster does not come up')
}
