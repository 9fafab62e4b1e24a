// An API in strict TypeScript, as ES modules, on Koa 3.
import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import Koa from 'koa'
import { getService, m2mAuth, requireOp, type ServicePrincipal } from 'koa-m2m'
import { createTestIssuer } from 'm2m-testkit'

const issuer = await createTestIssuer()
const app = new Koa()
app.use(m2mAuth({ ...issuer.asOptions(), requiredScope: 's2s:internal' }))
app.use(requireOp('transfers:create'))
app.use((ctx) => {
  const service: ServicePrincipal = getService(ctx)
  ctx.body = { id: service.id, isSame: ctx.state['service'] === service }
})
const server = app.listen(0)
const call = (token?: string): Promise<Response> => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  return fetch(url, { method: 'POST', headers: token ? { authorization: `Bearer ${token}` } : {} })
}
try {
  const admitted = await call(await issuer.service({ allowedOps: ['transfers:create'] }))
  assert.deepEqual(await admitted.json(), { id: 'billing', isSame: true })
  assert.equal((await call()).status, 401)
  assert.equal((await call(await issuer.service({ allowedOps: ['transfers:read'] }))).status, 403)
  assert.equal((await call(await issuer.user())).status, 403)
} finally {
  server.close()
}
