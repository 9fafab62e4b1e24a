// The CommonJS half stands by itself.
const assert = require('node:assert/strict')
const { createRedisQuotaStore } = require('m2m-redis')
const { createClient } = require('redis')

assert.equal(typeof createRedisQuotaStore(createClient()).charge, 'function')
assert.throws(() => createRedisQuotaStore(), { code: 'M2M_CFG_OPTION_INVALID' })
