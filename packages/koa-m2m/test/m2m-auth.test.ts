import { once } from 'node:events'
import { connect } from 'node:net'
import { sendRaw } from 'adapter-conformance'
import type { Context, Middleware, Next } from 'koa'
import compose from 'koa-compose'
import { createTestIssuer, type TestIssuer } from 'm2m-testkit'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { createM2M, getService, isM2MError, m2mAuth, requireOp } from '../src/index.js'
import { ask, post } from './ask.js'
import { keepRecords } from './keep-records.js'
import { majors } from './koa-majors.js'
import { listen } from './listen.js'

let issuer: TestIssuer
beforeAll(async () => {
  issuer = await createTestIssuer()
})

const quiet = { audit: { sinks: [] } }
const requiredScope = 's2s:internal'
const allowedOps = ['transfers:create']
const explodingPolicy = (fault: Error) => ({
  version: 1,
  rulesFor: () => {
    throw fault
  },
})
const deferred = () => {
  let resolve = (): void => undefined
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve }
}
/** Runs a middleware and carries on whatever it says: the worst that can be done to a guard. */
const forgive =
  (guard: Middleware): Middleware =>
  async (ctx, next) => {
    try {
      await guard(ctx, async () => undefined)
    } catch {}
    await next()
  }

describe.each(majors)('m2mAuth on %s', (_name, Koa) => {
  const guardOf = (options: object = {}) =>
    m2mAuth({ ...issuer.asOptions(), ...quiet, requiredScope, ...options })
  const guardedApp = (options: object = {}) => {
    const app = new Koa()
    let handled = 0
    app.use(guardOf(options))
    app.use(requireOp('transfers:create'))
    app.use((ctx) => {
      handled += 1
      ctx.body = { by: getService(ctx).id, state: ctx.state }
    })
    return { app, handled: () => handled }
  }

  it('lets a service through and shows who it is', async () => {
    const { url } = await listen(guardedApp().app)
    const token = await issuer.service({ id: 'billing', allowedOps, tier: 'internal' })
    const { status, body } = await post(url, token)
    expect([status, body['by']]).toEqual([200, 'billing'])
    const { service } = body['state'] as { service: object }
    expect(service).toMatchObject({ id: 'billing', tier: 'internal', scopes: [requiredScope] })
    expect(service).not.toHaveProperty('ability')
  })

  it('puts the copy where property says, and nowhere else', async () => {
    const { url } = await listen(guardedApp({ property: 'caller' }).app)
    const { body } = await post(url, await issuer.service({ id: 'billing', allowedOps }))
    expect(Object.keys(body['state'] as object)).toEqual(['caller'])
    expect(body['state']).toMatchObject({ caller: { id: 'billing' } })
  })

  it("keeps what it found on Node's own request, not on what Koa hands out", async () => {
    const app = new Koa()
    const slot = Symbol.for('m2m.request')
    app.use(guardOf())
    app.use(({ req, request, ...ctx }) => {
      const holders = { req, request, ctx, response: ctx.response, state: ctx.state }
      ctx.response.body = Object.entries(holders).flatMap(([name, holder]) =>
        Reflect.has(holder, slot) ? [name] : [],
      )
    })
    const { url } = await listen(app)
    expect((await ask(url, await issuer.service())).body).toEqual(['req'])
  })

  it('throws every problem of its options at once, before any request', () => {
    const wrong = { issuer: 'nonsense', audience: '', requiredScope: '', property: 'user' }
    const build = () => m2mAuth(wrong as never)
    for (const option of ['issuer', 'audience', 'requiredScope', 'property']) {
      expect(build).toThrow(new RegExp(`M2M_CFG_\\w+ at ${option}: expected`))
    }
  })

  it('names its function, so that it shows in stacks and route lists', () => {
    expect(guardOf().name).toBe('M2MAuthorization')
  })

  it('leaves a path that has no route to Koa, once the caller is known', async () => {
    const app = new Koa()
    app.use(guardOf())
    const { url } = await listen(app)
    expect((await ask(`${url}/nothing`)).status).toBe(401)
    const found = await ask(`${url}/nothing`, await issuer.service())
    expect([found.status, found.text]).toEqual([404, 'Not Found'])
  })

  it.each(['HEAD', 'OPTIONS', 'DELETE'])('guards %s like any method', async (method) => {
    const { app, handled } = guardedApp()
    const { port } = await listen(app)
    const send = (...lines: string[]) => {
      const head = [`${method} / HTTP/1.1`, 'Host: x', 'Connection: close', ...lines]
      return sendRaw(port, `${head.join('\r\n')}\r\n\r\n`)
    }
    const refused = await send()
    expect([refused.status, handled()]).toEqual([401, 0])
    expect(refused.headers.get('www-authenticate')).toEqual(['Bearer realm="api"'])
    expect(refused.body === '').toBe(method === 'HEAD')
    const token = await issuer.service({ allowedOps })
    expect((await send(`Authorization: Bearer ${token}`)).status).toBe(200)
    expect(handled()).toBe(1)
  })

  it('row 26: refuses two Authorization headers, whichever of them is good', async () => {
    const { app, handled } = guardedApp()
    const { port } = await listen(app)
    const good = `Authorization: Bearer ${await issuer.service({ allowedOps })}`
    const bad = 'Authorization: Bearer x'
    for (const pair of [
      [good, bad],
      [bad, good],
      [good, good],
    ]) {
      const head = ['GET / HTTP/1.1', 'Host: x', 'Connection: close', ...pair].join('\r\n')
      const answer = await sendRaw(port, `${head}\r\n\r\n`)
      expect([answer.status, JSON.parse(answer.body).code]).toEqual([400, 'invalid_request'])
    }
    expect(handled()).toBe(0)
  })

  it('row 21: headers named like members of objects mean nothing', async () => {
    const { app, handled } = guardedApp()
    const { port } = await listen(app)
    const token = await issuer.service({ allowedOps })
    const send = (...lines: string[]) => {
      const names = ['__proto__: x', 'constructor: x', 'toString: x', '__proto__: y']
      const head = ['GET / HTTP/1.1', 'Host: x', 'Connection: close', ...names, ...lines]
      return sendRaw(port, `${head.join('\r\n')}\r\n\r\n`)
    }
    expect((await send()).status).toBe(401)
    expect((await send(`__proto__: Bearer ${token}`)).status).toBe(401)
    expect(handled()).toBe(0)
    expect((await send(`Authorization: Bearer ${token}`)).status).toBe(200)
  })

  it.each<[what: string, put: (ctx: Context, identity: object) => void]>([
    ['ctx.state', (ctx, service) => void Object.assign(ctx.state, { service, user: service })],
    ['ctx', (ctx, service) => void Object.assign(ctx, { service, m2m: { service } })],
    ['ctx.request', (ctx, service) => void Object.assign(ctx.request, { service })],
    ['ctx.req', (ctx, service) => void Object.assign(ctx.req, { service, m2m: { service } })],
    [
      'a slot on ctx and ctx.request',
      (ctx, service) => {
        const slot = { service, mode: 'enforce', refusals: 'reply' }
        Reflect.set(ctx, Symbol.for('m2m.request'), slot)
        Reflect.set(ctx.request, Symbol.for('m2m.request'), slot)
      },
    ],
  ])('a hand-made identity on %s gains nothing', async (_where, put) => {
    const { app, handled } = guardedApp()
    const identity = { id: 'root', scopes: [requiredScope], allowedOps, can: () => true }
    app.middleware.unshift((ctx, next) => {
      put(ctx as Context, identity)
      return next()
    })
    const { url } = await listen(app)
    const refused = await post(url)
    expect([refused.status, refused.body.code, handled()]).toEqual([401, 'credentials_missing', 0])
    const admitted = await post(url, await issuer.service({ id: 'billing', allowedOps }))
    expect(admitted.body['by']).toBe('billing')
  })

  describe('a refusal', () => {
    it('is not undone by a middleware that calls next() again', async () => {
      for (const refusals of ['reply', 'throw'] as const) {
        const { app, handled } = guardedApp({ refusals })
        app.silent = true
        app.middleware.unshift(async (_ctx, next) => {
          await next().catch(() => undefined)
          await next()
        })
        const { url } = await listen(app)
        expect((await post(url)).status).toBe(500)
        expect((await post(url, await issuer.service({ allowedOps: [] }))).status).toBe(500)
        expect(handled()).toBe(0)
      }
    })

    it('is met again by requireOp and getService where a wrapper forgives', async () => {
      for (const refusals of ['reply', 'throw'] as const) {
        let reached = 0
        const app = new Koa()
        app.use(forgive(guardOf({ refusals })))
        app.use(async (ctx, next) => {
          if (ctx.path === '/who') ctx.body = { by: getService(ctx).id }
          else await next()
        })
        app.use(requireOp('transfers:create'))
        app.use(() => {
          reached += 1
        })
        const { url } = await listen(app)
        expect([(await post(url)).status, (await post(`${url}/who`)).status]).toEqual([401, 401])
        expect(reached).toBe(0)
      }
    })

    it('and a fault close the request for later guards of another M2M', async () => {
      const exploding = explodingPolicy(new Error('policy store exploded'))
      const outer = [
        [{ requiredScope: 'other' }, 403, 'insufficient_scope'],
        [{ requiredScope: 'other', refusals: 'throw' }, 403, 'insufficient_scope'],
        [{ policy: exploding }, 500, 'authorization_failed'],
      ] as const
      for (const [options, status, code] of outer) {
        const { app, handled } = guardedApp()
        app.middleware.unshift(forgive(guardOf(options)))
        const { url } = await listen(app)
        const answer = await post(url, await issuer.service({ allowedOps }))
        expect([answer.status, answer.body.code, handled()]).toEqual([status, code, 0])
      }
    })

    it('cannot be outrun by a wrapper that does not wait for the decision', async () => {
      const hurried: Middleware = async (ctx, next) => {
        const deciding = Promise.resolve(guardOf()(ctx, async () => undefined))
        await next()
        await deciding
      }
      const app = new Koa()
      app.use(hurried)
      app.use((ctx) => {
        ctx.body = { by: getService(ctx).id }
      })
      app.silent = true
      const { url } = await listen(app)
      const answer = await post(url, await issuer.service({ allowedOps }))
      expect([answer.status, answer.text]).toEqual([500, 'Authorization failed unexpectedly.'])
    })
  })

  describe("with refusals: 'throw'", () => {
    it('gives the branded error to whoever catches it', async () => {
      const { app, handled } = guardedApp({ refusals: 'throw' })
      const seen: unknown[] = []
      app.middleware.unshift(async (ctx: Context, next: Next) => {
        try {
          await next()
        } catch (error) {
          seen.push(error)
          if (!isM2MError(error)) throw error
          ctx.status = error.status
          ctx.set(error.headers)
          ctx.body = JSON.stringify({ problem: error.code })
        }
      })
      const { url } = await listen(app)
      const missing = await post(url)
      expect([missing.status, missing.body]).toEqual([401, { problem: 'credentials_missing' }])
      expect(missing.headers.get('www-authenticate')).toBe('Bearer realm="api"')
      const denied = await post(url, await issuer.service({ allowedOps: [] }))
      expect([denied.status, denied.body]).toEqual([403, { problem: 'operation_denied' }])
      expect(seen).toMatchObject([
        { code: 'credentials_missing', status: 401, expose: true },
        { code: 'operation_denied', status: 403, expose: true },
      ])
      expect([seen.every(isM2MError), handled()]).toEqual([true, 0])
    })

    it("is rendered by Koa's own error handling: status, challenge, sentence", async () => {
      const { app } = guardedApp({ refusals: 'throw' })
      app.middleware.unshift((ctx, next) => {
        ctx.set('X-Powered-By', 'a previous middleware')
        return next()
      })
      const { url } = await listen(app)
      const { status, headers, text } = await post(url)
      expect(status).toBe(401)
      expect(headers.get('www-authenticate')).toBe('Bearer realm="api"')
      expect(headers.get('content-type')).toBe('text/plain; charset=utf-8')
      expect(text).toBe('This request needs an access token of a service, sent as a bearer token.')
    })

    it('keeps Retry-After while keys cannot be had', async () => {
      const down = await createTestIssuer()
      const token = await down.service({ allowedOps })
      down.fail('status')
      const { app } = guardedApp({ ...down.asOptions(), refusals: 'throw' })
      const { url } = await listen(app)
      const { status, headers } = await post(url, token)
      expect([status, headers.has('www-authenticate')]).toEqual([503, false])
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
    })

    it("is not printed by Koa's default error listener, as faults are", async () => {
      const printed = vi.spyOn(console, 'error').mockImplementation(() => undefined)
      try {
        const { url } = await listen(guardedApp({ refusals: 'throw' }).app)
        expect((await post(url)).status).toBe(401)
        expect(printed).not.toHaveBeenCalled()
        const policy = explodingPolicy(new Error('policy store exploded'))
        const { url: faulty } = await listen(guardedApp({ policy }).app)
        expect((await post(faulty, await issuer.service({ allowedOps }))).status).toBe(500)
        expect(printed).toHaveBeenCalledOnce()
      } finally {
        printed.mockRestore()
      }
    })
  })

  it('gives unknown faults to the framework, unchanged', async () => {
    const fault = new Error('policy store exploded')
    const { app, handled } = guardedApp({ policy: explodingPolicy(fault) })
    const seen: unknown[] = []
    app.on('error', (error) => void seen.push(error))
    const { url } = await listen(app)
    const answer = await post(url, await issuer.service({ allowedOps }))
    expect([answer.status, answer.text, seen, handled()]).toEqual([
      500,
      'Internal Server Error',
      [fault],
      0,
    ])
  })

  it('leaves what handlers throw to the framework, with one record each', async () => {
    const { audit, told } = keepRecords()
    const fault = Object.assign(new Error('no such transfer'), { status: 404, expose: true })
    const app = new Koa()
    app.use(guardOf({ audit })).use(requireOp('transfers:create'))
    app.use(() => {
      throw fault
    })
    const { url } = await listen(app)
    const { status, text } = await post(url, await issuer.service({ allowedOps }))
    expect([status, text]).toEqual([404, 'no such transfer'])
    expect(told()).toEqual(['scope admitted', 'decision admitted'])
  })

  it.each(['keys', 'resource'])(
    'row 59: survives a caller who leaves while %s are awaited',
    async (what) => {
      const { audit, told } = keepRecords()
      const [awaiting, gate, over] = [deferred(), deferred(), deferred()]
      const wait = async () => {
        awaiting.resolve()
        await gate.promise
      }
      const slowFetch: typeof fetch = async (...request) => {
        if (what === 'keys') await wait()
        return issuer.fetch(...request)
      }
      const resource = async () => {
        if (what === 'resource') await wait()
        return {}
      }
      const app = new Koa()
      const errors: unknown[] = []
      app.on('error', (error) => void errors.push(error))
      let isGone: Promise<unknown> = Promise.resolve()
      app.use(async (ctx, next) => {
        isGone = once(ctx.res, 'close')
        await next().finally(over.resolve)
      })
      app.use(guardOf({ audit, fetch: slowFetch }))
      app.use(requireOp('transfers:create', { resource }))
      app.use((ctx) => {
        ctx.body = { by: getService(ctx).id }
      })
      const { port, url } = await listen(app)
      const token = await issuer.service({ allowedOps })
      const socket = connect(port, '127.0.0.1')
      socket.write(`GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`)
      await awaiting.promise
      socket.destroy()
      await isGone
      gate.resolve()
      await over.promise
      expect(told()).toEqual(['scope admitted', 'decision admitted'])
      expect((await ask(url, token)).status).toBe(200)
      expect(errors).toEqual([])
    },
  )

  it('checks only the new scope when the same M2M guards twice', async () => {
    const { audit, told } = keepRecords()
    const m2m = createM2M({ ...issuer.asOptions(), audit })
    const app = new Koa()
    app.use(compose([m2mAuth({ m2m, requiredScope }), m2mAuth({ m2m, requiredScope: 'a' })]))
    app.use((ctx) => {
      ctx.body = { by: getService(ctx).id }
    })
    const { url } = await listen(app)
    const both = await issuer.service({ scope: `${requiredScope} a` })
    const one = await issuer.service({ scope: requiredScope })
    expect((await ask(url, both)).status).toBe(200)
    expect((await ask(url, one)).status).toBe(403)
    expect(told()).toEqual([
      'scope admitted',
      'scope admitted',
      'scope admitted',
      'scope refused scope_missing',
    ])
  })

  it('needs both of two M2Ms, and the inner principal counts', async () => {
    const other = await createTestIssuer({ issuer: 'https://other.test' })
    const inner = { both: guardOf({ tier: 'partner' }), impossible: guardOf(other.asOptions()) }
    for (const [name, guard] of Object.entries(inner)) {
      const app = new Koa()
      app.use(guardOf()).use(guard)
      app.use((ctx) => {
        ctx.body = { tier: getService(ctx).tier, copy: ctx.state['service'].tier }
      })
      const { url } = await listen(app)
      const answer = await ask(url, await issuer.service({ tier: 'internal' }))
      const isBoth = name === 'both'
      expect(answer.status).toBe(isBoth ? 200 : 401)
      if (isBoth) expect(answer.body).toEqual({ tier: 'partner', copy: 'partner' })
    }
  })
})
