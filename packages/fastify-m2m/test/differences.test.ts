import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { sendRaw } from 'adapter-conformance'
import type { FastifyInstance } from 'fastify'
import { createTestIssuer, type TestIssuer } from 'm2m-testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import fastifyM2M, { getService } from '../src/index.js'
import { appOf, gist, inScope, keepRecords, requiredScope } from './app-of.js'

let issuer: TestIssuer
let token: string
let stranger: string
beforeAll(async () => {
  issuer = await createTestIssuer()
  token = await issuer.service({ id: 'billing', allowedOps: ['transfers:create'] })
  stranger = await issuer.service({ id: 'reports', allowedOps: ['reports:read'] })
})

const quiet = { audit: { sinks: [] } }
const options = (more: object = {}) => ({ ...issuer.asOptions(), ...quiet, requiredScope, ...more })
const ok = async () => ({ ok: true })
const op = 'transfers:create'
const json = { 'content-type': 'application/json' }

describe('bodies', () => {
  it('are not parsed for whom the guard refuses: 401, not 400, 413 or 415', async () => {
    let parsed = 0
    const build = (app: FastifyInstance) => {
      app.addContentTypeParser('text/x-counted', { parseAs: 'string' }, (_request, body, done) => {
        parsed += 1
        done(null, body)
      })
      app.register(fastifyM2M, options())
      app.post('/', { config: { m2m: { op } } }, ok)
    }
    const { call } = await appOf(build, { bodyLimit: 16 })
    const bodies = [
      [json, '{"broken'],
      [json, `{"long":"${'x'.repeat(100_000)}"}`],
      [{ 'content-type': 'no/such-type' }, 'x'],
      [{ 'content-type': 'text/x-counted' }, 'x'],
    ] as const
    for (const [headers, body] of bodies) {
      const post = { method: 'POST', headers: { ...headers }, body }
      expect((await call('/', post)).status).toBe(401)
      expect((await call('/', { ...post, token: stranger })).status).toBe(403)
    }
    expect(parsed).toBe(0)
    const [[headers, body]] = bodies
    expect((await call('/', { method: 'POST', headers: { ...headers }, body, token })).status).toBe(
      400,
    )
  })

  it('are validated before a decision that needs them', async () => {
    const schema = {
      params: { type: 'object', properties: { id: { type: 'integer' } } },
      body: { type: 'object', required: ['amount'] },
    }
    const { records, audit } = keepRecords()
    const { call } = await appOf((app) => {
      app.register(fastifyM2M, options({ audit }))
      const resource = () => ({})
      app.post('/late/:id', { schema, config: { m2m: { op, resource } } }, ok)
      app.post('/early/:id', { schema, config: { m2m: { op } } }, ok)
    })
    const bad = { method: 'POST', headers: json, body: '{}', token: stranger }
    expect((await call('/late/x', bad)).status).toBe(400)
    expect(records.map(({ stage }) => stage)).toEqual(['scope'])
    expect((await call('/early/x', bad)).status).toBe(403)
    expect((await call('/late/1', { ...bad, body: '{"amount":1}' })).status).toBe(403)
  })

  it('that fail their schema with attachValidation still meet the decision', async () => {
    const schema = { body: { type: 'object', required: ['amount'] } }
    const { call } = await appOf((app) => {
      app.register(fastifyM2M, options())
      const route = {
        schema,
        attachValidation: true,
        config: { m2m: { op, resource: () => ({}) } },
      }
      app.post('/', route, ok)
    })
    const bad = { method: 'POST', headers: json, body: '{}' }
    expect((await call('/', { ...bad, token: stranger })).status).toBe(403)
    expect((await call('/', { ...bad, token })).status).toBe(200)
  })
})

