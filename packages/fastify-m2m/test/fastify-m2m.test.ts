import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { createTestIssuer, type TestIssuer } from 'm2m-testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import fastifyM2M, { createM2M, getService, m2mAuth, requireOp } from '../src/index.js'
import { appOf, gist, inScope, keepRecords, requiredScope } from './app-of.js'

let issuer: TestIssuer
let token: string
beforeAll(async () => {
  issuer = await createTestIssuer()
  token = await issuer.service({ id: 'billing', allowedOps: ['transfers:create'] })
})

const quiet = { audit: { sinks: [] } }
const options = (more: object = {}) => ({ ...issuer.asOptions(), ...quiet, requiredScope, ...more })
const who = async (request: FastifyRequest) => ({ by: request.service?.id ?? null })
const op = 'transfers:create'

describe('the scope', () => {
  it('is guarded with its children; siblings and parents are not', async () => {
    const { call } = await appOf((app) => {
      app.get('/open', who)
      inScope(
        app,
        (scope) => {
          scope.register(fastifyM2M, options())
          scope.get('/direct', who)
          inScope(scope, (child) => child.get('/child', who))
        },
        '/internal',
      )
      inScope(app, (sibling) => sibling.get('/sibling', who))
    })
    const statuses = async (withToken: object) =>
      Promise.all(
        ['/internal/direct', '/internal/child', '/open', '/sibling'].map(
          async (path) => (await call(path, withToken)).status,
        ),
      )
    expect(await statuses({})).toEqual([401, 401, 200, 200])
    expect(await statuses({ token })).toEqual([200, 200, 200, 200])
    expect((await call('/internal/child', { token })).body).toEqual({ by: 'billing' })
  })

  it('includes routes that were declared before the plugin was loaded', async () => {
    const { call } = await appOf((app) => {
      app.get('/before', who)
      app.register(fastifyM2M, options())
      app.get('/same-tick', { config: { m2m: { op: 'transfers:delete' } } }, who)
    })
    expect(gist(await call('/before'))).toEqual([401, 'credentials_missing'])
    expect(gist(await call('/same-tick'))).toEqual([401, 'credentials_missing'])
    expect(gist(await call('/same-tick', { token }))).toEqual([403, 'operation_denied'])
  })

  it('starts with null for whoever asks before the guard, on every request', async () => {
    const before: unknown[] = []
    const { call } = await appOf((app) => {
      app.addHook('onRequest', async ({ service }) => void before.push(service))
      app.register(fastifyM2M, options())
      app.get('/', who)
    })
    await call('/', { token })
    await call('/', { token })
    expect(before).toEqual([null, null])
  })

  it('takes no service that someone else put on the request', async () => {
    const { call } = await appOf((app) => {
      app.addHook('onRequest', async (request) => {
        const forged = { id: 'root', allowedOps: ['transfers:delete'], can: () => true }
        Object.assign(request, { service: forged })
        Object.assign(request.raw, { service: forged })
      })
      app.register(fastifyM2M, options())
      app.get('/', { config: { m2m: { op: 'transfers:delete' } } }, who)
      app.get('/who', who)
    })
    expect((await call('/who')).status).toBe(401)
    expect((await call('/', { token })).status).toBe(403)
    expect((await call('/who', { token })).body).toEqual({ by: 'billing' })
  })
})

