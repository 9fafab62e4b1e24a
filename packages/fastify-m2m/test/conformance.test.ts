import { METHODS } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  assertAdmitted,
  assertRefused,
  assertSameAnswer,
  type ConformanceTarget,
  captureLog,
  hostileCases,
  positiveCases,
  runHostileCase,
} from 'adapter-conformance'
import fastify, { type FastifyInstance, type RouteHandlerMethod } from 'fastify'
import { createTestIssuer, type TestIssuer } from 'm2m-testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import fastifyM2M, { type GuardOptions, m2mAuth, requireOp } from '../src/index.js'

let issuer: TestIssuer
let keys: { close(): Promise<void> }
beforeAll(async () => {
  issuer = await createTestIssuer()
  keys = await issuer.serve()
})
afterAll(() => keys.close())

/** What forgers send, and the first two causes of each row of the threat table. */
const oneOfEachKind = hostileCases
  .filter(({ expect: { code, orUnrouted } }) => code === 'invalid_token' && !orUnrouted)
  .filter(({ threat }, index, all) => {
    const isForged = threat === 9 || threat === 32
    return isForged || all.slice(0, index).filter((one) => one.threat === threat).length < 2
  })

const op = 'transfers:create'
type Mount = (app: FastifyInstance, options: GuardOptions, handler: RouteHandlerMethod) => void

const mounts: readonly (readonly [string, Mount])[] = [
  [
    'the plugin over the whole server, with declared routes',
    (app, options, handler) => {
      app.register(fastifyM2M, options)
      app.all('/internal/transfers', { config: { m2m: { op } } }, handler)
    },
  ],
  [
    'the plugin in a scope, deciding on the body',
    (app, options, handler) => {
      const scope = async (inner: FastifyInstance): Promise<void> => {
        await inner.register(fastifyM2M, { ...options, everyRouteDeclares: true })
        inner.all('/transfers', { config: { m2m: { op, resource: () => ({}) } } }, handler)
      }
      app.register(scope, { prefix: '/internal' })
    },
  ],
  [
    'the hooks of one route',
    (app, options, handler) => {
      const hooks = { onRequest: m2mAuth(options), preHandler: requireOp(op) }
      app.all('/internal/transfers', hooks, handler)
    },
  ],
]

it('runs the supported major', () => {
  expect(fastify().version.split('.')[0]).toBe('5')
})

describe.each(mounts)('%s', (_name, mount) => {
  let target: ConformanceTarget
  let app: FastifyInstance
  beforeAll(async () => {
    let calls = 0
    const { issuer: name, audience } = issuer
    const { sinks, logged } = captureLog()
    const audit = { sinks, unauthenticatedPerSecond: 1_000_000 }
    app = fastify()
    // As Express and Koa do: every method that Node's parser knows reaches the route.
    for (const method of METHODS.filter((one) => !app.supportedMethods.includes(one))) {
      app.addHttpMethod(method)
    }
    mount(app, { issuer: name, audience, audit, requiredScope: 's2s:internal' }, async () => {
      calls += 1
      return { ok: true }
    })
    await app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = app.server.address() as AddressInfo
    target = { port, issuer, handlerCalls: () => calls, logged }
  })
  afterAll(() => app.close())

  it.each(positiveCases.map((one) => [one.id, one] as const))('admits %s', async (_id, one) => {
    assertAdmitted(await runHostileCase(target, one), one)
  })

  it.each(hostileCases.map((one) => [one.id, one] as const))('refuses %s', async (_id, one) => {
    assertRefused(await runHostileCase(target, one), one)
  })

  it('row 32: answers every invalid token with the same bytes', async () => {
    const outcomes = []
    for (const one of oneOfEachKind) outcomes.push(await runHostileCase(target, one))
    expect(outcomes.length).toBeGreaterThan(40)
    assertSameAnswer(outcomes)
  })
})