describe('what is not found', () => {
  it('is refused by a guard of the whole server, and 404 for a service', async () => {
    const { call } = await appOf((app) => {
      app.register(fastifyM2M, options())
    })
    expect(gist(await call('/nothing'))).toEqual([401, 'credentials_missing'])
    expect((await call('/nothing', { token })).status).toBe(404)
  })

  it('is 404 for everybody under a scope that has no handler for it', async () => {
    const { call } = await appOf((app) => {
      inScope(app, (scope) => scope.register(fastifyM2M, options()), '/internal')
    })
    expect((await call('/internal/nothing')).status).toBe(404)
  })

  it('is guarded in a scope that has a handler of its own for it', async () => {
    const { call } = await appOf((app) => {
      const inside = (scope: FastifyInstance) => {
        scope.register(fastifyM2M, options())
        scope.setNotFoundHandler(async (request, reply) =>
          reply.code(404).send({ asked: getService(request).id }),
        )
      }
      inScope(app, inside, '/internal')
    })
    expect((await call('/internal/nothing')).status).toBe(401)
    expect(await call('/internal/nothing', { token })).toMatchObject({
      status: 404,
      body: { asked: 'billing' },
    })
    expect((await call('/elsewhere')).status).toBe(404)
  })

  it('by the word of a handler stays so', async () => {
    const { call } = await appOf((app) => {
      app.register(fastifyM2M, options())
      const route = { config: { m2m: { op, resource: () => ({}) } } }
      app.get('/gone', route, (_request, reply) => reply.callNotFound())
    })
    expect((await call('/gone', { token })).status).toBe(404)
    expect((await call('/gone', { token: stranger })).status).toBe(403)
  })
})

describe('methods', () => {
  it('HEAD is guarded and decided like the GET that it comes from', async () => {
    const { call } = await appOf((app) => {
      app.register(fastifyM2M, options())
      app.get('/', { config: { m2m: { op } } }, ok)
      app.get('/late', { config: { m2m: { op, resource: () => ({}) } } }, ok)
    })
    for (const path of ['/', '/late']) {
      const head = async (more: object) => (await call(path, { method: 'HEAD', ...more })).status
      expect([await head({}), await head({ token: stranger }), await head({ token })]).toEqual([
        401, 403, 200,
      ])
    }
  })

  it('HEAD is refused with the same headers as GET, and no body', async () => {
    const { port } = await appOf((app) => {
      app.register(fastifyM2M, options())
      app.get('/', ok)
    })
    const ask = (method: string) =>
      sendRaw(port, `${method} / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
    const [head, get] = [await ask('HEAD'), await ask('GET')]
    for (const name of ['www-authenticate', 'content-type', 'content-length']) {
      expect(head.headers.get(name)).toEqual(get.headers.get(name))
      expect(head.headers.get(name)).toBeDefined()
    }
    expect([head.status, head.body]).toEqual([401, ''])
  })

  it('without exposeHeadRoutes there is no HEAD, and the guard speaks first', async () => {
    const build = (app: FastifyInstance) => {
      app.register(fastifyM2M, options())
      app.get('/', { config: { m2m: { op } } }, ok)
    }
    const { call } = await appOf(build, { exposeHeadRoutes: false })
    expect((await call('/', { method: 'HEAD' })).status).toBe(401)
    expect((await call('/', { method: 'HEAD', token })).status).toBe(404)
  })

  it('OPTIONS is guarded like any other, also as the route of everything', async () => {
    const { call } = await appOf((app) => {
      app.register(fastifyM2M, options())
      app.options('*', ok)
      app.all('/all', { config: { m2m: { op } } }, ok)
    })
    expect((await call('/x', { method: 'OPTIONS' })).status).toBe(401)
    expect((await call('/x', { method: 'OPTIONS', token })).status).toBe(200)
    for (const method of ['OPTIONS', 'DELETE', 'PUT', 'PATCH', 'HEAD']) {
      expect((await call('/all', { method, token: stranger })).status).toBe(403)
    }
  })

  it('an override header changes nothing', async () => {
    const { call } = await appOf((app) => {
      app.register(fastifyM2M, options())
      app.get('/', { config: { m2m: false } }, async ({ method }) => ({ method }))
      app.delete('/', { config: { m2m: { op: 'transfers:delete' } } }, ok)
    })
    const headers = { 'x-http-method-override': 'DELETE' }
    expect((await call('/', { headers })).body).toEqual({ method: 'GET' })
  })
})

describe('row 31: paths', () => {
  const tricks = [
    '/internal/transfers',
    '/internal//transfers',
    '//internal/transfers',
    '/internal/transfers/',
    '/internal/./transfers',
    '/internal/x/../transfers',
    '/%69nternal/transfers',
    '/internal%2Ftransfers',
    '/internal/transfers;x',
    '/internal/transfers?x=/public',
    '/INTERNAL/transfers',
    '/internal/TRANSFERS',
    '/internal/transfers%20',
    '/internal/transfers%00',
    '/internal\\transfers',
    'http://evil.test/internal/transfers',
  ]
  const lenient = {
    routerOptions: {
      caseSensitive: false,
      ignoreTrailingSlash: true,
      ignoreDuplicateSlashes: true,
      useSemicolonDelimiter: true,
    },
  }

  it.each([
    ['by default', {}],
    ['with every leniency of the router', lenient],
  ])('reach a guarded handler only through its guard, %s', async (_how, server) => {
    let reached = 0
    const { port } = await appOf((app) => {
      const inside = (scope: FastifyInstance) => {
        scope.register(fastifyM2M, options())
        scope.get('/transfers', async () => {
          reached += 1
          return {}
        })
      }
      inScope(app, inside, '/internal')
    }, server)
    const ask = (path: string, authorization = '') =>
      sendRaw(port, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${authorization}\r\n`)
    for (const path of tricks) {
      expect([400, 401, 404], path).toContain((await ask(path)).status)
    }
    expect(reached).toBe(0)
    const opened: string[] = []
    for (const path of tricks) {
      const { status } = await ask(path, `Authorization: Bearer ${token}\r\n`)
      if (status === 200) opened.push(path)
    }
    expect(opened.length).toBe(reached)
    expect(opened.length).toBeGreaterThan(1)
  })
})

