// An API in plain JavaScript, as CommonJS, on Fastify 5.
const assert = require('node:assert/strict')
const { fastify } = require('fastify')
const { default: fastifyM2M, getService } = require('fastify-m2m')
const { createTestIssuer } = require('m2m-testkit')

const run = async () => {
  const issuer = await createTestIssuer()
  const app = fastify()
  app.register(fastifyM2M, { ...issuer.asOptions(), requiredScope: 's2s:internal' })
  app.get('/transfers', { config: { m2m: { op: 'transfers:read' } } }, async (request) => ({
    id: getService(request).id,
  }))
  const url = await app.listen({ port: 0 })
  const call = (token) =>
    fetch(`${url}/transfers`, { headers: token ? { authorization: `Bearer ${token}` } : {} })
  try {
    const admitted = await call(await issuer.service({ allowedOps: ['transfers:read'] }))
    assert.deepEqual(await admitted.json(), { id: 'billing' })
    assert.equal((await call()).status, 401)
    assert.equal((await call(await issuer.user())).status, 403)
    assert.equal((await call(await issuer.service({ allowedOps: [] }))).status, 403)
  } finally {
    await app.close()
  }
}

run().catch((fault) => {
  console.error(fault)
  process.exitCode = 1
})
