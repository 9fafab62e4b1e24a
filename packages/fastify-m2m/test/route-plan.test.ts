import type { FastifyInstance, FastifyRequest } from 'fastify'
import { createTestIssuer, type TestIssuer } from 'm2m-testkit'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import fastifyM2M, { type ServicePrincipal } from '../src/index.js'
import { appOf, gist, inScope, keepRecords, requiredScope } from './app-of.js'

let issuer: TestIssuer
let token: string
beforeAll(async () => {
  issuer = await createTestIssuer()
  token = await issuer.service({ id: 'billing', allowedOps: ['transfers:create'] })
})

const quiet = { audit: { sinks: [] } }
const options = (more: object = {}) => ({ ...issuer.asOptions(), ...quiet, requiredScope, ...more })
const ok = async () => ({ ok: true })
const op = 'transfers:create'
const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"a":1}' }

const hearWarnings = (): string[] => {
  const heard: string[] = []
  const hear = ({ message }: Error) => void heard.push(message)
  process.on('warning', hear)
  onTestFinished(() => void process.off('warning', hear))
  return heard
}
/** Warnings come in a later tick. */
const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

describe('a declared operation', () => {
  it('is decided, and false makes a route public', async () => {
    const { call } = await appOf((app) => {
      app.register(fastifyM2M, options())
      app.get('/yes', { config: { m2m: { op } } }, ok)
      app.get('/no', { config: { m2m: { op: 'transfers:delete' } } }, ok)
      app.get('/silent', ok)
      app.get('/public', { config: { m2m: false } }, ok)
    })
    expect((await call('/yes', { token })).status).toBe(200)
    expect(gist(await call('/no', { token }))).toEqual([403, 'operation_denied'])
    expect((await call('/silent')).status).toBe(401)
    expect((await call('/silent', { token })).status).toBe(200)
    expect((await call('/public')).status).toBe(200)
  })

  it('falls before the body is parsed without a resource, after it with one', async () => {
    const order: string[] = []
    const { call } = await appOf((app) => {
      const write = () => ({ write: ({ stage }: { stage: string }) => void order.push(stage) })
      app.addContentTypeParser(
        'application/json',
        { parseAs: 'string' },
        (_request, body, done) => {
          order.push('parsed')
          done(null, JSON.parse(String(body)))
        },
      )
      app.register(fastifyM2M, options({ audit: { sinks: [write()] } }))
      const resource = ({ body }: FastifyRequest) => {
        order.push(body === undefined ? 'no body' : 'body')
        return {}
      }
      app.post('/plain', { config: { m2m: { op } } }, ok)
      app.post('/late', { config: { m2m: { op, resource } } }, ok)
      app.post('/early', { config: { m2m: { op, resource, resourceFrom: 'params' } } }, ok)
      app.post('/context', { config: { m2m: { op, context: resource } } }, ok)
    })
    const orderOf = async (path: string) => {
      order.length = 0
      expect((await call(path, { token, ...post })).status).toBe(200)
      return order.join(' > ')
    }
    expect(await orderOf('/plain')).toBe('scope > decision > parsed')
    expect(await orderOf('/late')).toBe('scope > parsed > body > decision')
    expect(await orderOf('/early')).toBe('scope > no body > decision > parsed')
    expect(await orderOf('/context')).toBe('scope > parsed > body > decision')
  })

  it('comes after every onRequest hook, so that guards of the route itself count', async () => {
    const { records, audit } = keepRecords()
    const { call } = await appOf((app) => {
      app.register(fastifyM2M, options({ audit }))
      const onRequest = async () => void records.push({ stage: 'hook of the route' } as never)
      app.get('/', { onRequest, config: { m2m: { op } } }, ok)
    })
    await call('/', { token })
    expect(records.map(({ stage }) => stage)).toEqual(['scope', 'hook of the route', 'decision'])
  })

  it('is decided after a schema has changed the params that it is about', async () => {
    const rules = [
      { name: 'all', effect: 'allow', operations: [op] },
      {
        name: 'never the first',
        effect: 'deny',
        operations: [op],
        conditions: [{ field: 'resource.id', operator: 'equals', value: '1' }],
      },
    ] as const
    const { call } = await appOf((app) => {
      app.register(fastifyM2M, options({ policy: { version: 1, rulesFor: () => rules } }))
      const resource = ({ params }: FastifyRequest) => ({ id: String((params as { id: 1 }).id) })
      const config = { m2m: { op, resource, resourceFrom: 'params' } } as const
      const params = { type: 'object', properties: { id: { type: 'integer' } } }
      app.get('/accounts/:id', { schema: { params }, config }, ok)
    })
    for (const id of ['1', '01', '1.0', '%201', '1e0', '+1']) {
      expect([id, (await call(`/accounts/${id}`, { token })).status]).toEqual([id, 403])
    }
    expect((await call('/accounts/2', { token })).status).toBe(200)
  })

  it('is decided on params, the calling service and context', async () => {
    const rule = {
      name: 'own',
      effect: 'allow',
      operations: [op],
      conditions: [
        { field: 'resource.owner', operator: 'equals', value: 'billing' },
        { field: 'context.open', operator: 'equals', value: true },
      ],
    } as const
    const { call } = await appOf((app) => {
      app.register(fastifyM2M, options({ policy: { version: 1, rulesFor: () => [rule] } }))
      const resource = async ({ params }: FastifyRequest, service: ServicePrincipal) => ({
        id: (params as { id: string }).id,
        attributes: { owner: (params as { id: string }).id === '1' ? service.id : 'else' },
      })
      const context = () => ({ open: true })
      app.post('/t/:id', { config: { m2m: { op, resource, context } } }, ok)
      app.post('/closed/:id', { config: { m2m: { op, resource } } }, ok)
    })
    const statuses = [
      await call('/t/1', { token, ...post }),
      await call('/t/2', { token, ...post }),
      await call('/closed/1', { token, ...post }),
    ].map(({ status }) => status)
    expect(statuses).toEqual([200, 403, 403])
  })
})

