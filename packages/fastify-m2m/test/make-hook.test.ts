import { connect } from 'node:net'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { createTestIssuer, type TestIssuer } from 'm2m-testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import fastifyM2M, { getService, isM2MError, m2mAuth, requireOp } from '../src/index.js'
import { appOf, gist, keepRecords, requiredScope } from './app-of.js'

let issuer: TestIssuer
let token: string
beforeAll(async () => {
  issuer = await createTestIssuer()
  token = await issuer.service({ allowedOps: ['transfers:create'] })
})

const quiet = { audit: { sinks: [] } }
const options = (more: object = {}) => ({ ...issuer.asOptions(), ...quiet, requiredScope, ...more })
const op = 'transfers:create'

describe("refusals: 'throw'", () => {
  it('gives the branded error to Fastify, which answers in its own format', async () => {
    const seen: unknown[] = []
    const { call } = await appOf((app) => {
      app.addHook('onError', async (_request, _reply, error) => void seen.push(error))
      app.get('/', { onRequest: m2mAuth(options({ refusals: 'throw' })) }, async () => ({}))
    })
    const { status, headers, body } = await call('/')
    expect(status).toBe(401)
    expect(body).toMatchObject({ statusCode: 401, code: 'credentials_missing' })
    expect(headers.get('www-authenticate')).toBe('Bearer realm="api"')
    expect(seen.map(isM2MError)).toEqual([true])
  })

  it('lets an error handler write its own format, and holds for requireOp too', async () => {
    const { call } = await appOf((app) => {
      app.setErrorHandler((error, _request, reply) => {
        const { code, status } = error as unknown as { code: string; status: number }
        return reply.code(status).send({ mine: code })
      })
      app.register(fastifyM2M, options({ refusals: 'throw' }))
      app.get('/', { config: { m2m: { op: 'transfers:delete' } } }, async () => ({}))
    })
    expect(await call('/')).toMatchObject({ status: 401, body: { mine: 'credentials_missing' } })
    expect(await call('/', { token })).toMatchObject({
      status: 403,
      body: { mine: 'operation_denied' },
    })
  })

  it('an error handler that answers 200 has not run the guarded handler', async () => {
    let reached = false
    const { call } = await appOf((app) => {
      app.setErrorHandler(async () => ({ forgiven: true }))
      app.register(fastifyM2M, options({ refusals: 'throw' }))
      app.get('/', async () => {
        reached = true
      })
    })
    expect([(await call('/')).body, reached]).toEqual([{ forgiven: true }, false])
  })
})

describe('faults', () => {
  const faults: readonly (readonly [string, unknown])[] = [
    ['an error', Object.assign(new Error('no such transfer'), { statusCode: 404 })],
    ['undefined', undefined],
    ['null', null],
    ['false', false],
    ['an empty text', ''],
  ]

  it.each(faults)(
    'a resource function that throws or rejects with %s opens nothing',
    async (_what, fault) => {
      let reached = 0
      const throws = () => {
        throw fault
      }
      const handler = async () => {
        reached += 1
        return {}
      }
      const { call } = await appOf((app) => {
        app.register(fastifyM2M, options())
        app.get('/config', { config: { m2m: { op, resource: throws } } }, handler)
        const rejects = () => Promise.reject(fault)
        app.get(
          '/early',
          { config: { m2m: { op, resource: rejects, resourceFrom: 'params' } } },
          handler,
        )
        app.get('/hook', { preHandler: requireOp(op, { resource: rejects }) }, handler)
      })
      const answers = [
        await call('/config', { token }),
        await call('/early', { token }),
        await call('/hook', { token }),
      ]
      const expected = fault instanceof Error ? 404 : 500
      expect(answers.map(({ status }) => status)).toEqual([expected, expected, expected])
      expect(reached).toBe(0)
    },
  )

  it('go to Fastify unchanged', async () => {
    const fault = new Error('policy store exploded')
    const rulesFor = () => {
      throw fault
    }
    const seen: unknown[] = []
    const { call } = await appOf((app) => {
      app.addHook('onError', async (_request, _reply, error) => void seen.push(error))
      app.register(fastifyM2M, options({ policy: { version: 1, rulesFor } }))
      app.get('/', async () => ({}))
    })
    expect([(await call('/', { token })).status, seen]).toEqual([500, [fault]])
  })

  it('of the handler are the handler’s own', async () => {
    const { records, audit } = keepRecords()
    const { call } = await appOf((app) => {
      app.register(fastifyM2M, options({ audit }))
      app.get('/', { config: { m2m: { op } } }, () => {
        throw Object.assign(new Error('teapot'), { statusCode: 418 })
      })
    })
    expect((await call('/', { token })).status).toBe(418)
    expect(records.map(({ stage, outcome }) => `${stage} ${outcome}`)).toEqual([
      'scope admitted',
      'decision admitted',
    ])
  })

  it('a copy that cannot be made is a fault, not a crash', async () => {
    const { call } = await appOf((app) => {
      app.decorateRequest('caller', { getter: () => null })
      app.register(fastifyM2M, options({ property: 'caller' }))
      app.get('/', async () => ({}))
    })
    expect((await call('/', { token })).status).toBe(500)
    expect((await call('/')).status).toBe(401)
  })
})

