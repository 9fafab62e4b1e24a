import { Redis } from 'ioredis'
import type { RedisClient } from 'm2m-redis'
import { createClient } from 'redis'

/** A client that is connected. */
export interface ConnectedClient {
  readonly client: RedisClient
  close(): void
}

export type ClientName = 'node-redis' | 'ioredis'

/** Milliseconds. The clients' own strategies grow to seconds, which an API would not wait for. */
const reconnectEvery = 100

/** Connects a client as an API does, which tries again and again when it is cut off. */
export const connectRedis: Readonly<Record<ClientName, (url: string) => Promise<ConnectedClient>>> =
  {
    'node-redis': async (url) => {
      const client = createClient({ url, socket: { reconnectStrategy: () => reconnectEvery } })
      client.on('error', () => undefined)
      await client.connect()
      return { client, close: () => client.destroy() }
    },
    ioredis: async (url) => {
      const client = new Redis(url, { lazyConnect: true, retryStrategy: () => reconnectEvery })
      client.on('error', () => undefined)
      await client.connect()
      return { client, close: () => client.disconnect() }
    },
  }
