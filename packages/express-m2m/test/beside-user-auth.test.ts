import { sendRaw } from 'adapter-conformance'
import type { ErrorRequestHandler, Request, RequestHandler } from 'express'
import { createTestIssuer, type TestIssuer } from 'm2m-testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { getService, isM2MError, m2mAuth, rejectM2M, requireOp } from '../src/index.js'
import { type Express, majors } from './express-majors.js'
import { keepRecords } from './keep-records.js'
import { listen } from './listen.js'
import { userAuths } from './user-auths.js'

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
/** An actor that is no object: neither a service's token nor a delegated one. */
const unclear = { claims: { azp: 'another' } }
const isService = (req: Request): boolean => {
  try {
    return getService(req).id !== ''
  } catch {
    return false
  }
}
/** What the guard left for `requireOp`, without the M2M. */
const slotOf = (req: Request) => {
  const { service, passedOn, refusal } = Reflect.get(req, Symbol.for('m2m.request')) ?? {}
  return { service, passedOn, code: refusal?.code }
}
const guardOf = (options: object = {}): RequestHandler => {
  const { issuer, audience } = own
  return m2mAuth({ issuer, audience, audit: { sinks: [] }, requiredScope, ...options })
}
/** Tells user auth's refusals from ours, which `getService` alone throws here. */
const sayWho: ErrorRequestHandler = (error, _req, res, _next) => {
  const by = isM2MError(error) ? `getService: ${error.code}` : 'user auth'
  res.status(error.status ?? 500).json({ by })
}