describe('registered twice', () => {
  it('with the same M2M checks the new scope and decides once', async () => {
    const { records, audit } = keepRecords()
    const m2m = createM2M({ ...issuer.asOptions(), audit })
    let asked = 0
    const resource = () => {
      asked += 1
      return {}
    }
    const { call } = await appOf((app) => {
      app.register(fastifyM2M, { m2m, requiredScope })
      inScope(app, (scope) => {
        scope.register(fastifyM2M, { m2m, requiredScope: 'a' })
        scope.get('/early', { config: { m2m: { op } } }, who)
        scope.get('/late', { config: { m2m: { op, resource } } }, who)
      })
    })
    const both = await issuer.service({ scope: `${requiredScope} a`, allowedOps: [op] })
    expect((await call('/early', { token: both })).status).toBe(200)
    expect((await call('/late', { token: both })).status).toBe(200)
    const expected = ['scope admitted', 'scope admitted', 'decision admitted']
    expect(records.map(({ stage, outcome }) => `${stage} ${outcome}`)).toEqual([
      ...expected,
      ...expected,
    ])
    expect(asked).toBe(1)
    expect(gist(await call('/early', { token }))).toEqual([403, 'insufficient_scope'])
  })

  it('with another M2M needs both, and the inner one decides', async () => {
    const nothing = { version: 1, rulesFor: () => [] }
    const partner = { ...issuer.asOptions(), ...quiet, tier: 'partner' }
    const { call } = await appOf((app) => {
      app.register(fastifyM2M, options({ policy: nothing }))
      inScope(app, (scope) => {
        scope.register(fastifyM2M, { ...partner, requiredScope: 'b' })
        scope.get('/inner', { config: { m2m: { op } } }, async (request) => ({
          tiers: [getService(request).tier, request.service?.tier],
        }))
      })
      app.get('/outer', { config: { m2m: { op } } }, who)
    })
    const both = await issuer.service({ scope: `${requiredScope} b`, allowedOps: [op] })
    expect((await call('/inner', { token: both })).body).toEqual({ tiers: ['partner', 'partner'] })
    expect(gist(await call('/outer', { token: both }))).toEqual([403, 'operation_denied'])
    expect(gist(await call('/inner', { token }))).toEqual([403, 'insufficient_scope'])
    const innerOnly = await issuer.service({ scope: 'b', allowedOps: [op] })
    expect(gist(await call('/inner', { token: innerOnly }))).toEqual([403, 'insufficient_scope'])
  })

  it('in a scope whose children came first, still decides there by the outer guard', async () => {
    const { call } = await appOf((app) => {
      app.register(fastifyM2M, options())
      inScope(app, (scope) => {
        inScope(scope, (child) => child.get('/x', { config: { m2m: { op: 'a:b' } } }, who))
        scope.register(fastifyM2M, options())
      })
    })
    expect(gist(await call('/x', { token }))).toEqual([403, 'operation_denied'])
  })

  it('side by side decides once, by the later one', async () => {
    const nothing = { version: 1, rulesFor: () => [] }
    const { call } = await appOf((app) => {
      app.register(fastifyM2M, options())
      app.register(fastifyM2M, options({ policy: nothing }))
      app.get('/x', { config: { m2m: { op } } }, who)
    })
    expect(gist(await call('/x', { token }))).toEqual([403, 'operation_denied'])
  })

  it('strict inside lenient closes what lenient would open', async () => {
    const { call } = await appOf((app) => {
      app.register(fastifyM2M, options())
      inScope(app, (scope) => {
        scope.register(fastifyM2M, options({ everyRouteDeclares: true }))
        scope.get('/strict', who)
      })
      app.get('/lenient', who)
    })
    expect(gist(await call('/strict', { token }))).toEqual([500, 'route_undeclared'])
    expect((await call('/lenient', { token })).status).toBe(200)
  })
})

describe('the options', () => {
  const boot = async (given: object): Promise<string> => {
    const app = fastify()
    app.register(fastifyM2M, given as never)
    return app.ready().then(
      () => 'ready',
      (error: Error) => `${Reflect.get(error, 'code')} ${error.message}`,
    )
  }

  it.each([
    ['prefix', { prefix: '/internal' }, /M2M_CFG_OPTION_INVALID.*prefix.*wrap it in a scope/s],
    ['guard', { guard: 'some' }, /M2M_CFG_OPTION_INVALID.*guard/s],
    ['an option that there is not', { everyRouteDeclare: true }, /M2M_CFG_OPTION_UNKNOWN/],
    ['requiredScope', { requiredScope: '' }, /M2M_CFG_SCOPE_INVALID/],
    ['audit', { audit: 'all' }, /M2M_CFG_OPTION_UNKNOWN/],
  ])('fail at boot when %s is wrong', async (_name, wrong, expected) => {
    expect(await boot(options(wrong))).toMatch(expected)
    expect(await boot(options())).toBe('ready')
  })

  it('fail at boot when nothing is configured at all', async () => {
    expect(await boot({})).toMatch(/M2M_CFG_SCOPE_MISSING.*M2M_CFG_ISSUER_MISSING/s)
  })

  it('fail at boot where the property is taken by a route-less name', async () => {
    expect(await boot(options({ property: 'user' }))).toMatch(/M2M_CFG_OPTION_INVALID.*property/s)
  })

  it("guard only declared routes with guard: 'declared'", async () => {
    const { call } = await appOf(async (app) => {
      app.get('/before', { config: { m2m: { op } } }, who)
      await app.register(fastifyM2M, options({ guard: 'declared' }))
      app.get('/declared', { config: { m2m: { op } } }, who)
      app.get('/public', { config: { m2m: false } }, who)
      app.get('/silent', { config: {} }, who)
      app.get('/hooked', { onRequest: requireOp(op) }, who)
    })
    for (const path of ['/before', '/declared']) {
      expect((await call(path)).status).toBe(401)
      expect((await call(path, { token })).body).toEqual({ by: 'billing' })
    }
    for (const path of ['/public', '/silent']) {
      expect((await call(path, { token })).body).toEqual({ by: null })
    }
    expect((await call('/missing')).status).toBe(404)
    expect(gist(await call('/hooked', { token }))).toEqual([500, 'M2M_CFG_GUARD_MISSING'])
  })

  it('rename the courtesy copy, in scopes side by side too', async () => {
    const { call } = await appOf((app) => {
      for (const property of ['caller', 'machine', 'caller']) {
        inScope(app, (scope) => {
          scope.register(fastifyM2M, options({ property }))
        })
      }
      app.register(fastifyM2M, options({ property: 'machine' }))
      app.get('/', async (request) => ({ by: Reflect.get(request, 'machine').id }))
    })
    expect((await call('/', { token })).body).toEqual({ by: 'billing' })
  })
})

