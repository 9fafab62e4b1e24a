import { Readable } from 'node:stream'
import type { Context, Middleware } from 'koa'
import { createTestIssuer, type TestIssuer } from 'm2m-testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { m2mAuth } from '../src/index.js'
import { ask } from './ask.js'
import { majors } from './koa-majors.js'
import { listen } from './listen.js'

let issuer: TestIssuer
beforeAll(async () => {
  issuer = await createTestIssuer()
})

describe.each(majors)('what m2mAuth answers on %s', (_name, Koa) => {
  const after = async (before: Middleware) => {
    const app = new Koa()
    let reached = false
    app.use(before)
    app.use(m2mAuth({ ...issuer.asOptions(), audit: { sinks: [] }, requiredScope: 'a' }))
    app.use(() => {
      reached = true
    })
    const { url } = await listen(app)
    return { url, wasReached: () => reached }
  }
  const refusal = {
    title: 'Unauthorized',
    status: 401,
    code: 'credentials_missing',
    detail: 'This request needs an access token of a service, sent as a bearer token.',
  }

  it('is the whole problem document, beside headers that others have set', async () => {
    const { url, wasReached } = await after((ctx, next) => {
      ctx.set('X-Frame-Options', 'DENY')
      return next()
    })
    const { status, headers, body } = await ask(url)
    expect([status, body, wasReached()]).toEqual([401, refusal, false])
    expect(headers.get('content-type')).toBe('application/problem+json')
    expect(Number(headers.get('content-length'))).toBe(JSON.stringify(refusal).length)
    expect(headers.get('www-authenticate')).toBe('Bearer realm="api"')
    expect(headers.get('x-frame-options')).toBe('DENY')
  })

  it('takes the place of an answer that was prepared before', async () => {
    const prepared = Readable.from(['prepared'])
    const { url } = await after((ctx, next) => {
      ctx.status = 200
      ctx.type = 'text/html'
      ctx.body = prepared
      return next()
    })
    const { status, headers, body } = await ask(url)
    expect([status, body]).toEqual([401, refusal])
    expect(headers.get('content-type')).toBe('application/problem+json')
  })

  it('can still be seen and dressed by the middleware before it', async () => {
    let seen: unknown
    const { url } = await after(async (ctx, next) => {
      await next()
      seen = [ctx.status, ctx.type]
      ctx.set('X-Response-Time', '1')
    })
    const { status, headers } = await ask(url)
    expect([status, headers.get('x-response-time')]).toEqual([401, '1'])
    expect(seen).toEqual([401, 'application/problem+json'])
  })

  it('arrives although someone told Koa not to respond', async () => {
    const { url } = await after((ctx, next) => {
      ctx.respond = false
      return next()
    })
    const { status, body } = await ask(url)
    expect([status, body]).toEqual([401, refusal])
  })

  it.each<[how: string, begin: (ctx: Context) => void]>([
    ['over', (ctx) => void ctx.res.end('early bird')],
    [
      'under way',
      (ctx) => {
        ctx.res.write('early')
        setImmediate(() => ctx.res.end(' bird'))
      },
    ],
  ])('leaves an answer that is already %s alone', async (_how, begin) => {
    let faults = 0
    const { url, wasReached } = await after(async (ctx, next) => {
      ctx.respond = false
      begin(ctx as Context)
      await next().catch(() => {
        faults += 1
      })
    })
    expect((await ask(url)).text).toBe('early bird')
    expect([wasReached(), faults]).toEqual([false, 0])
  })
})
