import Router from '@koa/router'
import type { Middleware } from 'koa'
import compose from 'koa-compose'
import mount from 'koa-mount'
import { createTestIssuer, type TestIssuer } from 'm2m-testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { getService, m2mAuth, rejectM2M, requireOp } from '../src/index.js'
import { post } from './ask.js'
import { keepRecords } from './keep-records.js'
import { type KoaApp, majors } from './koa-majors.js'
import { listen } from './listen.js'

let issuer: TestIssuer
beforeAll(async () => {
  issuer = await createTestIssuer()
})

const requiredScope = 's2s:internal'
const allowedOps = ['transfers:create']
const whole = '/internal/transfers'
/** What handlers see of it; elsewhere `/transfers`. */
const seen: Record<string, string> = { 'a nested router': whole, 'mounts in mounts': '/' }

describe.each(majors)('the path in the record on %s', (_name, Koa) => {
  const whoIsIt: Middleware = (ctx) => {
    ctx.body = { by: getService(ctx).id, path: ctx.path, hasOriginal: 'originalUrl' in ctx.req }
  }

  it.each<[how: string, mounted: (app: KoaApp, guard: Middleware, route: Middleware) => void]>([
    ['an app', (app, guard, route) => app.use(mount('/internal', new Koa().use(guard).use(route)))],
    ['middleware', (app, guard, route) => app.use(mount('/internal', compose([guard, route])))],
    [
      'mounts in mounts',
      (app, guard, route) => {
        app.use(mount('/internal', compose([guard, mount('/transfers', route)])))
      },
    ],
    ['a guard outside', (app, guard, route) => app.use(guard).use(mount('/internal', route))],
    [
      'a nested router',
      (app, guard, route) => {
        const inner = new Router().post('/transfers', route)
        app.use(new Router().use('/internal', guard).use('/internal', inner.routes()).routes())
      },
    ],
  ])('is whole, and the request as it was: %s', async (how, mounted) => {
    const { audit, records } = keepRecords()
    const guard = m2mAuth({ ...issuer.asOptions(), audit, requiredScope })
    const app = new Koa()
    mounted(app, guard, compose([requireOp('transfers:create'), whoIsIt]))
    const { url } = await listen(app)
    const answer = await post(`${url}${whole}?x=1`, await issuer.service({ allowedOps }))
    const path = seen[how] ?? '/transfers'
    expect(answer.body).toEqual({ by: 'billing', path, hasOriginal: false })
    expect((await post(`${url}${whole}?x=1`)).status).toBe(401)
    expect(records.map((record) => record.path)).toEqual([whole, whole, whole])
  })

  it('is whole while something is awaited, and after a fault nothing is left behind', async () => {
    const { audit, records } = keepRecords()
    const fault = new Error('row not found')
    let left: unknown
    const app = new Koa()
    app.silent = true
    app.use(async (ctx, next) => {
      await next().finally(() => {
        left = Object.hasOwn(ctx.req, 'originalUrl')
      })
    })
    const resource = async () => {
      await new Promise((resolve) => setImmediate(resolve))
      throw fault
    }
    const guard = m2mAuth({ ...issuer.asOptions(), audit, requiredScope })
    app.use(mount('/internal', compose([guard, requireOp('transfers:create', { resource })])))
    const { url } = await listen(app)
    const { status } = await post(`${url}${whole}`, await issuer.service({ allowedOps }))
    expect([status, left]).toEqual([500, false])
    expect(records.map(({ outcome, path }) => [outcome, path])).toEqual([
      ['admitted', whole],
      ['fault', whole],
    ])
  })

  it('is whole for rejectM2M, too', async () => {
    const { audit, records } = keepRecords()
    const claims = () => ({ iss: issuer.issuer, sub: 'billing', client_id: 'billing' })
    const users = rejectM2M({ ...issuer.asOptions(), audit, claims })
    const { url } = await listen(new Koa().use(mount('/internal', users)))
    expect((await post(`${url}${whole}`)).status).toBe(403)
    expect(records.map(({ path }) => path)).toEqual([whole])
  })

  it('is what a framework around Koa says it is, and stays there', async () => {
    const { audit, records } = keepRecords()
    const app = new Koa()
    app.use(mount('/internal', m2mAuth({ ...issuer.asOptions(), audit, requiredScope })))
    app.use(whoIsIt)
    const callback = app.callback()
    const { url } = await listen((request, response) => {
      const { url: originalUrl = '' } = request
      Object.assign(request, { originalUrl, url: originalUrl.replace('/outer', '') })
      void callback(request, response)
    })
    const answer = await post(`${url}/outer${whole}`, await issuer.service())
    expect(answer.body['hasOriginal']).toBe(true)
    expect(records.map(({ path }) => path)).toEqual([`/outer${whole}`])
  })
})