describe.each(majors)('on %s', (_major, express) => {
  describe.each(userAuths)(
    'beside %s',
    (_name, { accept, acceptElsewhere, carry, claims, preflight }) => {
      const who: RequestHandler = (req, res) => {
        const { sub: user = null } = (claims(req) ?? {}) as { sub?: string }
        res.json({ user, service: isService(req) ? getService(req).id : null })
      }
      /** Counts whom user auth is asked about. */
      const counting = (userAuth: RequestHandler) => {
        let count = 0
        const asked: RequestHandler = (req, res, next) => {
          count += 1
          return userAuth(req, res, next)
        }
        return { asked, times: () => count }
      }
      const serve = async (app: Express) => {
        app.use(sayWho)
        const { url, port } = await listen(app)
        /** The body of a 200, else status and by whom: our problem code, or "user auth". */
        const ask = async (path: string, token?: string, init: RequestInit = {}) => {
          const headers = {
            ...(token !== undefined && { authorization: `Bearer ${token}` }),
            ...init.headers,
          }
          const response = await fetch(url + path, { ...init, headers })
          const body = (await response.json()) as { code?: string; by?: string }
          return response.status === 200 ? body : [response.status, body.code ?? body.by]
        }
        return { ask, port }
      }

      it('separate paths: each lets in its own callers and no others', async () => {
        const app = express()
        app.use('/internal', guardOf(), who)
        app.use('/api', accept(foreign), who)
        const { ask } = await serve(app)
        const [service, user] = [await own.service(), await foreign.user()]
        expect(await ask('/internal', service)).toEqual({ user: null, service: 'billing' })
        expect(await ask('/api', user)).toEqual({ user: 'user-1', service: null })
        expect(await ask('/internal', user)).toEqual([401, 'invalid_token'])
        expect(await ask('/api', service)).toEqual([401, 'user auth'])
        expect(await ask('/internal', await own.user())).toEqual([403, 'principal_type_mismatch'])
      })

      describe('on the same path', () => {
        const shared = async (users: Parameters<typeof accept>[0], options: object = {}) => {
          const { audit, told } = keepRecords()
          const { asked, times } = counting(accept(users))
          const app = express()
          app.use('/reports', guardOf({ audit, onForeignToken: 'next', ...options }))
          app.get('/reports/slot', (req, res) => {
            res.json(slotOf(req))
          })
          app.get('/reports/strict', (req, res) => {
            res.json({ id: getService(req).id })
          })
          app.use('/reports', (req, res, next) => (isService(req) ? next() : asked(req, res, next)))
          app.get('/reports', who)
          app.get('/reports/machines', requireOp('reports:read'), who)
          const { ask, port } = await serve(app)
          const by = (token?: string, path = '') => ask(`/reports${path}`, token)
          return { by, ask, told, times, port }
        }

        it('services and users of another issuer both get in', async () => {
          const { by, told, times } = await shared(foreign)
          expect(await by(await own.service())).toEqual({ user: null, service: 'billing' })
          expect(times()).toBe(0)
          expect(await by(await foreign.user())).toEqual({ user: 'user-1', service: null })
          expect(times()).toBe(1)
          expect(told()).toEqual(['scope admitted'])
        })

        it('services and users of one issuer both get in', async () => {
          const { by, told, times } = await shared(own)
          expect(await by(await own.service())).toEqual({ user: null, service: 'billing' })
          expect(await by(await own.user())).toEqual({ user: 'user-1', service: null })
          expect(times()).toBe(1)
          expect(told()).toEqual(['scope admitted'])
        })

        it('services and users get in whom one issuer issues tokens for two audiences', async () => {
          const audience = 'https://app.test'
          const { by } = await shared({ issuer: own.issuer, audience })
          const user = await own.user({ claims: { aud: audience } })
          expect(await by(await own.service())).toEqual({ user: null, service: 'billing' })
          expect(await by(user)).toEqual({ user: 'user-1', service: null })
          expect(await by(await own.user())).toEqual([401, 'user auth'])
        })

        it('what is foreign is for user auth to judge', async () => {
          const { by, times } = await shared(foreign)
          const tokens = [
            await foreign.expired(),
            await foreign.wrongAudience(),
            await foreign.otherKey(),
            await own.wrongAudience(),
          ]
          for (const token of tokens) expect(await by(token)).toEqual([401, 'user auth'])
          expect(times()).toBe(tokens.length)
        })

        it('tokens of ours that are forged, expired or malformed never reach user auth', async () => {
          const { by, times, told } = await shared(own)
          const refused = [
            [await own.expired(), 401, 'token_expired'],
            [await own.user({ expiresIn: -3600 }), 401, 'token_expired'],
            [await own.otherKey(), 401, 'invalid_token'],
            [await own.otherKey({ claims: { sub: 'user-1' } }), 401, 'invalid_token'],
            [await own.unknownKey(), 401, 'invalid_token'],
            [`${await own.user()}x`, 401, 'invalid_token'],
            ['not-a-token', 401, 'invalid_token'],
            ['a b', 400, 'invalid_request'],
            [await own.service({ scope: 'other' }), 403, 'insufficient_scope'],
            [await own.service(unclear), 403, 'principal_unclassified'],
          ] as const
          for (const [token, ...answer] of refused) expect(await by(token)).toEqual(answer)
          expect(times()).toBe(0)
          expect(told().filter((one) => one.includes('refused'))).toHaveLength(refused.length)
        })

        it('two Authorization headers never reach user auth, whoever they are of', async () => {
          const { port, times } = await shared(foreign, { onNoCredential: 'next' })
          const [service, user] = [await own.service(), await foreign.user()]
          for (const pair of [
            [user, user],
            [user, service],
            [service, user],
          ]) {
            const lines = pair.map((token) => `Authorization: Bearer ${token}`)
            const head = ['GET /reports HTTP/1.1', 'Host: x', 'Connection: close', ...lines]
            const { status, body } = await sendRaw(port, `${head.join('\r\n')}\r\n\r\n`)
            expect([status, JSON.parse(body).code]).toEqual([400, 'invalid_request'])
          }
          expect(times()).toBe(0)
        })

        it("no credential is user auth's only with onNoCredential: 'next'", async () => {
          const strict = await shared(foreign)
          const basic = { headers: { authorization: 'Basic Zm9vOmJhcg==' } }
          expect(await strict.by()).toEqual([401, 'credentials_missing'])
          expect(await strict.ask('/reports', undefined, basic)).toEqual([
            401,
            'credentials_missing',
          ])
          expect(strict.times()).toBe(0)
          const lenient = await shared(foreign, { onNoCredential: 'next' })
          expect(await lenient.by()).toEqual([401, 'user auth'])
          expect(await lenient.ask('/reports', undefined, basic)).toEqual([
            expect.any(Number),
            'user auth',
          ])
          expect(lenient.times()).toBe(2)
          expect(lenient.told()).toEqual([])
          expect(await lenient.by(await foreign.user())).toEqual({ user: 'user-1', service: null })
        })

        it('by default nothing is passed on', async () => {
          const { by, times } = await shared(own, { onForeignToken: 'refuse' })
          expect(await by(await own.user())).toEqual([403, 'principal_type_mismatch'])
          expect(await by(await foreign.user())).toEqual([401, 'invalid_token'])
          expect(times()).toBe(0)
        })

        it('the slot holds no service, and why', async () => {
          const { by } = await shared(own, { onNoCredential: 'next' })
          const passedOn = { service: null, passedOn: true }
          const slot = (token?: string) => by(token, '/slot')
          expect(await slot(await own.user())).toEqual({
            ...passedOn,
            code: 'principal_type_mismatch',
          })
          expect(await slot(await foreign.user())).toEqual({ ...passedOn, code: 'invalid_token' })
          expect(await slot()).toEqual({ ...passedOn, code: 'credentials_missing' })
          expect(await slot(await own.service())).toMatchObject({ service: { id: 'billing' } })
        })

        it('requireOp refuses whom the guard passed on, and records it once', async () => {
          const { by, told } = await shared(own)
          const machines = (token: string) => by(token, '/machines')
          expect(await machines(await own.user({ allowedOps }))).toEqual([
            403,
            'principal_type_mismatch',
          ])
          expect(told()).toEqual(['principal refused principal_is_user'])
          const ofForeign = await shared(foreign)
          const user = await foreign.user({ allowedOps })
          expect(await ofForeign.by(user, '/machines')).toEqual([401, 'invalid_token'])
          expect(ofForeign.told()).toEqual(['token refused issuer_unknown'])
          expect(ofForeign.times()).toBe(1)
          expect(await machines(await own.service({ allowedOps }))).toEqual({
            user: null,
            service: 'billing',
          })
        })

        it('getService throws for whom the guard passed on', async () => {
          const { by } = await shared(own, { onNoCredential: 'next' })
          const strict = (token?: string) => by(token, '/strict')
          expect(await strict(await own.user())).toEqual([
            403,
            'getService: principal_type_mismatch',
          ])
          expect(await strict(await foreign.user())).toEqual([401, 'getService: invalid_token'])
          expect(await strict()).toEqual([401, 'getService: credentials_missing'])
          expect(await strict(await own.service())).toEqual({ id: 'billing' })
        })
      })

      describe('both at once, with the service in a header of its own', () => {
        const header = 'X-Service-Authorization'
        const behalf = async () => {
          const { audit, told } = keepRecords()
          const app = express()
          app.use('/behalf', guardOf({ audit, header }), accept(foreign))
          app.get('/behalf', requireOp('reports:read'), who)
          const { ask, port } = await serve(app)
          const both = (user?: string, service?: string) =>
            ask('/behalf', user, { headers: service ? { [header]: `Bearer ${service}` } : {} })
          return { both, told, port }
        }

        it('admits where both admit', async () => {
          const { both, told } = await behalf()
          const service = await own.service({ allowedOps })
          expect(await both(await foreign.user(), service)).toEqual({
            user: 'user-1',
            service: 'billing',
          })
          expect(told()).toEqual(['scope admitted', 'decision admitted'])
        })

        it('refuses where either is missing, or stands in the place of the other', async () => {
          const { both } = await behalf()
          const [user, service] = [await foreign.user(), await own.service({ allowedOps })]
          expect(await both(user)).toEqual([401, 'credentials_missing'])
          expect(await both(service)).toEqual([401, 'credentials_missing'])
          expect(await both(undefined, service)).toEqual([401, 'user auth'])
          expect(await both(service, service)).toEqual([401, 'user auth'])
          expect(await both(user, user)).toEqual([401, 'invalid_token'])
          expect(await both(user, await own.user())).toEqual([403, 'principal_type_mismatch'])
          expect(await both(user, await own.service())).toEqual([403, 'operation_denied'])
        })

        it('admits no service in the place of the user where rejectM2M follows user auth', async () => {
          const { issuer, audience } = own
          const audit = { sinks: [] }
          const usersOnly = rejectM2M({ issuer, audience, audit, claims })
          const app = express()
          app.use(guardOf({ header }), accept(own))
          app.get('/open', who)
          app.get('/closed', usersOnly, requireOp('reports:read'), who)
          const { ask } = await serve(app)
          const service = await own.service({ allowedOps })
          const headers = { [header]: `Bearer ${service}` }
          const twice = { user: 'billing', service: 'billing' }
          expect(await ask('/open', service, { headers })).toEqual(twice)
          expect(await ask('/closed', service, { headers })).toEqual([403, 'user_required'])
          const both = { user: 'user-1', service: 'billing' }
          expect(await ask('/closed', await own.user(), { headers })).toEqual(both)
        })

        it('refuses that header twice', async () => {
          const { port } = await behalf()
          const service = `${header}: Bearer ${await own.service({ allowedOps })}`
          const user = `Authorization: Bearer ${await foreign.user()}`
          const send = async (...lines: readonly string[]) => {
            const head = ['GET /behalf HTTP/1.1', 'Host: x', 'Connection: close', ...lines]
            return sendRaw(port, `${head.join('\r\n')}\r\n\r\n`)
          }
          expect((await send(user, service)).status).toBe(200)
          const twice = await send(user, service, service)
          expect([twice.status, JSON.parse(twice.body).code]).toEqual([400, 'invalid_request'])
        })
      })

      describe('rejectM2M after user auth', () => {
        const usersOnly = async (
          userAuth: RequestHandler = accept(own),
          options: { claims?: (req: Request) => unknown } = {},
        ) => {
          const { issuer, audience } = own
          const { audit, told } = keepRecords()
          const app = express()
          app.get('/api', userAuth, who)
          app.use(
            '/users',
            userAuth,
            rejectM2M({ issuer, audience, audit, claims, ...options }),
            who,
          )
          return { ...(await serve(app)), told }
        }

        it('refuses the services that user auth lets in, with a record', async () => {
          const { ask, told } = await usersOnly()
          const service = await own.service()
          expect(await ask('/api', service)).toEqual({ user: 'billing', service: null })
          expect(await ask('/users', service)).toEqual([403, 'user_required'])
          expect(told()).toEqual(['principal refused principal_is_service'])
        })

        it('refuses what cannot be told, from an issuer that it knows', async () => {
          const { ask, told } = await usersOnly()
          const token = await own.service(unclear)
          expect(await ask('/api', token)).toEqual({ user: 'billing', service: null })
          expect(await ask('/users', token)).toEqual([403, 'user_required'])
          expect(told()).toEqual(['principal refused principal_is_no_user'])
        })

        it('refuses the services of any issuer, and leaves it to others what cannot be told', async () => {
          const { ask, told } = await usersOnly(accept(foreign))
          const [service, unknown] = [await foreign.service(), await foreign.service(unclear)]
          expect(await ask('/users', service)).toEqual([403, 'user_required'])
          expect(await ask('/users', unknown)).toEqual({ user: 'billing', service: null })
          expect(told()).toEqual(['principal refused principal_is_service'])
        })

        it('passes users, and services that act for one, and records neither', async () => {
          const { ask, told } = await usersOnly()
          const delegated = await own.user({ claims: { act: { sub: 'billing' } } })
          const expected = { user: 'user-1', service: null }
          expect(await ask('/users', await own.user())).toEqual(expected)
          expect(await ask('/users', delegated)).toEqual(expected)
          expect(told()).toEqual([])
        })

        it('leaves bad tokens and none to user auth', async () => {
          const { ask, told } = await usersOnly()
          for (const token of [undefined, await own.expired(), await own.otherKey()]) {
            expect(await ask('/users', token)).toEqual([401, 'user auth'])
          }
          expect(told()).toEqual([])
        })

        it('covers a token that user auth took from elsewhere, and reads no header', async () => {
          const { ask } = await usersOnly(acceptElsewhere(own))
          const bring = (path: string, token: string) => {
            const { query, headers } = carry(token)
            return ask(`${path}?${new URLSearchParams({ ...query })}`, undefined, { headers })
          }
          const service = await own.service()
          expect(await bring('/api', service)).toEqual({ user: 'billing', service: null })
          expect(await bring('/users', service)).toEqual([403, 'user_required'])
          expect(await bring('/users', await own.user())).toEqual({ user: 'user-1', service: null })
        })

        it('answers 500 where user auth leaves no claims', async () => {
          const missing = [500, 'M2M_CFG_CLAIMS_MISSING']
          const noClaims = await usersOnly(accept(own), { claims: () => undefined })
          expect(await noClaims.ask('/users', await own.user())).toEqual(missing)
          const noUserAuth = await usersOnly((_req, _res, next) => next())
          expect(await noUserAuth.ask('/users', await own.user())).toEqual(missing)
        })

        it('admits no preflight that user auth lets pass unasked', async () => {
          const { ask } = await usersOnly()
          const headers = { 'access-control-request-headers': 'authorization' }
          const answer = await ask('/users', undefined, { method: 'OPTIONS', headers })
          expect(answer).toEqual(preflight)
        })
      })

      it("with onNoCredential: 'next', a service's token from elsewhere needs rejectM2M", async () => {
        const { issuer, audience } = own
        const audit = { sinks: [] }
        const usersOnly = rejectM2M({ issuer, audience, audit, claims })
        const guard = guardOf({ onForeignToken: 'next', onNoCredential: 'next' })
        const app = express()
        app.use('/open', guard, acceptElsewhere(own), who)
        app.use('/closed', guard, acceptElsewhere(own), usersOnly, who)
        const { ask } = await serve(app)
        const { query, headers } = carry(await own.service())
        const bring = (path: string) =>
          ask(`${path}?${new URLSearchParams({ ...query })}`, undefined, { headers })
        expect(await bring('/open')).toEqual({ user: 'billing', service: null })
        expect(await bring('/closed')).toEqual([403, 'user_required'])
      })
    },
  )
})