describe('answers of handlers', () => {
  it('that stream or take the socket over are not touched', async () => {
    const { call } = await appOf((app) => {
      app.register(fastifyM2M, options())
      app.get('/stream', async () => Readable.from(['a', 'b', 'c']))
      app.get('/hijack', { config: { m2m: { op } } }, async (_request, reply) => {
        reply.hijack()
        reply.raw.end('mine')
      })
    })
    expect((await call('/stream', { token })).text).toBe('abc')
    expect((await call('/hijack', { token })).text).toBe('mine')
    expect((await call('/stream')).status).toBe(401)
    expect((await call('/hijack')).status).toBe(401)
  })

  it('keep the serializers of their route, which refusals do not ask', async () => {
    const response = { '4xx': { type: 'object', properties: { mine: { type: 'string' } } } }
    const { call } = await appOf((app) => {
      app.setReplySerializer(() => '{"serialized":true}')
      app.register(fastifyM2M, options())
      app.get('/', { schema: { response } }, async () => ({ a: 1 }))
    })
    expect(gist(await call('/'))).toEqual([401, 'credentials_missing'])
    expect((await call('/', { token })).body).toEqual({ serialized: true })
  })
})

it('an upgrade is not covered: Node hands it to whoever listens for it', async () => {
  const { app, port } = await appOf((server) => {
    server.register(fastifyM2M, options())
    server.get('/ws', ok)
  })
  app.server.on('upgrade', (_request, socket) => {
    socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: close\r\n\r\n')
  })
  const head = await new Promise<string>((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('data', (bytes) => resolve(String(bytes)))
    socket.write('GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
  })
  expect(head).toMatch(/^HTTP\/1\.1 101/)
})
