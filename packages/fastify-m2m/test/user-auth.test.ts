import type { FastifyInstance, FastifyRequest } from 'fastify'
import { createTestIssuer, type TestIssuer } from 'm2m-testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import fastifyM2M, { getService, rejectM2M, requireOp } from '../src/index.js'
import { appOf, gist, inScope, keepRecords, requiredScope } from './app-of.js'
import { addUserAuth, userClaims } from './user-auth.js'

const api = 'https://api.test'
/** Issues for services and, with another audience, for people. */
let issuer: TestIssuer
/** Issues for people only. */
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

const op = 'transfers:create'
const options = (more: object = {}) => ({
  issuer: issuer.issuer,
  audience: api,
  requiredScope,
  audit: { sinks: [] },
  ...more,
})
const who = async (request: FastifyRequest) => ({
  service: request.service?.id ?? null,
  user: (request.user as { sub?: string } | null)?.sub ?? null,
})
const userAuthOn = (app: FastifyInstance) =>
  addUserAuth(app, { issuers: [issuer.issuer, people.issuer], audience: api })

describe('on paths of their own', () => {
  it('services and users each get in by their own door only', async () => {
    const { call } = await appOf(async (app) => {
      const userAuth = await userAuthOn(app)
      const machines = (scope: FastifyInstance) => {
        scope.register(fastifyM2M, options())
        scope.get('/transfers', { config: { m2m: { op } } }, who)
      }
      inScope(app, machines, '/internal')
      const humans = (scope: FastifyInstance) => {
        const { issuer: name, audience, audit } = options()
        scope.addHook('onRequest', userAuth)
        scope.addHook('onRequest', rejectM2M({ issuer: name, audience, audit, claims: userClaims }))
        scope.get('/profile', who)
      }
      inScope(app, humans, '/api')
    })
    const service = await issuer.service({ id: 'billing', allowedOps: [op] })
    const user = await people.user()
    expect((await call('/internal/transfers', { token: service })).body).toEqual({
      service: 'billing',
      user: null,
    })
    expect((await call('/api/profile', { token: user })).body).toEqual({
      service: null,
      user: 'user-1',
    })
    expect(gist(await call('/internal/transfers', { token: user }))).toEqual([401, 'invalid_token'])
    expect(gist(await call('/api/profile', { token: service }))).toEqual([403, 'user_required'])
    expect((await call('/api/profile')).status).toBe(401)
    expect((await call('/api/profile', { token: await issuer.user() })).status).toBe(200)
  })
})

