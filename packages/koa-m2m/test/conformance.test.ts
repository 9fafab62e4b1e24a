import Router from '@koa/router'
import {
  assertAdmitted,
  assertNoStrayFetch,
  assertRefused,
  assertSameAnswer,
  type ConformanceTarget,
  captureLog,
  hostileCases,
  positiveCases,
  runHostileCase,
} from 'adapter-conformance'
import type { Middleware } from 'koa'
import mount from 'koa-mount'
import { createTestIssuer, type TestIssuer } from 'm2m-testkit'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { m2mAuth, requireOp } from '../src/index.js'
import { type KoaApp, type KoaClass, majors, versionOf } from './koa-majors.js'

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

type Place = (Koa: KoaClass, guard: Middleware, transfers: Middleware[]) => KoaApp

const serving = (Koa: KoaClass, router: Router): KoaApp => {
  const app = new Koa()
  app.use(router.routes()).use(router.allowedMethods())
  return app
}
const byPath: Place = (Koa, guard, transfers) => {
  const router = new Router()
  router.use('/internal', guard).all('/internal/transfers', ...transfers)
  return serving(Koa, router)
}
const onRoute: Place = (Koa, guard, transfers) => {
  const router = new Router({ prefix: '/internal' })
  router.all('/transfers', guard, ...transfers)
  return serving(Koa, router)
}
const underMount: Place = (Koa, guard, transfers) => {
  const router = new Router()
  router.all('/transfers', ...transfers)
  const app = new Koa()
  app.use(mount('/internal', guard)).use(mount('/internal', serving(Koa, router)))
  return app
}
/** Not to be recommended: @koa/router compares the prefix of `use` by case, that of routes not. */
const byPrefix: Place = (Koa, guard, transfers) => {
  const router = new Router({ prefix: '/internal' })
  router.use(guard).all('/transfers', ...transfers)
  return serving(Koa, router)
}

const serve = async (Koa: KoaClass, place: Place) => {
  let calls = 0
  const { issuer: name, audience } = issuer
  const { sinks, logged } = captureLog()
  const audit = { sinks, unauthenticatedPerSecond: 1_000_000 }
  const fetched: string[] = []
  const fetch: typeof globalThis.fetch = (input, init) => {
    fetched.push(input instanceof Request ? input.url : String(input))
    return globalThis.fetch(input, init)
  }
  const guard = m2mAuth({ issuer: name, audience, audit, fetch, requiredScope: 's2s:internal' })
  const handler: Middleware = (ctx) => {
    calls += 1
    ctx.body = { ok: true }
  }
  const server = place(Koa, guard, [requireOp('transfers:create'), handler]).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  const target: ConformanceTarget = {
    port,
    issuer,
    handlerCalls: () => calls,
    logged,
    fetched: () => fetched,
  }
  return { target, close: () => server.close() }
}

const [koa2, koa3] = majors as [(typeof majors)[0], (typeof majors)[0]]
/** Each major once: they differ in how they answer, not in how they route. */
const whole = [
  [...koa2, 'router.use with a path', byPath],
  [...koa3, 'koa-mount', underMount],
] as const
const spellings = hostileCases.filter(({ threat }) => threat === 31)

// Reporters that print one line per file leave out the titles below.
console.log(
  `corpus: ${hostileCases.length} hostile and ${positiveCases.length} unusual requests, each ` +
    `through ${majors.map(([name]) => name).join(' and ')}`,
)

it('runs two different majors', () => {
  expect(majors.map(([name]) => versionOf(name).split('.')[0])).toEqual(['2', '3'])
})

describe.each(whole)('%s', (_name, Koa, _where, place) => {
  let target: ConformanceTarget
  let close: () => void
  beforeAll(async () => {
    ;({ target, close } = await serve(Koa, place))
  })
  afterAll(() => close())

  it.each(positiveCases.map((one) => [one.id, one] as const))('admits %s', async (_id, one) => {
    assertAdmitted(await runHostileCase(target, one), one)
  })

  it.each(hostileCases.map((one) => [one.id, one] as const))('refuses %s', async (_id, one) => {
    assertRefused(await runHostileCase(target, one), one)
  })

  it('row 5: has fetched from its issuer and nowhere else when all is over', () => {
    assertNoStrayFetch(target)
  })

  it('row 32: answers every invalid token with the same bytes', async () => {
    const outcomes = []
    for (const one of oneOfEachKind) outcomes.push(await runHostileCase(target, one))
    expect(outcomes.length).toBeGreaterThan(40)
    assertSameAnswer(outcomes)
  })
})

describe.each(majors)('row 31: every spelling of the path on %s', (_name, Koa) => {
  it('is a matter of real cases', () => expect(spellings.length).toBeGreaterThan(40))

  it.each([
    ['router.use with a path', byPath],
    ['a guard on the route', onRoute],
    ['koa-mount', underMount],
  ])('meets the guard or no route: %s', async (_where, place) => {
    const { target, close } = await serve(Koa, place)
    onTestFinished(() => void close())
    for (const one of spellings) assertRefused(await runHostileCase(target, one), one)
  })

  it('never reaches a handler behind requireOp, even where the router skips the guard', async () => {
    const { target, close } = await serve(Koa, byPrefix)
    onTestFinished(() => void close())
    for (const one of spellings) {
      const { control, handlerCalls, again } = await runHostileCase(target, one)
      expect([one.id, control.handlerCalls, handlerCalls, again.handlerCalls]).toEqual([
        one.id,
        1,
        0,
        0,
      ])
    }
  })
})
