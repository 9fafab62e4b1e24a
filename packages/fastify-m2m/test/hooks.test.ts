import { sendRaw } from 'adapter-conformance'
import type { FastifyRequest } from 'fastify'
import { createTestIssuer, type TestIssuer } from 'm2m-testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  type Condition,
  createM2M,
  getService,
  m2mAuth,
  rejectM2M,
  requireOp,
  type ServicePrincipal,
} from '../src/index.js'
import { appOf, gist, keepRecords, requiredScope } from './app-of.js'

let issuer: TestIssuer
let token: string
beforeAll(async () => {
  issuer = await createTestIssuer()
  token = await issuer.service({ allowedOps: ['transfers:create'] })
})

const quiet = { audit: { sinks: [] } }
const guard = (options: object = {}) =>
  m2mAuth({ ...issuer.asOptions(), ...quiet, requiredScope, ...options })
const whoCalls = async (request: FastifyRequest) => ({ by: getService(request).id })
const ok = async () => ({ ok: true })
const owner: Condition = { field: 'resource.owner', operator: 'equals', value: 'billing' }
const own = { name: 'own', effect: 'allow', operations: ['transfers:create'], conditions: [owner] }
const policy = { version: 1, rulesFor: () => [own as never] }

describe('m2mAuth', () => {
  it('lets a service through and shows who it is', async () => {
    const { call } = await appOf((app) =>
      app.get('/', { onRequest: guard() }, async (request) => ({
        by: getService(request).id,
        copy: request.service,
      })),
    )
    const { status, body } = await call('/', { token })
    expect([status, body['by']]).toEqual([200, 'billing'])
    expect(body['copy']).toMatchObject({ id: 'billing', scopes: [requiredScope] })
    expect(body['copy']).not.toHaveProperty('ability')
  })

  it('puts the copy where property says', async () => {
    const { call } = await appOf((app) =>
      app.get('/', { onRequest: guard({ property: 'caller' }) }, async (request) => ({
        copy: Reflect.get(request, 'caller').id,
        service: request.service ?? null,
      })),
    )
    expect((await call('/', { token })).body).toEqual({ copy: 'billing', service: null })
  })

  it('answers refusals itself, beside headers that others have set', async () => {
    const { call } = await appOf((app) => {
      app.addHook('onRequest', async (_request, reply) => {
        reply.header('X-Frame-Options', 'DENY')
      })
      app.get('/', { onRequest: guard() }, ok)
    })
    const { status, headers, body } = await call('/')
    expect([status, body.code]).toEqual([401, 'credentials_missing'])
    expect(headers.get('content-type')).toBe('application/problem+json')
    expect(headers.get('www-authenticate')).toBe('Bearer realm="api"')
    expect(headers.get('x-frame-options')).toBe('DENY')
  })

  it.each(['onRequest', 'preValidation', 'preHandler'])('guards as %s', async (stage) => {
    let reached = 0
    const { call } = await appOf((app) =>
      app.post('/', { [stage]: guard() }, async () => {
        reached += 1
        return {}
      }),
    )
    expect(gist(await call('/', { method: 'POST' }))).toEqual([401, 'credentials_missing'])
    expect([(await call('/', { method: 'POST', token })).status, reached]).toEqual([200, 1])
  })

  it('names its function, so that it shows in stacks and hook lists', () => {
    expect(guard().name).toBe('M2MAuthorization')
  })

  it('answers 503 with Retry-After, never 401, while keys cannot be had', async () => {
    const down = await createTestIssuer()
    const good = await down.service()
    down.fail('status')
    const onRequest = m2mAuth({ ...down.asOptions(), ...quiet, requiredScope })
    const { call } = await appOf((app) => app.get('/', { onRequest }, ok))
    const answer = await call('/', { token: good })
    expect(gist(answer)).toEqual([503, 'authorization_unavailable'])
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(answer.headers.get('www-authenticate')).toBeNull()
  })

  it('checks only the new scope when the same M2M guards twice', async () => {
    const { records, audit } = keepRecords()
    const m2m = createM2M({ ...issuer.asOptions(), audit })
    const hooks = [m2mAuth({ m2m, requiredScope }), m2mAuth({ m2m, requiredScope: 'a' })]
    const { call } = await appOf((app) => app.get('/', { onRequest: hooks }, ok))
    const both = await issuer.service({ scope: `${requiredScope} a` })
    expect((await call('/', { token: both })).status).toBe(200)
    expect((await call('/', { token })).status).toBe(403)
    expect(records.map(({ stage, outcome }) => `${stage} ${outcome}`)).toEqual([
      'scope admitted',
      'scope admitted',
      'scope admitted',
      'scope refused',
    ])
  })

  it('needs both of two M2Ms, and the inner principal counts', async () => {
    const other = await createTestIssuer({ issuer: 'https://other.test' })
    const asOther = m2mAuth({ ...other.asOptions(), ...quiet, requiredScope })
    const asPartner = guard({ tier: 'partner' })
    const { call } = await appOf((app) => {
      app.get('/both', { onRequest: [guard(), asPartner] }, async (request) => ({
        tiers: [getService(request).tier, request.service?.tier],
      }))
      app.get('/never', { onRequest: [guard(), asOther] }, ok)
    })
    const internal = await issuer.service({ tier: 'internal' })
    expect((await call('/both', { token: internal })).body).toEqual({
      tiers: ['partner', 'partner'],
    })
    expect((await call('/never', { token: internal })).status).toBe(401)
  })

  it("row 26: refuses two Authorization headers, and takes '__proto__' for a header like any", async () => {
    const { port } = await appOf((app) => app.get('/', { onRequest: guard() }, whoCalls))
    const ask = (...lines: readonly string[]) =>
      sendRaw(
        port,
        ['GET / HTTP/1.1', 'Host: x', 'Connection: close', ...lines, '', ''].join('\r\n'),
      )
    const good = `Authorization: Bearer ${token}`
    const answers = [
      await ask(good, 'Authorization: Bearer x'),
      await ask(good, good),
      await ask(good, '__proto__: x', 'constructor: y', 'x-a: 1', 'x-a: 2'),
    ]
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 200])
  })
})

