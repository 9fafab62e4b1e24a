import type { NextFunction, Request, Response } from 'express'
import { createTestIssuer, type TestIssuer } from 'm2m-testkit'
import request from 'supertest'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  type Condition,
  getService,
  m2mAuth,
  requireOp,
  type ServicePrincipal,
} from '../src/index.js'
import { majors } from './express-majors.js'

let issuer: TestIssuer
let token: string
beforeAll(async () => {
  issuer = await createTestIssuer()
  token = await issuer.service({ allowedOps: ['transfers:create'] })
})

interface M2MError {
  status: number
  code: string
}

const requiredScope = 's2s:internal'
const owner: Condition = { field: 'resource.owner', operator: 'equals', value: 'billing' }
const policy = {
  version: 1,
  rulesFor: () => [
    {
      name: 'own',
      effect: 'allow',
      operations: ['transfers:create'],
      conditions: [owner],
    } as const,
  ],
}

describe.each(majors)('requireOp on %s', (_name, express) => {
  const post = (app: ReturnType<typeof express>, path: string) =>
    request(app)
      .post(path)
      .set({ authorization: `Bearer ${token}` })
  const ok = (_req: Request, res: Response) => void res.json({ ok: true })
  const guarded = (options: object = {}) => {
    const app = express()
    app.use(m2mAuth({ ...issuer.asOptions(), audit: { sinks: [] }, requiredScope, ...options }))
    return app
  }

  it('refuses everything with 500 when no guard ran, whatever else is on the request', async () => {
    const app = express()
    let reached = false
    app.use((req: Request, _res: Response, next: NextFunction) => {
      Object.assign(req, {
        service: { id: 'billing', allowedOps: ['transfers:create'], can: () => true },
        m2m: { service: { id: 'billing' } },
        'm2m.request': { service: { id: 'billing' } },
      })
      next()
    })
    app.post('/t', requireOp('transfers:create'), () => {
      reached = true
    })
    const answer = await post(app, '/t')
    expect([answer.status, answer.body.code, reached]).toEqual([
      500,
      'M2M_CFG_GUARD_MISSING',
      false,
    ])
  })

  it('reads what the guard found, not what someone put on the request since', async () => {
    const app = guarded()
    app.use((req: Request, _res: Response, next: NextFunction) => {
      Object.assign(req, {
        service: { id: 'root', allowedOps: ['transfers:delete'], can: () => true },
      })
      next()
    })
    app.post('/t', requireOp('transfers:delete'), ok)
    app.post('/who', (req, res) => void res.json({ id: getService(req).id }))
    expect((await post(app, '/t')).status).toBe(403)
    expect((await post(app, '/who')).body).toEqual({ id: 'billing' })
  })

  it('getService throws the branded error when no guard ran', async () => {
    const app = express()
    app.post('/who', (req, res) => void res.json({ id: getService(req).id }))
    app.use((error: { code?: string }, _q: Request, res: Response, _n: NextFunction) => {
      res.status(500).json({ code: error.code })
    })
    expect((await post(app, '/who')).body).toEqual({ code: 'M2M_CFG_GUARD_MISSING' })
  })

  it.each([
    [
      'at once',
      (req: Request) => ({ id: String(req.params['id']), attributes: { owner: 'billing' } }),
    ],
    ['later', async () => ({ attributes: { owner: 'billing' } })],
    [
      'thenable',
      () => ({ then: (go: (r: object) => void) => go({ attributes: { owner: 'billing' } }) }),
    ],
  ])('decides on a resource that is known %s', async (_when, resource) => {
    const app = guarded({ policy })
    app.post('/t/:id', requireOp('transfers:create', { resource: resource as never }), ok)
    expect((await post(app, '/t/1')).status).toBe(200)
  })

  it.each([
    ['another owner', () => ({ attributes: { owner: 'webhook' } })],
    ['no owner', () => ({ attributes: {} })],
    ['a list of owners', () => ({ attributes: { owner: ['billing'] } })],
    ['no resource', () => undefined],
    ['another type', () => ({ type: 'accounts', attributes: { owner: 'billing' } })],
    ['an inherited owner', () => ({ attributes: Object.create({ owner: 'billing' }) as object })],
  ])('forbids %s', async (_what, resource) => {
    const app = guarded({ policy })
    app.post('/t', requireOp('transfers:create', { resource }), ok)
    const answer = await post(app, '/t')
    expect([answer.status, answer.body.code]).toEqual([403, 'operation_denied'])
  })

  it.each([
    [
      'throws',
      (fault: Error) => () => {
        throw fault
      },
    ],
    ['rejects', (fault: Error) => () => Promise.reject(fault)],
  ])('gives what a resource function %s to the framework unchanged', async (_how, failing) => {
    const fault = Object.assign(new Error('no such transfer'), { status: 404 })
    const app = guarded()
    let reached = false
    app.post('/t', requireOp('transfers:create', { resource: failing(fault) }), () => {
      reached = true
    })
    const seen: unknown[] = []
    app.use((error: unknown, _q: Request, res: Response, _n: NextFunction) => {
      seen.push(error)
      res.status(404).end()
    })
    const answer = await post(app, '/t')
    expect([answer.status, seen, reached]).toEqual([404, [fault], false])
  })

  it.each([undefined, null, 0, '', false, 'route', 'router', 'text', 7])(
    'rule 1: a fault of %j lets nobody through',
    async (fault) => {
      const failing: readonly (() => never | Promise<never>)[] = [
        () => {
          throw fault
        },
        () => Promise.reject(fault),
      ]
      for (const resource of failing) {
        const app = guarded()
        let reached = false
        const reach = (_q: Request, res: Response): void => {
          reached = true
          res.end()
        }
        app.post('/t', requireOp('transfers:delete', { resource }), reach)
        app.post('/t', reach)
        const seen: unknown[] = []
        app.use((error: unknown, _q: Request, res: Response, _n: NextFunction) => {
          seen.push(error)
          res.status(500).end()
        })
        const answer = await post(app, '/t')
        expect([answer.status, reached]).toEqual([500, false])
        expect(seen).toEqual([expect.objectContaining({ cause: fault })])
      }
    },
  )

  it.each<readonly [what: string, operation: string, resource: () => object | Promise<object>]>([
    [
      'throws',
      'transfers:create',
      () => {
        throw new Error('row not found')
      },
    ],
    ['rejects', 'transfers:create', () => Promise.reject(new Error('row not found'))],
    ['is fine, but the operation is denied', 'transfers:delete', () => ({})],
  ])('a forgiving error middleware reaches no service: the resource %s', async (...row) => {
    const [, operation, resource] = row
    for (const refusals of ['throw', 'reply'] as const) {
      const app = guarded({ refusals })
      let isDone = false
      app.use(requireOp(operation, { resource }))
      app.use((_error: unknown, _q: Request, _s: Response, next: NextFunction) => next())
      app.post('/t', (req: Request, res: Response) => {
        const { id } = getService(req)
        isDone = true
        res.json({ id })
      })
      app.post('/again', requireOp('transfers:create'), ok)
      app.use((error: Partial<M2MError>, _q: Request, res: Response, _n: NextFunction) => {
        res.status(error.status ?? 599).json({ code: error.code })
      })
      const expected = operation === 'transfers:delete' ? 403 : 500
      const answers = [await post(app, '/t'), await post(app, '/again')]
      expect(answers.map(({ status }) => status)).toEqual([expected, expected])
      if (expected === 500) expect(answers[0]?.body.code).toBe('authorization_failed')
      expect(isDone).toBe(false)
    }
  })

  it('asks for the resource only once the caller is known', async () => {
    let asked = 0
    const app = guarded()
    const resource = () => {
      asked += 1
      return {}
    }
    app.post('/t', requireOp('transfers:create', { resource }), ok)
    expect((await request(app).post('/t')).status).toBe(401)
    expect(asked).toBe(0)
    expect((await post(app, '/t')).status).toBe(200)
    expect(asked).toBe(1)
  })

  it('gives resource and context the calling service, also after waiting', async () => {
    const app = guarded({ policy })
    const resource = async (_req: Request, service: ServicePrincipal) => {
      await new Promise((resolve) => setImmediate(resolve))
      return { attributes: { owner: service.id } }
    }
    const seen: string[] = []
    const context = (_req: Request, { id }: ServicePrincipal) => {
      seen.push(id)
      return {}
    }
    app.post('/t', requireOp('transfers:create', { resource, context }), ok)
    expect([(await post(app, '/t')).status, seen]).toEqual([200, ['billing']])
  })

  it('decides on a context', async () => {
    const open: Condition = { field: 'context.open', operator: 'equals', value: true }
    const rule = { name: 'hours', effect: 'allow', operations: ['*'], conditions: [open] } as const
    const app = guarded({ policy: { version: 1, rulesFor: () => [rule] } })
    app.post('/in', requireOp('transfers:create', { context: () => ({ open: true }) }), ok)
    app.post('/out', requireOp('transfers:create', { context: async () => ({ open: false }) }), ok)
    app.post('/none', requireOp('transfers:create'), ok)
    const statuses = [await post(app, '/in'), await post(app, '/out'), await post(app, '/none')]
    expect(statuses.map(({ status }) => status)).toEqual([200, 403, 403])
  })

  it('a middleware that gives up early cannot carry a request past a decision under way', async () => {
    const app = express()
    let reached = false
    let giveUp = (): void => undefined
    app.use((_req: Request, _res: Response, next: NextFunction) => {
      giveUp = () => next(new Error('took too long'))
      next()
    })
    app.use(m2mAuth({ ...issuer.asOptions(), audit: { sinks: [] }, requiredScope }))
    const slow = async () => {
      await new Promise((resolve) => setImmediate(resolve))
      giveUp()
      return {}
    }
    app.use(requireOp('transfers:delete', { resource: slow }))
    app.use((_e: unknown, _q: Request, _s: Response, next: NextFunction) => next())
    app.use((req: Request, res: Response) => {
      const service = getService(req)
      reached = true
      res.json({ by: service.id })
    })
    app.use((error: { code?: string }, _q: Request, res: Response, _n: NextFunction) => {
      if (!res.headersSent) res.status(500).json({ code: error.code })
    })
    const answer = await post(app, '/t')
    expect([answer.status, answer.body.code, reached]).toEqual([500, 'authorization_failed', false])
  })

  it.each(['transfers', '', '*', 'transfers:*', 'a b:c', undefined])(
    'refuses to be built for %j',
    (operation) => {
      expect(() => requireOp(operation as string)).toThrow(/M2M_CFG_OPERATION_INVALID/)
    },
  )
})
