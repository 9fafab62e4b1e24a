import type { Context } from 'koa'
import { createTestIssuer, type TestIssuer } from 'm2m-testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { createM2M, rejectM2M } from '../src/index.js'
import { ask } from './ask.js'
import { keepRecords } from './keep-records.js'
import { majors } from './koa-majors.js'
import { listen } from './listen.js'

let issuer: TestIssuer
beforeAll(async () => {
  issuer = await createTestIssuer()
})

const service = { sub: 'billing', client_id: 'billing' }
const user = { sub: 'user-1', client_id: 'web' }

describe.each(majors)('rejectM2M on %s', (_name, Koa) => {
  const behind = async (claims: unknown, options: object = {}) => {
    const { audit, told } = keepRecords()
    const app = new Koa()
    let reached = 0
    app.use((ctx, next) => {
      ctx.state['user'] = claims
      return next()
    })
    const given = (ctx: Context) => ctx.state['user']
    app.use(rejectM2M({ ...issuer.asOptions(), audit, claims: given, ...options }))
    app.use((ctx) => {
      reached += 1
      ctx.body = { ok: true, state: Object.keys(ctx.state) }
    })
    const { url } = await listen(app)
    return { url, told, reached: () => reached }
  }

  it('refuses a service, itself, with one record', async () => {
    const { url, told, reached } = await behind({ iss: issuer.issuer, ...service })
    const { status, headers, body } = await ask(url)
    expect([status, body.code, reached()]).toEqual([403, 'user_required', 0])
    expect(headers.get('content-type')).toBe('application/problem+json')
    expect(told()).toEqual(['principal refused principal_is_service'])
  })

  it('lets a user pass, and leaves nothing behind', async () => {
    const { url, told } = await behind({ iss: issuer.issuer, ...user })
    expect((await ask(url)).body).toEqual({ ok: true, state: ['user'] })
    expect(told()).toEqual([])
  })

  it('reads no header', async () => {
    const { url } = await behind({ iss: issuer.issuer, ...user })
    expect((await ask(url, await issuer.service())).status).toBe(200)
  })

  it.each([[undefined], [null], ['user-1'], [[user]]])(
    'answers 500 to claims %j',
    async (claims) => {
      const { url, reached } = await behind(claims)
      const { status, body } = await ask(url)
      expect([status, body.code, reached()]).toEqual([500, 'M2M_CFG_CLAIMS_MISSING', 0])
    },
  )

  it("throws with refusals: 'throw', also where a guard before it replies", async () => {
    const { url, reached } = await behind({ iss: issuer.issuer, ...service }, { refusals: 'throw' })
    const { status, headers, text } = await ask(url)
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect([status, text]).toEqual([403, 'This resource is for users, not for services.'])
    expect(reached()).toBe(0)
  })

  it('gives what claims throws to the framework unchanged', async () => {
    const fault = Object.assign(new Error('no session'), { status: 418, expose: true })
    const claims = () => {
      throw fault
    }
    const { url, reached } = await behind(user, { claims })
    const { status, text } = await ask(url)
    expect([status, text, reached()]).toEqual([418, 'no session', 0])
  })

  it('takes an M2M made before, and names its function', () => {
    const m2m = createM2M(issuer.asOptions())
    expect(rejectM2M({ m2m, claims: (ctx) => ctx.state['user'] }).name).toBe('M2MRejection')
    expect(() => rejectM2M({ m2m } as never)).toThrow(/M2M_CFG_OPTION_INVALID at claims/)
  })
})
