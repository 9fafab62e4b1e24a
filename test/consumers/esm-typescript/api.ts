// An API in strict TypeScript, as ES modules, on Express 5.
import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import express from 'express'
import {
  ConfigurationError,
  type GuardOptions,
  getService,
  type M2MCode,
  m2mAuth,
  requireOp,
  type ServicePrincipal,
} from 'express-m2m'
import { createTestIssuer } from 'm2m-testkit'

const issuer = await createTestIssuer()
const options: GuardOptions = { ...issuer.asOptions(), requiredScope: 's2s:internal' }
const app = express()
app.use('/internal', m2mAuth(options))
app.post('/internal/transfers/:id', requireOp<{ id: string }>('transfers:create'), (req, res) => {
  const courtesy: ServicePrincipal | undefined = req.service
  const service: ServicePrincipal = getService(req)
  res.json({ id: service.id, isSame: courtesy === service, may: service.can('transfers:create') })
})
const server = app.listen(0)
const call = (token?: string): Promise<Response> => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/internal/transfers/1`
  return fetch(url, { method: 'POST', headers: token ? { authorization: `Bearer ${token}` } : {} })
}

const admitted = await call(await issuer.service({ allowedOps: ['transfers:create'] }))
assert.deepEqual(await admitted.json(), { id: 'billing', isSame: true, may: true })
const refused = await call()
const { code } = (await refused.json()) as { code: M2MCode }
assert.deepEqual([refused.status, code], [401, 'credentials_missing'])
assert.equal((await call(await issuer.service({ allowedOps: ['transfers:read'] }))).status, 403)
assert.equal((await call(await issuer.user())).status, 403)
// @ts-expect-error requiredScope cannot be forgotten
assert.throws(() => m2mAuth({ issuer: 'https://issuer.test' }), ConfigurationError)
server.close()
