// One process, two copies of the code: an app in ES modules mounts the guard, and a library loaded
// with require checks operations, or the other way round.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import express from 'express'
import * as imported from 'express-m2m'
import { createTestIssuer } from 'm2m-testkit'

const required = createRequire(import.meta.url)('express-m2m')
assert.notEqual(imported.m2mAuth, required.m2mAuth)

const issuer = await createTestIssuer()
const token = await issuer.service({ allowedOps: ['transfers:read'] })

for (const [outer, inner] of [
  [imported, required],
  [required, imported],
]) {
  const app = express()
  const options = { ...issuer.asOptions(), requiredScope: 's2s:internal', refusals: 'throw' }
  app.use(outer.m2mAuth(options))
  app.get('/read', inner.requireOp('transfers:read'), (req, res) => {
    res.json([inner.getService(req).id, outer.getService(req).can('transfers:read')])
  })
  app.get('/create', inner.requireOp('transfers:create'), (_req, res) => res.json('reached'))
  app.get('/again', inner.m2mAuth({ ...options, requiredScope: 'other' }), (_req, res) =>
    res.json('reached'),
  )
  const errors = []
  app.use((error, _req, _res, next) => {
    errors.push([inner.isM2MError(error), outer.isM2MError(error), error.code])
    next(error)
  })
  app.use(inner.m2mErrorHandler())
  const server = app.listen(0)
  const call = async (path, authorization = `Bearer ${token}`) => {
    const url = `http://127.0.0.1:${server.address().port}${path}`
    const answer = await fetch(url, { headers: { authorization } })
    return [answer.status, await answer.json()]
  }

  assert.deepEqual(await call('/read'), [200, ['billing', true]])
  assert.equal((await call('/create'))[0], 403)
  assert.equal((await call('/again'))[0], 403)
  assert.equal((await call('/read', 'Bearer nonsense'))[0], 401)
  assert.deepEqual(errors, [
    [true, true, 'operation_denied'],
    [true, true, 'insufficient_scope'],
    [true, true, 'invalid_token'],
  ])
  server.close()
}
