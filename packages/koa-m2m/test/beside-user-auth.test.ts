import Router from '@koa/router'
import { sendRaw } from 'adapter-conformance'
import jwksRsa from 'jwks-rsa'
import type { Context, Middleware } from 'koa'
import jwt from 'koa-jwt'
import { createTestIssuer, type TestIssuer } from 'm2m-testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { getService, m2mAuth, rejectM2M, requireOp } from '../src/index.js'
import { ask } from './ask.js'
import { keepRecords } from './keep-records.js'
import { type KoaClass, majors } from './koa-majors.js'
import { listen } from './listen.js'

/** The server of the whole company: of users and services alike. */
let own: TestIssuer
/** A server of users that no guard knows. */
let foreign: TestIssuer
let servers: { close(): Promise<void> }[]
beforeAll(async () => {
  own = await createTestIssuer({ audience: 'https://api.test' })
  foreign = await createTestIssuer({ audience: 'https://app.test' })
  servers = [await own.serve(), await foreign.serve()]
})
afterAll(() => Promise.all(servers.map((server) => server.close())))

const requiredScope = 's2s:internal'
const allowedOps = ['reports:read']
const claims = (ctx: Context): unknown => ctx.state['user']
const isService = (ctx: Context): boolean => {
  try {
    return getService(ctx).id !== ''
  } catch {
    return false
  }
}
const who: Middleware = (ctx) => {
  const service = isService(ctx as Context) ? getService(ctx).id : null
  ctx.body = { user: ctx.state['user']?.sub ?? null, service }
}

/** User auth as people use it; its keys come over HTTP. */
const userAuth = ({ issuer, audience }: TestIssuer): jwt.Middleware =>
  jwt({
    secret: jwksRsa.koaJwtSecret({ jwksUri: `${issuer}/jwks`, cache: true }),
    issuer,
    audience,
    algorithms: ['ES256'],
  })

