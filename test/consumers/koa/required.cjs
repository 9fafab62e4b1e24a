// The CommonJS half stands by itself.
const assert = require('node:assert/strict')
const { m2mAuth, requireOp, rejectM2M, getService } = require('koa-m2m')

for (const one of [m2mAuth, requireOp, rejectM2M, getService]) assert.equal(typeof one, 'function')
assert.throws(() => m2mAuth({ issuer: 'https://issuer.test' }), { code: /^M2M_CFG_/ })
