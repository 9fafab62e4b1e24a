import Router from '@koa/router'
import type { Context } from 'koa'
import { createTestIssuer, type TestIssuer } from 'm2m-testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  type Condition,
  getService,
  m2mAuth,
  requireOp,
  type ServicePrincipal,
} from '../src/index.js'
import { post } from './ask.js'
import { keepRecords } from './keep-records.js'
import { majors } from './koa-majors.js'
import { listen } from './listen.js'

let issuer: TestIssuer
let token: string
beforeAll(async () => {
  issuer = await createTestIssuer()
  token = await issuer.service({ allowedOps: ['transfers:create'] })
})

const requiredScope = 's2s:internal'
const owner: Condition = { field: 'resource.owner', operator: 'equals', value: 'billing' }
const allowing = (condition: Condition) => {
  const operations = ['transfers:create']
  const rule = { name: 'one', effect: 'allow', operations, conditions: [condition] } as const
  return { version: 1, rulesFor: () => [rule] }
}
const policy = allowing(owner)

describe.each(majors)('requireOp on %s', (_name, Koa) => {
  const guarded = (options: object = {}) => {
    const app = new Koa()
    app.use(m2mAuth({ ...issuer.asOptions(), audit: { sinks: [] }, requiredScope, ...options }))
    return app
  }
  const ok = (ctx: Context) => {
    ctx.body = { ok: true }
  }

  it('refuses everything with 500 when no guard ran, whatever else is on the context', async () => {
    const app = new Koa()
    let reached = false
    app.use((ctx, next) => {
      const service = { id: 'billing', allowedOps: ['transfers:create'], can: () => true }
      for (const place of [ctx.state, ctx.req, ctx.request, ctx]) Object.assign(place, { service })
      Reflect.set(ctx, Symbol.for('m2m.request'), { service })
      return next()
    })
    app.use(requireOp('transfers:create'))
    app.use(() => {
      reached = true
    })
    const { url } = await listen(app)
    const { status, body } = await post(url, token)
    expect([status, body.code, reached]).toEqual([500, 'M2M_CFG_GUARD_MISSING', false])
  })

  it('reads what the guard found, not what someone put on the context since', async () => {
    const app = guarded()
    app.use((ctx, next) => {
      const service = { id: 'root', allowedOps: ['transfers:delete'], can: () => true }
      ctx.state['service'] = service
      Object.assign(ctx.req, { service })
      return next()
    })
    app.use(requireOp('transfers:delete')).use(ok)
    const { url } = await listen(app)
    expect((await post(url, token)).status).toBe(403)
  })

  it.each([
    [
      'at once',
      (ctx: Context) => ({ id: ctx['params'].id, attributes: { owner: ctx['params'].owner } }),
    ],
    ['later', async (ctx: Context) => ({ attributes: { owner: ctx['params'].owner } })],
    [
      'thenable',
      () => ({ then: (go: (r: object) => void) => go({ attributes: { owner: 'billing' } }) }),
    ],
  ])(
    "decides on a resource of the router's parameters that is known %s",
    async (_when, resource) => {
      const { audit, records } = keepRecords()
      const router = new Router()
      const guard = m2mAuth({ ...issuer.asOptions(), audit, requiredScope, policy })
      const operation = requireOp('transfers:create', { resource: resource as never })
      router.post('/:owner/transfers/:id', guard, operation, ok)
      const app = new Koa()
      app.use(router.routes())
      const { url } = await listen(app)
      expect((await post(`${url}/billing/transfers/7`, token)).status).toBe(200)
      expect(records.at(-1)?.resource?.type).toBe('transfers')
      const other = _when === 'thenable' ? 200 : 403
      expect((await post(`${url}/webhook/transfers/7`, token)).status).toBe(other)
    },
  )

  it.each([
    ['another owner', () => ({ attributes: { owner: 'webhook' } })],
    ['no owner', () => ({ attributes: {} })],
    ['a list of owners', () => ({ attributes: { owner: ['billing'] } })],
    ['no resource', () => undefined],
    ['another type', () => ({ type: 'accounts', attributes: { owner: 'billing' } })],
    ['an inherited owner', () => ({ attributes: Object.create({ owner: 'billing' }) as object })],
  ])('forbids %s', async (_what, resource) => {
    const app = guarded({ policy })
    app.use(requireOp('transfers:create', { resource })).use(ok)
    const { url } = await listen(app)
    const { status, body } = await post(url, token)
    expect([status, body.code]).toEqual([403, 'operation_denied'])
  })

  it.each([
    [
      'throws',
      (fault: Error) => () => {
        throw fault
      },
    ],
    ['rejects', (fault: Error) => () => Promise.reject(fault)],
  ])(
    'gives what a resource function %s to the framework unchanged, recorded once',
    async (...row) => {
      const [, failing] = row
      const { audit, told } = keepRecords()
      const fault = Object.assign(new Error('no such transfer'), { status: 404, expose: true })
      const app = guarded({ audit })
      let reached = false
      app.use(requireOp('transfers:create', { resource: failing(fault) }))
      app.use(() => {
        reached = true
      })
      const seen: unknown[] = []
      app.on('error', (error) => void seen.push(error))
      const { url } = await listen(app)
      const { status, text } = await post(url, token)
      expect([status, text, seen, reached]).toEqual([404, 'no such transfer', [fault], false])
      expect(told()).toEqual(['scope admitted', 'decision fault'])
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
  ])('a wrapper that forgives reaches no service: the resource %s', async (...row) => {
    const [, operation, resource] = row
    const status = operation === 'transfers:delete' ? 403 : 500
    const code = status === 403 ? 'operation_denied' : 'authorization_failed'
    for (const refusals of ['throw', 'reply'] as const) {
      const app = guarded({ refusals })
      let isDone = false
      const operationGuard = requireOp(operation, { resource })
      app.use(async (ctx, next) => {
        await Promise.resolve(operationGuard(ctx, async () => undefined)).catch(() => undefined)
        await next()
      })
      app.use(async (ctx, next) => {
        if (ctx.path === '/again') return next()
        const { id } = getService(ctx)
        isDone = true
        ctx.body = { id }
      })
      app.use(requireOp('transfers:create'))
      app.use(() => {
        isDone = true
      })
      const errors: unknown[] = []
      app.on('error', (error) => void errors.push(error))
      const { url } = await listen(app)
      expect((await post(`${url}/t`, token)).status).toBe(status)
      expect(errors.at(-1)).toMatchObject({ code })
      expect((await post(`${url}/again`, token)).status).toBe(status)
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
    app.use(requireOp('transfers:create', { resource })).use(ok)
    const { url } = await listen(app)
    expect([(await post(url)).status, asked]).toEqual([401, 0])
    expect([(await post(url, token)).status, asked]).toEqual([200, 1])
  })

  it('gives resource and context the calling service, whom getService does not know yet', async () => {
    const app = guarded({ policy })
    const known: unknown[] = []
    const resource = async (ctx: Context, service: ServicePrincipal) => {
      await new Promise((resolve) => setImmediate(resolve))
      try {
        known.push(getService(ctx).id)
      } catch (error) {
        known.push(Reflect.get(error as Error, 'code'))
      }
      return { attributes: { owner: service.id } }
    }
    const context = (_ctx: Context, { id }: ServicePrincipal) => {
      known.push(id)
      return {}
    }
    app.use(requireOp('transfers:create', { resource, context })).use(ok)
    const { url } = await listen(app)
    expect((await post(url, token)).status).toBe(200)
    expect(known).toEqual(['authorization_failed', 'billing'])
  })

  it('decides on a context', async () => {
    const open: Condition = { field: 'context.open', operator: 'equals', value: true }
    const router = new Router()
    const openAt = (ctx: Context) => ({ open: ctx.state['isOpen'] })
    const contexts = { in: { context: openAt }, out: { context: async () => ({}) }, none: {} }
    for (const [path, options] of Object.entries(contexts)) {
      router.post(`/${path}`, requireOp('transfers:create', options), ok)
    }
    const app = guarded({ policy: allowing(open) })
    app.use((ctx, next) => {
      ctx.state['isOpen'] = true
      return next()
    })
    app.use(router.routes())
    const { url } = await listen(app)
    const statuses = []
    for (const path of ['in', 'out', 'none']) {
      statuses.push((await post(`${url}/${path}`, token)).status)
    }
    expect(statuses).toEqual([200, 403, 403])
  })

  it('a wrapper that gives up early cannot carry a request past a decision under way', async () => {
    const app = guarded()
    let reached = false
    let decided: unknown
    const slow = async () => {
      await new Promise((resolve) => setImmediate(resolve))
      return {}
    }
    const guard = requireOp('transfers:create', { resource: slow })
    app.use(async (ctx, next) => {
      let isLate = false
      decided = Promise.resolve(
        guard(ctx, async () => {
          isLate = true
        }),
      ).then(() => isLate)
      await next()
    })
    app.use((ctx) => {
      const service = getService(ctx)
      reached = true
      ctx.body = { by: service.id }
    })
    app.silent = true
    const { url } = await listen(app)
    const { status, text } = await post(url, token)
    expect([status, text, reached]).toEqual([500, 'Authorization failed unexpectedly.', false])
    expect(await decided).toBe(true)
  })

  it.each(['transfers', '', '*', 'transfers:*', 'a b:c', undefined])(
    'refuses to be built for %j',
    (operation) => {
      expect(() => requireOp(operation as string)).toThrow(/M2M_CFG_OPERATION_INVALID/)
    },
  )
})
