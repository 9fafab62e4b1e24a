import type { NextFunction, Request, Response } from 'express'
import { createTestIssuer, type TestIssuer } from 'm2m-testkit'
import request from 'supertest'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  type AuditRecord,
  createM2M,
  getService,
  isM2MError,
  m2mAuth,
  m2mErrorHandler,
  requireOp,
} from '../src/index.js'
import { majors } from './express-majors.js'
import { listen } from './listen.js'

let issuer: TestIssuer
beforeAll(async () => {
  issuer = await createTestIssuer()
})

const quiet = { audit: { sinks: [] } }
const requiredScope = 's2s:internal'
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const allowedOps = ['transfers:create']

describe.each(majors)('m2mAuth on %s', (_name, express) => {
  const guardedApp = (options: object = {}) => {
    const app = express()
    let handled = 0
    app.use('/internal', m2mAuth({ ...issuer.asOptions(), ...quiet, requiredScope, ...options }))
    app.post('/internal/transfers', requireOp('transfers:create'), (req, res) => {
      handled += 1
      res.json({ by: getService(req).id, copy: Reflect.get(req, 'caller') ?? req.service })
    })
    return { app, handled: () => handled }
  }

  it('lets a service through and shows who it is', async () => {
    const { app } = guardedApp()
    const token = await issuer.service({ id: 'billing', allowedOps, tier: 'internal' })
    const answer = await request(app).post('/internal/transfers').set(bearer(token))
    expect(answer.status).toBe(200)
    expect(answer.body.by).toBe('billing')
    expect(answer.body.copy).toMatchObject({
      id: 'billing',
      tier: 'internal',
      scopes: [requiredScope],
    })
    expect(answer.body.copy).not.toHaveProperty('ability')
  })

  it('puts the copy where property says', async () => {
    const { app } = guardedApp({ property: 'caller' })
    const token = await issuer.service({ id: 'billing', allowedOps })
    const answer = await request(app).post('/internal/transfers').set(bearer(token))
    expect(answer.body.copy.id).toBe('billing')
  })

  it('answers refusals itself, beside headers that others have set', async () => {
    const app = express()
    app.use((_req: Request, res: Response, next: NextFunction) => {
      res.setHeader('X-Frame-Options', 'DENY')
      next()
    })
    app.use(m2mAuth({ ...issuer.asOptions(), ...quiet, requiredScope }))
    const answer = await request(app).get('/anything')
    expect(answer.status).toBe(401)
    expect(answer.headers['content-type']).toBe('application/problem+json')
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="api"')
    expect(answer.headers['x-frame-options']).toBe('DENY')
    expect(answer.body.code).toBe('credentials_missing')
  })

  it('is not undone by an error middleware that calls next()', async () => {
    const app = express()
    let reached = false
    const forgiving = (_e: unknown, _q: Request, _s: Response, next: NextFunction) => next()
    app.use(m2mAuth({ ...issuer.asOptions(), ...quiet, requiredScope }), forgiving)
    app.use(forgiving)
    app.post('/internal/transfers', requireOp('transfers:create'), forgiving)
    app.use((_req: Request, res: Response) => {
      reached = true
      res.json({})
    })
    const refusedEarly = await request(app).post('/internal/transfers')
    const token = await issuer.service({ allowedOps: [] })
    const refusedLate = await request(app).post('/internal/transfers').set(bearer(token))
    expect([refusedEarly.status, refusedLate.status, reached]).toEqual([401, 403, false])
  })

  it("with refusals: 'throw', a forgiving error middleware still meets requireOp's refusal", async () => {
    const app = express()
    let reached = false
    app.use(m2mAuth({ ...issuer.asOptions(), ...quiet, requiredScope, refusals: 'throw' }))
    app.use((_e: unknown, _q: Request, _s: Response, next: NextFunction) => next())
    app.post('/t', requireOp('transfers:create'), (_req: Request, res: Response) => {
      reached = true
      res.json({})
    })
    const answer = await request(app).post('/t')
    expect([answer.status, reached]).toEqual([401, false])
  })

  it('a guard that refused or faulted is not undone by a later guard of another M2M', async () => {
    const exploding = () => {
      throw new Error('policy store exploded')
    }
    const outer = [
      [{ requiredScope: 'other', refusals: 'throw' }, 403, 'insufficient_scope'],
      [{ policy: { version: 1, rulesFor: exploding } }, 500, 'authorization_failed'],
    ] as const
    for (const [options, status, code] of outer) {
      const app = express()
      let reached = false
      app.use(m2mAuth({ ...issuer.asOptions(), ...quiet, requiredScope, ...options }))
      app.use((_e: unknown, _q: Request, _s: Response, next: NextFunction) => next())
      app.use(m2mAuth({ ...issuer.asOptions(), ...quiet, requiredScope }))
      app.use((_req: Request, res: Response) => {
        reached = true
        res.json({})
      })
      app.use(m2mErrorHandler())
      const token = await issuer.service({ allowedOps })
      const answer = await request(app).post('/').set(bearer(token))
      expect([answer.status, answer.body.code, reached]).toEqual([status, code, false])
    }
  })

  it("gives the branded error to the framework with refusals: 'throw'", async () => {
    const { app } = guardedApp({ refusals: 'throw' })
    const seen: unknown[] = []
    app.use((error: unknown, _q: Request, _s: Response, next: NextFunction) => {
      seen.push(error)
      next(error)
    })
    app.use(m2mErrorHandler())
    const answer = await request(app).post('/internal/transfers')
    expect(answer.status).toBe(401)
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="api"')
    expect(answer.headers['content-type']).toBe('application/problem+json')
    expect(answer.body.code).toBe('credentials_missing')
    expect(seen.every(isM2MError)).toBe(true)
    expect(seen).toMatchObject([{ code: 'credentials_missing', status: 401, expose: true }])
    const denied = await request(app)
      .post('/internal/transfers')
      .set(bearer(await issuer.service({ allowedOps: [] })))
    expect([denied.status, denied.body.code]).toEqual([403, 'operation_denied'])
  })

  it('m2mErrorHandler leaves the errors of others alone', async () => {
    const app = express()
    app.get('/', () => {
      throw Object.assign(new Error('theirs'), { status: 418, code: 'credentials_missing' })
    })
    app.use(m2mErrorHandler())
    app.use((error: Error, _q: Request, res: Response, _next: NextFunction) => {
      res.status(418).json({ message: error.message })
    })
    const answer = await request(app).get('/')
    expect([answer.status, answer.body]).toEqual([418, { message: 'theirs' }])
  })

  it('names its function, so that it shows in stacks and route lists', () => {
    expect(m2mAuth({ ...issuer.asOptions(), ...quiet, requiredScope }).name).toBe(
      'M2MAuthorization',
    )
  })

  it('answers 503 with Retry-After, never 401, while keys cannot be had', async () => {
    const down = await createTestIssuer()
    const token = await down.service({ allowedOps })
    down.fail('status')
    const app = express()
    app.use(m2mAuth({ ...down.asOptions(), ...quiet, requiredScope }))
    const answer = await request(app).get('/').set(bearer(token))
    expect([answer.status, answer.body.code]).toEqual([503, 'authorization_unavailable'])
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    expect(answer.headers).not.toHaveProperty('www-authenticate')
  })

  it('gives unknown faults to the framework, unchanged', async () => {
    const fault = new Error('policy store exploded')
    const policy = {
      version: 1,
      rulesFor: () => {
        throw fault
      },
    }
    const { app, handled } = guardedApp({ policy })
    const seen: unknown[] = []
    app.use((error: unknown, _q: Request, res: Response, _n: NextFunction) => {
      seen.push(error)
      res.status(500).end()
    })
    const token = await issuer.service({ allowedOps })
    const answer = await request(app).post('/internal/transfers').set(bearer(token))
    expect([answer.status, seen, handled()]).toEqual([500, [fault], 0])
  })

  it('survives a response that is already under way and a caller that has gone', async () => {
    const app = express()
    app.use((_req: Request, res: Response, next: NextFunction) => {
      res.end('early')
      next()
    })
    app.use(m2mAuth({ ...issuer.asOptions(), ...quiet, requiredScope }))
    const { url } = await listen(app)
    expect(await (await fetch(url)).text()).toBe('early')
    const hanging = await createTestIssuer()
    hanging.fail('hang')
    const slow = express()
    slow.use(m2mAuth({ ...hanging.asOptions(), ...quiet, requiredScope }))
    const { url: slowUrl } = await listen(slow)
    const headers = bearer(await hanging.service())
    await expect(fetch(slowUrl, { headers, signal: AbortSignal.timeout(50) })).rejects.toThrow()
    expect(await (await fetch(url)).text()).toBe('early')
  })

  it('checks only the new scope when the same M2M guards twice', async () => {
    const records: AuditRecord[] = []
    const sinks = [{ write: (record: AuditRecord) => void records.push(record) }]
    const m2m = createM2M({ ...issuer.asOptions(), audit: { sinks } })
    const app = express()
    app.use(m2mAuth({ m2m, requiredScope }))
    app.get('/a', m2mAuth({ m2m, requiredScope: 'a' }), (_req, res) => void res.json({}))
    const both = await issuer.service({ scope: `${requiredScope} a` })
    const one = await issuer.service({ scope: requiredScope })
    expect((await request(app).get('/a').set(bearer(both))).status).toBe(200)
    expect((await request(app).get('/a').set(bearer(one))).status).toBe(403)
    expect(records.map(({ stage, outcome }) => `${stage} ${outcome}`)).toEqual([
      'scope admitted',
      'scope admitted',
      'scope admitted',
      'scope refused',
    ])
  })

  it('needs both of two M2Ms, and the inner principal counts', async () => {
    const other = await createTestIssuer({ issuer: 'https://other.test' })
    const asOther = createM2M({ ...other.asOptions(), ...quiet })
    const m2m = createM2M({ ...issuer.asOptions(), ...quiet })
    const partner = { ...issuer.asOptions(), ...quiet, tier: 'partner' }
    const app = express()
    app.use('/both', m2mAuth({ m2m, requiredScope }), m2mAuth({ ...partner, requiredScope }))
    app.get('/both', (req, res) => void res.json({ tier: getService(req).tier }))
    app.get(
      '/impossible',
      m2mAuth({ m2m, requiredScope }),
      m2mAuth({ m2m: asOther, requiredScope }),
      (_req, res) => void res.json({}),
    )
    const token = await issuer.service({ tier: 'internal' })
    expect((await request(app).get('/both').set(bearer(token))).body).toEqual({ tier: 'partner' })
    expect((await request(app).get('/impossible').set(bearer(token))).status).toBe(401)
  })

  it('works in nested routers and apps, and records the whole path', async () => {
    const records: AuditRecord[] = []
    const sinks = [{ write: (record: AuditRecord) => void records.push(record) }]
    const inner = express.Router()
    inner.post('/transfers', requireOp('transfers:create'), (_req, res) => void res.json({}))
    const app = express()
    app.use('/internal', m2mAuth({ ...issuer.asOptions(), audit: { sinks }, requiredScope }), inner)
    const token = await issuer.service({ allowedOps })
    const answer = await request(app).post('/internal/transfers?x=1').set(bearer(token))
    expect(answer.status).toBe(200)
    expect(records.map(({ path }) => path)).toEqual(['/internal/transfers', '/internal/transfers'])
  })
})
