// Jest in its default CommonJS mode, with no transform configured for anything.
const express = require('express')
const { getService, m2mAuth, requireOp } = require('express-m2m')
const { createTestIssuer } = require('m2m-testkit')

let issuer
let server
beforeAll(async () => {
  issuer = await createTestIssuer()
  const app = express()
  app.use('/internal', m2mAuth({ ...issuer.asOptions(), requiredScope: 's2s:internal' }))
  app.get('/internal/transfers', requireOp('transfers:read'), (req, res) => {
    res.json({ id: getService(req).id })
  })
  server = app.listen(0)
})
afterAll(() => server.close())

const call = (token) =>
  fetch(`http://127.0.0.1:${server.address().port}/internal/transfers`, {
    headers: token ? { authorization: `Bearer ${token}` } : {},
  })

test('admits a service', async () => {
  const answer = await call(await issuer.service({ allowedOps: ['transfers:read'] }))
  expect(await answer.json()).toEqual({ id: 'billing' })
})

test.each([
  ['no token', () => undefined, 401],
  ['a forged token', () => issuer.otherKey(), 401],
  ['a user', () => issuer.user(), 403],
  ['another operation', () => issuer.service({ allowedOps: ['transfers:create'] }), 403],
])('refuses %s', async (_what, mint, status) => {
  expect((await call(await mint())).status).toBe(status)
})

test('answers 503 while the keys cannot be had', async () => {
  const away = await createTestIssuer()
  away.fail('network')
  const guard = m2mAuth({ ...away.asOptions(), requiredScope: null })
  const app = express().use(guard)
  const other = app.listen(0)
  const headers = { authorization: `Bearer ${await away.service()}` }
  const answer = await fetch(`http://127.0.0.1:${other.address().port}/`, { headers })
  other.close()
  expect(answer.status).toBe(503)
})