describe("on the same path, with onForeignToken: 'next'", () => {
  const { records, audit } = keepRecords()
  /** `/` runs user auth for whom the guard passed on; `/op` is for services all the same. */
  const build = (more: object) => async (app: FastifyInstance) => {
    const userAuth = await userAuthOn(app)
    app.register(fastifyM2M, options({ onForeignToken: 'next', audit, ...more }))
    app.addHook('preValidation', async (request, reply) => {
      if (request.service === null) await userAuth.call(app, request, reply)
    })
    app.get('/', who)
    app.get('/op', { config: { m2m: { op } } }, who)
    app.get('/late', { config: { m2m: { op, resource: () => ({}) } } }, who)
    app.get('/hook', { preHandler: requireOp(op) }, who)
    app.get('/get', async (request) => ({ by: getService(request).id }))
  }
  const start = (more: object = {}) => {
    records.length = 0
    return appOf(build(more))
  }

  it('admits services as before', async () => {
    const { call } = await start()
    const token = await issuer.service({ id: 'billing', allowedOps: [op] })
    for (const path of ['/', '/op', '/late', '/hook']) {
      expect((await call(path, { token })).body).toEqual({ service: 'billing', user: null })
    }
  })

  it('passes on a token of another issuer, and a verified one that belongs to a user', async () => {
    const { call } = await start()
    for (const token of [await people.user(), await issuer.user()]) {
      expect((await call('/', { token })).body).toEqual({ service: null, user: 'user-1' })
      expect((await call('/', { token })).status).toBe(200)
    }
    expect(records).toEqual([])
  })

  it('passes on a token for another audience; whether it is good is for user auth to say', async () => {
    const { call } = await start()
    const answer = await call('/', { token: await issuer.wrongAudience() })
    expect([answer.status, answer.body.code]).toEqual([401, 'FST_JWT_AUTHORIZATION_TOKEN_INVALID'])
    const forged = await people.otherKey({ claims: { sub: 'user-1' } })
    expect((await call('/', { token: forged })).body.code).toMatch(/^FST_JWT_/)
  })

  it.each<readonly [string, () => Promise<string>, readonly [number, string]]>([
    ['forged', () => issuer.otherKey(), [401, 'invalid_token']],
    ['expired', () => issuer.expired(), [401, 'token_expired']],
    ['of an unknown key', () => issuer.unknownKey(), [401, 'invalid_token']],
    ['malformed', async () => 'no.token', [401, 'invalid_token']],
    [
      'a forged one of a user',
      () => issuer.otherKey({ claims: { sub: 'user-1' } }),
      [401, 'invalid_token'],
    ],
    ['without the scope', () => issuer.service({ scope: 'other' }), [403, 'insufficient_scope']],
  ])('refuses a token of ours that is %s', async (_what, mint, expected) => {
    const { call } = await start()
    expect(gist(await call('/', { token: await mint() }))).toEqual(expected)
    expect(records).toHaveLength(1)
  })

  it('refuses no credential, unless onNoCredential says next', async () => {
    const strict = await start()
    expect(gist(await strict.call('/'))).toEqual([401, 'credentials_missing'])
    const lenient = await start({ onNoCredential: 'next' })
    expect((await lenient.call('/')).body.code).toBe('FST_JWT_NO_AUTHORIZATION_IN_HEADER')
    const headers = { authorization: 'Basic dXNlcjpwYXNz' }
    expect((await lenient.call('/', { headers })).body.code).toMatch(/^FST_JWT_/)
    expect(gist(await lenient.call('/', { token: 'a b' }))).toEqual([400, 'invalid_request'])
  })

  it.each(['/op', '/late', '/hook'])(
    'an operation refuses on %s, and records it once',
    async (path) => {
      const { call } = await start()
      const answer = await call(path, { token: await people.user() })
      expect(gist(answer)).toEqual([401, 'invalid_token'])
      expect(records).toMatchObject([{ outcome: 'refused', cause: 'issuer_unknown' }])
      const own = await call(path, { token: await issuer.user() })
      expect(gist(own)).toEqual([403, 'principal_type_mismatch'])
      expect(records).toHaveLength(2)
    },
  )

  it('getService throws', async () => {
    const { call } = await start()
    expect((await call('/get', { token: await people.user() })).body.code).toBe('invalid_token')
  })
})

describe('both identities at once', () => {
  it("come in two headers, with header: 'x-service-authorization'", async () => {
    const { call } = await appOf(async (app) => {
      const userAuth = await userAuthOn(app)
      app.register(fastifyM2M, options({ header: 'x-service-authorization' }))
      app.addHook('preValidation', userAuth)
      app.get('/', { config: { m2m: { op } } }, who)
    })
    const service = await issuer.service({ id: 'billing', allowedOps: [op] })
    const user = await people.user()
    const carrying = (token: string) => ({ 'x-service-authorization': `Bearer ${token}` })
    expect((await call('/', { token: user, headers: carrying(service) })).body).toEqual({
      service: 'billing',
      user: 'user-1',
    })
    expect(gist(await call('/', { token: user }))).toEqual([401, 'credentials_missing'])
    expect(gist(await call('/', { token: service }))).toEqual([401, 'credentials_missing'])
    expect((await call('/', { headers: carrying(service) })).body.code).toMatch(/^FST_JWT_/)
    const swapped = await call('/', { token: service, headers: carrying(user) })
    expect(gist(swapped)).toEqual([401, 'invalid_token'])
  })
})

describe('rejectM2M after user auth', () => {
  it('refuses the service that user auth lets in, and passes the user', async () => {
    const { records, audit } = keepRecords()
    const { call } = await appOf(async (app) => {
      const userAuth = await userAuthOn(app)
      const { issuer: name, audience } = options()
      const guard = rejectM2M({ issuer: name, audience, audit, claims: userClaims })
      app.get('/before', { onRequest: userAuth }, who)
      app.get('/after', { onRequest: [userAuth, guard] as never }, who)
    })
    const service = await issuer.service()
    expect((await call('/before', { token: service })).status).toBe(200)
    expect(gist(await call('/after', { token: service }))).toEqual([403, 'user_required'])
    expect((await call('/after', { token: await issuer.user() })).status).toBe(200)
    expect((await call('/after', { token: await people.user() })).status).toBe(200)
    expect(records).toMatchObject([{ outcome: 'refused', code: 'user_required' }])
  })
})