describe('the log', () => {
  const lines: { level: number; msg: string; m2m?: object }[] = []
  const stream = { write: (line: string) => void lines.push(JSON.parse(line)) }
  const ours = () => lines.splice(0).filter(({ m2m }) => m2m !== undefined)
  const build = (given: object) => (app: FastifyInstance) => {
    app.register(fastifyM2M, { ...issuer.asOptions(), requiredScope, ...given } as never)
    app.get('/', { config: { m2m: { op: 'transfers:delete' } } }, who)
    app.get('/yes', who)
  }

  it("is the server's own when the options name no sinks: refusals, not admissions", async () => {
    const { call } = await appOf(build({}), { logger: { stream } })
    await call('/')
    await call('/', { token })
    expect(ours().filter(({ level }) => level === 40)).toMatchObject([
      { msg: expect.stringMatching(/^m2m refused 401 credentials_missing/) },
      { msg: expect.stringMatching(/^m2m refused 403 operation_denied.*service=billing/) },
    ])
    await call('/yes', { token })
    expect(ours()).toEqual([])
  })

  it('is the sinks that are named, or those of a given M2M', async () => {
    const { records, audit } = keepRecords()
    const { call } = await appOf(build({ audit }), { logger: { stream } })
    await call('/')
    expect([records.length, ours()]).toEqual([1, []])
    const m2m = createM2M({ ...issuer.asOptions(), audit })
    const shared = (app: FastifyInstance) => {
      app.register(fastifyM2M, { m2m, requiredScope })
      app.get('/', who)
    }
    const second = await appOf(shared, { logger: { stream } })
    await second.call('/')
    expect([records.length, ours()]).toEqual([2, []])
  })

  it('keeps the other audit options', async () => {
    const rest = { audit: { unauthenticatedPerSecond: 0 } }
    const { call } = await appOf(build(rest), { logger: { stream } })
    expect((await call('/')).status).toBe(401)
    expect(ours().filter(({ msg }) => msg.startsWith('m2m refused'))).toEqual([])
  })
})

it('records the whole path, and the one that the caller sent where rewriteUrl changed it', async () => {
  const { records, audit } = keepRecords()
  const build = (app: FastifyInstance) => {
    const inside = (scope: FastifyInstance) => {
      scope.register(fastifyM2M, options({ audit }))
      scope.get('/transfers', who)
    }
    inScope(app, inside, '/internal')
  }
  const rewriteUrl = (request: { url?: string | undefined }) =>
    (request.url ?? '').replace('/v1', '')
  const { call } = await appOf(build, { rewriteUrl })
  expect((await call('/v1/internal/transfers?x=1', { token })).status).toBe(200)
  expect((await call('/v1/internal/transfers')).status).toBe(401)
  expect(records.map(({ path }) => path)).toEqual([
    '/v1/internal/transfers',
    '/v1/internal/transfers',
  ])
})

it('shows its hook by name where Fastify prints its routes', async () => {
  const { app } = await appOf((server) => {
    server.register(fastifyM2M, options())
    server.get('/', who)
  })
  expect(app.printRoutes({ includeHooks: true })).toContain('M2MAuthorization')
})

it('works through inject, as unit tests of apps use it', async () => {
  const app = fastify()
  app.register(fastifyM2M, options())
  app.get('/', { config: { m2m: { op } } }, who)
  const headers = { authorization: `Bearer ${token}` }
  expect((await app.inject('/')).statusCode).toBe(401)
  expect((await app.inject({ url: '/', headers })).json()).toEqual({ by: 'billing' })
})

it('leaves hooks of one route to guard what the plugin does not', async () => {
  const { call } = await appOf((app) => {
    app.register(fastifyM2M, options({ guard: 'declared' }))
    app.get('/', { onRequest: [m2mAuth(options()), requireOp(op)] }, who)
  })
  expect((await call('/')).status).toBe(401)
  expect((await call('/', { token })).body).toEqual({ by: 'billing' })
})
