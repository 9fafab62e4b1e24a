import fastifyAuth from '@fastify/auth'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { createTestIssuer, type TestIssuer } from 'm2m-testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { m2mAuth, requireOp } from '../src/index.js'
import { appOf, gist, requiredScope } from './app-of.js'
import { addUserAuth } from './user-auth.js'

const api = 'https://api.test'
let issuer: TestIssuer
let people: TestIssuer
const open: { close(): Promise<void> }[] = []
beforeAll(async () => {
  issuer = await createTestIssuer({ audience: api })
  people = await createTestIssuer({ audience: api })
  open.push(await issuer.serve(), await people.serve())
})
afterAll(async () => {
  for (const one of open) await one.close()
})

const who = async (request: FastifyRequest) => ({
  service: request.service?.id ?? null,
  user: (request.user as { sub?: string } | null)?.sub ?? null,
})
const start = (refusals: 'reply' | 'throw' = 'throw') =>
  appOf(async (app: FastifyInstance) => {
    const userAuth = await addUserAuth(app, { issuers: [people.issuer], audience: api })
    await app.register(fastifyAuth)
    app.decorateRequest('service', null)
    const { issuer: name, audience } = issuer
    const audit = { sinks: [] }
    const service = m2mAuth({ issuer: name, audience, audit, requiredScope, refusals })
    const user = (request: FastifyRequest) => request.jwtVerify()
    app.get('/either', { preHandler: app.auth([user, service]) }, who)
    app.get('/service-first', { preHandler: app.auth([service, user]) }, who)
    app.get('/both', { preHandler: app.auth([user, service], { relation: 'and' }) }, who)
    app.get('/op', { preHandler: [app.auth([user, service]), requireOp('a:b')] }, who)
    app.get('/users', { preHandler: userAuth }, who)
  })

describe('with @fastify/auth', () => {
  it.each(['/either', '/service-first'])('%s lets in a user or a service', async (path) => {
    const { call } = await start()
    expect((await call(path, { token: await people.user() })).body).toEqual({
      service: null,
      user: 'user-1',
    })
    expect((await call(path, { token: await issuer.service() })).body).toEqual({
      service: 'billing',
      user: null,
    })
  })

  it.each(['/either', '/service-first', '/both'])('%s lets nobody else in', async (path) => {
    const { call } = await start()
    const tokens = [
      await issuer.user(),
      await issuer.otherKey(),
      await people.otherKey(),
      await issuer.expired(),
      'nonsense',
    ]
    for (const token of tokens) expect([401, 403]).toContain((await call(path, { token })).status)
    expect((await call(path)).status).toBe(401)
  })

  it('the last refusal is ours, with its challenge', async () => {
    const { call } = await start()
    const answer = await call('/either', { token: await issuer.service({ scope: 'other' }) })
    expect(gist(answer)).toEqual([403, 'insufficient_scope'])
    expect(answer.headers.get('www-authenticate')).toContain(`scope="${requiredScope}"`)
  })

  it('an operation behind it is for services only, whoever asked first', async () => {
    const { call } = await start()
    const able = await issuer.service({ allowedOps: ['a:b'] })
    expect((await call('/op', { token: able })).status).toBe(200)
    expect(gist(await call('/op', { token: await issuer.service({ allowedOps: [] }) }))).toEqual([
      403,
      'operation_denied',
    ])
    expect(gist(await call('/op', { token: await people.user() }))).toEqual([
      500,
      'M2M_CFG_GUARD_MISSING',
    ])
  })

  it("with refusals: 'reply' the first refusal ends it, and nothing is let through", async () => {
    const { call } = await start('reply')
    expect((await call('/service-first', { token: await people.user() })).status).toBe(401)
    expect((await call('/either', { token: await people.user() })).status).toBe(200)
    expect(gist(await call('/either'))).toEqual([401, 'credentials_missing'])
  })

  it('an unavailable key set is 503 there too', async () => {
    const down = await createTestIssuer()
    const token = await down.service()
    down.fail('status')
    const { call } = await appOf(async (app) => {
      await app.register(fastifyAuth)
      const audit = { sinks: [] }
      const service = m2mAuth({ ...down.asOptions(), audit, requiredScope, refusals: 'throw' })
      app.get('/', { preHandler: app.auth([service]) }, who)
    })
    const answer = await call('/', { token })
    expect(gist(answer)).toEqual([503, 'authorization_unavailable'])
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  })
})
