export type { IoRedisClient, NodeRedisClient, RedisClient, ScriptInput } from './redis-client.js'
export { createRedisQuotaStore, type RedisStoreOptions } from './redis-quota-store.js'