describe('a malformed declaration', () => {
  const malformed: readonly (readonly [string, unknown])[] = [
    ['true', true],
    ['null', null],
    ['undefined', undefined],
    ['zero', 0],
    ['an empty text', ''],
    ['the operation alone', op],
    ['a list', [op]],
    ['a function', () => ({ op })],
    ['no op', {}],
    ['a misspelt member', { operation: op }],
    ['an unknown member', { op, scope: 'x' }],
    ['a misspelt op', { op: 'transfers' }],
    ['a wildcard', { op: 'transfers:*' }],
    ['an op that is no text', { op: [op] }],
    ['a resource that is no function', { op, resource: {} }],
    ['a context that is no function', { op, context: 'now' }],
    ['a misspelt resourceFrom', { op, resource: () => ({}), resourceFrom: 'param' }],
    ['a resourceFrom of null', { op, resourceFrom: null }],
  ]
  const declare = (app: FastifyInstance, m2m: unknown) =>
    app.get('/', { config: { m2m: m2m as never } }, ok)

  it.each(malformed)('fails at boot where the plugin sees it: %s', async (_what, m2m) => {
    const boot = appOf(async (app) => {
      await app.register(fastifyM2M, options())
      declare(app, m2m)
    })
    await expect(boot).rejects.toMatchObject({ code: expect.stringMatching(/^M2M_CFG_/) })
  })

  it.each(malformed)('leaves no route open where it does not: %s', async (_what, m2m) => {
    const heard = hearWarnings()
    for (const guard of ['all', 'declared'] as const) {
      let reached = false
      const { call } = await appOf((app) => {
        app.register(fastifyM2M, options({ guard }))
        app.addHook('preHandler', async () => {
          reached = true
        })
        declare(app, m2m)
      })
      expect(gist(await call('/'))).toEqual([401, 'credentials_missing'])
      expect(gist(await call('/', { token }))).toEqual([500, 'route_undeclared'])
      expect(gist(await call('/', { token }))).toEqual([500, 'route_undeclared'])
      expect(reached).toBe(false)
    }
    await nextTurn()
    expect(heard).toHaveLength(2)
    for (const message of heard) expect(message).toMatch(/^closed GET \/: .*M2M_CFG_/s)
  })

  it('says plainly what is wrong with the operation alone', async () => {
    const boot = appOf(async (app) => {
      await app.register(fastifyM2M, options())
      declare(app, op)
    })
    await expect(boot).rejects.toThrow(/^1 problem.*M2M_CFG_OPERATION_INVALID/s)
  })

  it('tells the caller nothing of what is wrong with it', async () => {
    hearWarnings()
    const { call } = await appOf((app) => {
      app.register(fastifyM2M, options())
      declare(app, { op: 'secret-plan' })
    })
    expect((await call('/', { token })).text).not.toContain('secret-plan')
  })
})

describe('everyRouteDeclares', () => {
  it('closes what does not say what it needs, once the caller is known', async () => {
    hearWarnings()
    const { call } = await appOf((app) => {
      app.get('/before', ok)
      app.register(fastifyM2M, options({ everyRouteDeclares: true }))
      app.get('/yes', { config: { m2m: { op } } }, ok)
      app.get('/public', { config: { m2m: false } }, ok)
      app.get('/silent', { config: { rateLimit: 3 } as never }, ok)
    })
    expect((await call('/yes', { token })).status).toBe(200)
    expect((await call('/public')).status).toBe(200)
    for (const path of ['/before', '/silent']) {
      expect(gist(await call(path))).toEqual([401, 'credentials_missing'])
      expect(gist(await call(path, { token }))).toEqual([500, 'route_undeclared'])
    }
  })

  it("closes them under guard: 'declared' too", async () => {
    hearWarnings()
    const { call } = await appOf((app) => {
      app.register(fastifyM2M, options({ everyRouteDeclares: true, guard: 'declared' }))
      app.get('/silent', ok)
    })
    expect((await call('/silent', { token })).status).toBe(500)
  })

  it('leaves the answer to what is not found alone', async () => {
    const { call } = await appOf((app) => {
      app.register(fastifyM2M, options({ everyRouteDeclares: true }))
    })
    expect((await call('/missing')).status).toBe(401)
    expect((await call('/missing', { token })).status).toBe(404)
  })

  it('names at boot, in one warning, every route that it can see', async () => {
    const heard = hearWarnings()
    await appOf(async (app) => {
      await app.register(fastifyM2M, options({ everyRouteDeclares: true }))
      app.get('/yes', { config: { m2m: { op } } }, ok)
      app.post('/one', ok)
      inScope(app, (scope) => scope.put('/two', ok), '/deep')
    })
    await nextTurn()
    expect(heard).toEqual([expect.stringContaining('closed POST /one, PUT /deep/two: add config')])
  })

  it('says nothing where every route declares', async () => {
    const heard = hearWarnings()
    await appOf(async (app) => {
      await app.register(fastifyM2M, options({ everyRouteDeclares: true }))
      app.get('/yes', { config: { m2m: { op } } }, ok)
    })
    await nextTurn()
    expect(heard).toEqual([])
  })
})