describe('requireOp', () => {
  const guarded = (preHandler: object, options: object = {}) =>
    appOf((app) => {
      app.addHook('onRequest', guard(options))
      app.post('/t/:id', { preHandler: preHandler as never }, ok)
    })
  const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"a":1}' }

  it('refuses everything with 500 when no guard ran, whatever else is on the request', async () => {
    let reached = false
    const { call } = await appOf((app) => {
      app.addHook('onRequest', async (request) => {
        const service = { id: 'billing', allowedOps: ['transfers:create'], can: () => true }
        Object.assign(request, { service, m2m: { service }, 'm2m.request': { service } })
        Object.assign(request.raw, { service, m2m: { service }, 'm2m.request': { service } })
      })
      app.get('/', { preHandler: requireOp('transfers:create') }, async () => {
        reached = true
      })
    })
    expect(gist(await call('/', { token }))).toEqual([500, 'M2M_CFG_GUARD_MISSING'])
    expect(reached).toBe(false)
  })

  it('reads what the guard found, not what someone put on the request since', async () => {
    const { call } = await appOf((app) => {
      app.addHook('onRequest', guard())
      app.addHook('onRequest', async (request) => {
        const can = () => true
        request.service = { id: 'root', allowedOps: ['transfers:delete'], can } as never
      })
      app.get('/t', { preHandler: requireOp('transfers:delete') }, ok)
      app.get('/who', whoCalls)
    })
    expect((await call('/t', { token })).status).toBe(403)
    expect((await call('/who', { token })).body).toEqual({ by: 'billing' })
  })

  it.each(['onRequest', 'preValidation', 'preHandler'])('decides as %s of a route', async (at) => {
    const { call } = await appOf((app) => {
      app.addHook('onRequest', guard())
      app.get('/yes', { [at]: requireOp('transfers:create') }, whoCalls)
      app.get('/no', { [at]: requireOp('transfers:delete') }, whoCalls)
    })
    expect((await call('/yes', { token })).body).toEqual({ by: 'billing' })
    expect(gist(await call('/no', { token }))).toEqual([403, 'operation_denied'])
  })

  it.each([
    ['at once', () => ({ attributes: { owner: 'billing' } })],
    ['later', async () => ({ attributes: { owner: 'billing' } })],
    [
      'thenable',
      () => ({ then: (go: (r: object) => void) => go({ attributes: { owner: 'billing' } }) }),
    ],
  ])('decides on a resource that is known %s', async (_when, resource) => {
    const decide = requireOp('transfers:create', { resource: resource as never })
    const { call } = await guarded(decide, { policy })
    expect((await call('/t/1', { token, ...post })).status).toBe(200)
  })

  it.each([
    ['another owner', () => ({ attributes: { owner: 'webhook' } })],
    ['no owner', () => ({ attributes: {} })],
    ['a list of owners', () => ({ attributes: { owner: ['billing'] } })],
    ['no resource', () => undefined],
    ['another type', () => ({ type: 'accounts', attributes: { owner: 'billing' } })],
  ])('forbids %s', async (_what, resource) => {
    const { call } = await guarded(requireOp('transfers:create', { resource }), { policy })
    expect(gist(await call('/t/1', { token, ...post }))).toEqual([403, 'operation_denied'])
  })

  it('shows params and body to a resource function, and the calling service after waiting', async () => {
    const seen: unknown[] = []
    type Transfer = FastifyRequest<{ Params: { id: string }; Body: { a: number } }>
    const resource = async ({ params, body }: Transfer, service: ServicePrincipal) => {
      await new Promise((resolve) => setImmediate(resolve))
      seen.push(params.id, body.a, service.id)
      return { id: params.id, attributes: { owner: service.id } }
    }
    const { call } = await guarded(requireOp('transfers:create', { resource }), { policy })
    expect((await call('/t/7', { token, ...post })).status).toBe(200)
    expect(seen).toEqual(['7', 1, 'billing'])
  })

  it('asks for the resource only once the caller is known', async () => {
    let asked = 0
    const resource = () => {
      asked += 1
      return {}
    }
    const { call } = await guarded(requireOp('transfers:create', { resource }))
    expect([(await call('/t/1', post)).status, asked]).toEqual([401, 0])
    expect([(await call('/t/1', { token, ...post })).status, asked]).toEqual([200, 1])
  })

  it.each(['transfers', '', '*', 'transfers:*', 'a b:c', undefined])(
    'refuses to be built for %j',
    (operation) => {
      expect(() => requireOp(operation as string)).toThrow(/M2M_CFG_OPERATION_INVALID/)
    },
  )
})

