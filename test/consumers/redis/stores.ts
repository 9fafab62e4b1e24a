// Every client as it is typed where it comes from, and nothing else.
import assert from 'node:assert/strict'
import { Cluster, Redis } from 'ioredis'
import { Redis as Valkey, Cluster as ValkeyCluster } from 'iovalkey'
import type { QuotaStore } from 'm2m-core'
import { createRedisQuotaStore } from 'm2m-redis'
import { createClient, createClientPool, createCluster, createSentinel } from 'redis'

const nodes = [{ host: '127.0.0.1', port: 1 }]
const stores: readonly QuotaStore[] = [
  createRedisQuotaStore(createClient()),
  createRedisQuotaStore(createClient({ RESP: 2 }), { prefix: 'api:' }),
  createRedisQuotaStore(createClientPool()),
  createRedisQuotaStore(createCluster({ rootNodes: [{ url: 'redis://127.0.0.1:1' }] })),
  createRedisQuotaStore(createSentinel({ name: 'main', sentinelRootNodes: nodes })),
  createRedisQuotaStore(new Redis({ lazyConnect: true })),
  createRedisQuotaStore(new Cluster(nodes, { lazyConnect: true })),
  createRedisQuotaStore(new Valkey({ lazyConnect: true })),
  createRedisQuotaStore(new ValkeyCluster(nodes, { lazyConnect: true })),
]
for (const { charge } of stores) assert.equal(typeof charge, 'function')

// @ts-expect-error: an address is no client
assert.throws(() => createRedisQuotaStore('redis://127.0.0.1'), TypeError)
// @ts-expect-error: options are no client
assert.throws(() => createRedisQuotaStore({ host: '127.0.0.1' }), TypeError)
// @ts-expect-error: there is no such option
assert.throws(() => createRedisQuotaStore(createClient(), { perfix: 'api:' }), TypeError)