describe.each(majors)('beside koa-jwt on %s', (_name, Koa) => {
  const guardOf = (options: object = {}) =>
    m2mAuth({
      issuer: own.issuer,
      audience: own.audience,
      audit: { sinks: [] },
      requiredScope,
      ...options,
    })
  const serve = (KoaOf: KoaClass, router: Router) => {
    const app = new KoaOf()
    app.use(router.routes())
    return listen(app)
  }

  it('separate paths: each lets in its own callers and no others', async () => {
    const router = new Router()
    router.get('/internal/who', guardOf(), who)
    router.get('/api/who', userAuth(foreign), who)
    const { url } = await serve(Koa, router)
    const [service, user] = [await own.service(), await foreign.user()]
    const answers = [
      await ask(`${url}/internal/who`, service),
      await ask(`${url}/api/who`, user),
      await ask(`${url}/internal/who`, user),
      await ask(`${url}/api/who`, service),
    ]
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 401, 401])
    expect(answers[0]?.body).toEqual({ user: null, service: 'billing' })
    expect(answers[1]?.body).toEqual({ user: 'user-1', service: null })
  })

  describe('on the same path', () => {
    /** Answers by whom: `by` is the guard's problem code, or "user auth" for koa-jwt's own 401. */
    const shared = async (users: TestIssuer, options: object = {}) => {
      const { audit, told } = keepRecords()
      const router = new Router()
      const guard = guardOf({ audit, onForeignToken: 'next', ...options })
      router.use('/reports', guard, userAuth(users).unless({ custom: isService }))
      router.get('/reports', who)
      router.get('/reports/machines', requireOp('reports:read'), who)
      router.get('/reports/strict', (ctx) => {
        ctx.body = { id: getService(ctx).id }
      })
      const { url, port } = await serve(Koa, router)
      const by = async (token?: string, path = '/reports') => {
        const { status, body, text } = await ask(url + path, token)
        return status === 200 ? body : (body?.code ?? `user auth: ${text}`)
      }
      return { by, told, port, url }
    }
    const byUserAuth = 'user auth: Authentication Error'

    it('services and users of another issuer both get in', async () => {
      const { by, told } = await shared(foreign)
      expect(await by(await own.service())).toEqual({ user: null, service: 'billing' })
      expect(await by(await foreign.user())).toEqual({ user: 'user-1', service: null })
      expect(told()).toEqual(['scope admitted'])
    })

    it('services and users of one issuer both get in', async () => {
      const { by, told } = await shared(own)
      expect(await by(await own.service())).toEqual({ user: null, service: 'billing' })
      expect(await by(await own.user())).toEqual({ user: 'user-1', service: null })
      expect(told()).toEqual(['scope admitted'])
    })

    it('what is foreign is user auth to judge, all the same', async () => {
      const { by } = await shared(foreign)
      expect(await by(await foreign.expired())).toBe(byUserAuth)
      expect(await by(await foreign.wrongAudience())).toBe(byUserAuth)
      expect(await by(await foreign.otherKey())).toBe(byUserAuth)
      expect(await by(await own.wrongAudience())).toBe(byUserAuth)
    })

    it('tokens of ours that are forged, expired, malformed or sent twice are refused here', async () => {
      const { by, port } = await shared(own)
      expect(await by(await own.expired())).toBe('token_expired')
      expect(await by(await own.otherKey())).toBe('invalid_token')
      expect(await by(await own.unknownKey())).toBe('invalid_token')
      expect(await by(await own.user({ expiresIn: -3600 }))).toBe('token_expired')
      expect(await by(`${await own.service()}x`)).toBe('invalid_token')
      expect(await by('not-a-token')).toBe('invalid_token')
      expect(await by('a b')).toBe('invalid_request')
      expect(await by(await own.service({ scope: 'other' }))).toBe('insufficient_scope')
      const lines = [await own.user(), await own.user()].map(
        (one) => `Authorization: Bearer ${one}`,
      )
      const head = ['GET /reports HTTP/1.1', 'Host: x', 'Connection: close', ...lines]
      const twice = await sendRaw(port, `${head.join('\r\n')}\r\n\r\n`)
      expect([twice.status, JSON.parse(twice.body).code]).toEqual([400, 'invalid_request'])
    })

    it("no credential is user auth's only with onNoCredential: 'next'", async () => {
      const { by } = await shared(foreign)
      expect(await by()).toBe('credentials_missing')
      const { by: byOther, told, url } = await shared(foreign, { onNoCredential: 'next' })
      expect(await byOther()).toBe(byUserAuth)
      const basic = await ask(`${url}/reports`, undefined, {
        headers: { authorization: 'Basic Zm9vOmJhcg==' },
      })
      expect(basic.text).toContain('Bad Authorization header format')
      expect(told()).toEqual([])
    })

    it('by default nothing is passed on', async () => {
      const { by } = await shared(own, { onForeignToken: 'refuse' })
      expect(await by(await own.user())).toBe('principal_type_mismatch')
      expect(await by(await foreign.user())).toBe('invalid_token')
    })

    it('requireOp refuses whom the guard passed on, and records it once', async () => {
      const { by, told } = await shared(own)
      expect(await by(await own.user(), '/reports/machines')).toBe('principal_type_mismatch')
      expect(told()).toEqual(['principal refused principal_is_user'])
      const { by: ofForeign, told: toldOfForeign } = await shared(foreign)
      expect(await ofForeign(await foreign.user(), '/reports/machines')).toBe('invalid_token')
      expect(toldOfForeign()).toEqual(['token refused issuer_unknown'])
      expect(await by(await own.service({ allowedOps }), '/reports/machines')).toEqual({
        user: null,
        service: 'billing',
      })
    })

    it('getService throws for whom the guard passed on', async () => {
      const { by } = await shared(own)
      expect(await by(await own.user(), '/reports/strict')).toBe(
        'user auth: The access token is valid but does not belong to a service.',
      )
      expect(await by(await own.service(), '/reports/strict')).toEqual({ id: 'billing' })
    })
  })

  it('both at once: the user in Authorization, the service in a header of its own', async () => {
    const { audit, told } = keepRecords()
    const header = 'X-Service-Authorization'
    const router = new Router()
    router.use('/behalf', guardOf({ audit, header }), userAuth(foreign))
    router.get('/behalf', requireOp('reports:read'), who)
    const { url } = await serve(Koa, router)
    const behalf = (user?: string, service?: string) =>
      ask(`${url}/behalf`, user, { headers: service ? { [header]: `Bearer ${service}` } : {} })
    const [user, service] = [await foreign.user(), await own.service({ allowedOps })]
    const both = await behalf(user, service)
    expect([both.status, both.body]).toEqual([200, { user: 'user-1', service: 'billing' }])
    expect(told()).toEqual(['scope admitted', 'decision admitted'])
    expect((await behalf(user)).body.code).toBe('credentials_missing')
    expect((await behalf(service)).body.code).toBe('credentials_missing')
    expect((await behalf(undefined, service)).text).toBe('Authentication Error')
    expect((await behalf(service, service)).text).toBe('Authentication Error')
    expect((await behalf(user, await own.user())).body.code).toBe('principal_type_mismatch')
    expect((await behalf(user, await own.service())).body.code).toBe('operation_denied')
  })

  it('rejectM2M keeps out the services that user auth lets in', async () => {
    const { audit, told } = keepRecords()
    const { issuer, audience } = own
    const router = new Router()
    router.get('/api', userAuth(own), who)
    router.get('/users', userAuth(own), rejectM2M({ issuer, audience, audit, claims }), who)
    const { url } = await serve(Koa, router)
    const [service, user] = [await own.service(), await own.user()]
    expect((await ask(`${url}/api`, service)).body).toEqual({ user: 'billing', service: null })
    const refused = await ask(`${url}/users`, service)
    expect([refused.status, refused.body.code]).toEqual([403, 'user_required'])
    expect((await ask(`${url}/users`, user)).body).toEqual({ user: 'user-1', service: null })
    expect((await ask(`${url}/users`)).text).toBe('Authentication Error')
    expect(told()).toEqual(['principal refused principal_is_service'])
  })
})