describe('getService', () => {
  it('throws the branded error when no guard ran', async () => {
    const { call } = await appOf((app) => app.get('/', whoCalls))
    expect(gist(await call('/', { token }))).toEqual([500, 'M2M_CFG_GUARD_MISSING'])
  })

  it('knows nobody while a decision is awaited', async () => {
    const found: unknown[] = []
    const resource = async (request: FastifyRequest) => {
      await new Promise((resolve) => setImmediate(resolve))
      try {
        found.push(getService(request).id)
      } catch (error) {
        found.push(Reflect.get(error as object, 'code'))
      }
      return {}
    }
    const hooks = [guard(), requireOp('transfers:create', { resource })]
    const { call } = await appOf((app) => app.get('/', { onRequest: hooks }, whoCalls))
    expect((await call('/', { token })).body).toEqual({ by: 'billing' })
    expect(found).toEqual(['authorization_failed'])
  })
})

describe('rejectM2M', () => {
  const claimsOf = (kind: 'service' | 'user') => ({
    iss: issuer.issuer,
    aud: issuer.audience,
    client_id: 'billing',
    sub: kind === 'service' ? 'billing' : 'user-1',
  })
  const users = (claims: () => unknown, options: object = {}) =>
    appOf((app) => {
      const hook = rejectM2M({ ...issuer.asOptions(), ...quiet, claims, ...options })
      app.get('/', { preHandler: hook }, ok)
    })

  it('passes users and refuses services, by what user auth verified', async () => {
    const user = await users(() => claimsOf('user'))
    expect((await user.call('/')).status).toBe(200)
    const service = await users(() => claimsOf('service'))
    expect(gist(await service.call('/'))).toEqual([403, 'user_required'])
  })

  it('refuses what it cannot tell: no claims', async () => {
    const { call } = await users(() => undefined)
    expect(gist(await call('/'))).toEqual([500, 'M2M_CFG_CLAIMS_MISSING'])
  })

  it("gives the branded error to Fastify with refusals: 'throw'", async () => {
    const { call } = await users(() => claimsOf('service'), { refusals: 'throw' })
    const { status, body } = await call('/')
    expect([status, body]).toMatchObject([403, { code: 'user_required', statusCode: 403 }])
  })

  it('gives what its claims function throws to Fastify', async () => {
    const { call } = await users(() => {
      throw Object.assign(new Error('session store is gone'), { statusCode: 502 })
    })
    expect([await call('/')]).toMatchObject([
      { status: 502, body: { message: 'session store is gone' } },
    ])
  })
})
