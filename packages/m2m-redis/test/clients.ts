import { Cluster, Redis } from 'ioredis'
import { Redis as Valkey, Cluster as ValkeyCluster } from 'iovalkey'
import { createClient, createCluster } from 'redis'
import type { RedisClient } from '../src/index.js'

/** A client as an API has one, connected. */
export interface Connected {
  readonly client: RedisClient
  close(): void
}

/** A library that talks to Redis. */
export interface ClientKind {
  readonly name: string
  /** Resolves once it is connected, or right away with `waits: false`. */
  connect(url: string, waits?: boolean): Promise<Connected>
  connectCluster(ports: readonly number[]): Promise<Connected>
}

const host = '127.0.0.1'
const ignore = (): void => undefined

/** The one that Redis recommends. */
export const nodeRedis: ClientKind = {
  name: 'redis',
  connect: async (url, waits = true) => {
    const client = createClient({ url })
    client.on('error', ignore)
    const connecting = client.connect().catch(ignore)
    if (waits) await connecting
    return { client, close: () => client.destroy() }
  },
  connectCluster: async (ports) => {
    const rootNodes = ports.map((port) => ({ url: `redis://${host}:${port}` }))
    const client = createCluster({ rootNodes })
    client.on('error', ignore)
    await client.connect()
    return { client, close: () => client.destroy() }
  },
}

const ioRedis: ClientKind = {
  name: 'ioredis',
  connect: async (url, waits = true) => {
    const client = new Redis(url)
    client.on('error', ignore)
    if (waits) await new Promise<void>((resolve) => client.once('ready', resolve))
    return { client, close: () => client.disconnect() }
  },
  connectCluster: async (ports) => {
    const client = new Cluster(ports.map((port) => ({ host, port })))
    client.on('error', ignore)
    await new Promise<void>((resolve) => client.once('ready', resolve))
    return { client, close: () => client.disconnect() }
  },
}

const ioValkey: ClientKind = {
  name: 'iovalkey',
  connect: async (url, waits = true) => {
    const client = new Valkey(url)
    client.on('error', ignore)
    if (waits) await new Promise<void>((resolve) => client.once('ready', () => resolve()))
    return { client, close: () => client.disconnect() }
  },
  connectCluster: async (ports) => {
    const client = new ValkeyCluster(ports.map((port) => ({ host, port })))
    client.on('error', ignore)
    await new Promise<void>((resolve) => client.once('ready', () => resolve()))
    return { client, close: () => client.disconnect() }
  },
}

/** All of them, in their present majors. */
export const clientKinds: readonly ClientKind[] = [nodeRedis, ioRedis, ioValkey]