it('nothing runs after a refusal, however long an onSend hook takes', async () => {
  const ran: string[] = []
  const { call } = await appOf((app) => {
    app.addHook('onSend', async () => {
      await new Promise((resolve) => setImmediate(resolve))
    })
    app.register(fastifyM2M, options())
    app.addHook('onRequest', async () => void ran.push('onRequest'))
    app.addHook('preHandler', async () => void ran.push('preHandler'))
    app.get('/', async () => void ran.push('handler'))
    app.get('/op', { config: { m2m: { op: 'transfers:delete' } } }, async () => {
      ran.push('handler')
    })
  })
  expect([(await call('/')).status, ran]).toEqual([401, []])
  expect([(await call('/op', { token })).status, ran]).toEqual([403, ['onRequest']])
})

describe('an answer that others have begun', () => {
  it('by hijacking is left alone', async () => {
    let reached = false
    const { call } = await appOf((app) => {
      const resource = async (request: FastifyRequest) => {
        Reflect.get(request, 'takeOver')()
        return {}
      }
      app.addHook('onRequest', async (request, reply) => {
        const takeOver = () => {
          reply.hijack()
          setImmediate(() => reply.raw.end('taken over'))
        }
        Object.assign(request, { takeOver })
      })
      app.register(fastifyM2M, options())
      app.get('/', { config: { m2m: { op: 'transfers:delete', resource } } }, async () => {
        reached = true
      })
    })
    const { status, text } = await call('/', { token })
    expect([status, text, reached]).toEqual([200, 'taken over', false])
  })

  it('with headers under way is not written into', async () => {
    const { call } = await appOf((app) => {
      app.addHook('onRequest', async (_request, reply) => {
        reply.raw.write('early')
        setImmediate(() => reply.raw.end())
      })
      app.get('/', { onRequest: m2mAuth(options()) }, async () => ({}))
    })
    expect((await call('/')).text).toBe('early')
  })
})

it('row 59: survives a caller that is gone before the decision, and records it once', async () => {
  const { records, audit } = keepRecords()
  let decide = (): void => undefined
  let handled = 0
  const asked = new Promise<void>((reached) => {
    decide = () => reached()
  })
  let proceed = (_facts: object): void => undefined
  const facts = new Promise<object>((resolve) => {
    proceed = resolve
  })
  const gone: Promise<unknown>[] = []
  const { call, port } = await appOf((app: FastifyInstance) => {
    app.register(fastifyM2M, options({ audit }))
    const resource = (request: FastifyRequest) => {
      gone.push(new Promise((resolve) => request.raw.socket.once('close', resolve)))
      decide()
      return facts
    }
    app.get('/slow', { config: { m2m: { op: 'transfers:delete', resource } } }, async () => {
      handled += 1
    })
    app.get('/', async (request) => ({ by: getService(request).id }))
  })
  const socket = connect(port, '127.0.0.1')
  socket.write(`GET /slow HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`)
  await asked
  socket.destroy()
  await Promise.all(gone)
  proceed({})
  expect((await call('/', { token })).body).toEqual({ by: 'billing' })
  expect(records.filter(({ stage }) => stage === 'decision')).toMatchObject([
    { outcome: 'refused', operation: 'transfers:delete' },
  ])
  expect(handled).toBe(0)
})

it('does not crash on a caller that is gone while keys are fetched', async () => {
  const hanging = await createTestIssuer()
  const { call, url } = await appOf((app) => {
    app.get(
      '/',
      { onRequest: m2mAuth({ ...hanging.asOptions(), ...quiet, requiredScope }) },
      async () => ({}),
    )
    app.get('/up', async () => ({ up: true }))
  })
  hanging.fail('hang')
  const headers = { authorization: `Bearer ${await hanging.service()}` }
  await expect(fetch(url, { headers, signal: AbortSignal.timeout(50) })).rejects.toThrow()
  expect(gist(await call('/up'))).toEqual([200, undefined])
})
