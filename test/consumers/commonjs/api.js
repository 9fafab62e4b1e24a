// An API in plain JavaScript, as CommonJS, on Express 4.
const assert = require('node:assert/strict')
const express = require('express')
const { getService, m2mAuth, requireOp } = require('express-m2m')
const { createM2M } = require('m2m-core')
const { createTestIssuer } = require('m2m-testkit')

const run = async () => {
  const issuer = await createTestIssuer()
  const m2m = createM2M(issuer.asOptions())
  const app = express()
  app.use('/internal', m2mAuth({ m2m, requiredScope: 's2s:internal' }))
  app.get('/internal/transfers', requireOp('transfers:read'), (req, res) => {
    res.json({ id: getService(req).id })
  })
  const server = app.listen(0)
  const call = (token) =>
    fetch(`http://127.0.0.1:${server.address().port}/internal/transfers`, {
      headers: token ? { authorization: `Bearer ${token}` } : {},
    })

  try {
    await checkAnswers(issuer, call)
  } finally {
    server.close()
  }
}

const checkAnswers = async (issuer, call) => {
  const admitted = await call(await issuer.service({ allowedOps: ['transfers:read'] }))
  assert.deepEqual(await admitted.json(), { id: 'billing' })
  assert.equal((await call()).status, 401)
  assert.equal((await call(await issuer.otherKey())).status, 401)
  assert.equal((await call(await issuer.service({ allowedOps: [] }))).status, 403)
}

run().catch((fault) => {
  console.error(fault)
  process.exitCode = 1
})
