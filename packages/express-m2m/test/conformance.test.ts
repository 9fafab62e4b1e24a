import {
  assertAdmitted,
  assertNoStrayFetch,
  assertRefused,
  assertSameAnswer,
  type ConformanceTarget,
  captureLog,
  type HostileCase,
  hostileCases,
  positiveCases,
  runHostileCase,
} from 'adapter-conformance'
import type { RequestHandler } from 'express'
import { createTestIssuer, type TestIssuer } from 'm2m-testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { m2mAuth, requireOp } from '../src/index.js'
import { type Express, type ExpressFactory, majors, versionOf } from './express-majors.js'

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

// Reporters that print one line per file leave out the titles below.
console.log(
  `corpus: ${hostileCases.length} hostile and ${positiveCases.length} unusual requests, each ` +
    `through ${majors.map(([name]) => name).join(' and ')}`,
)

it('runs two different majors', () => {
  expect(majors.map(([name]) => versionOf(name).split('.')[0])).toEqual(['4', '5'])
})

const path = '/internal/transfers'

type Guard = RequestHandler

/** A server whose one route is guarded as `mount` says. */
const startTarget = async (
  express: ExpressFactory,
  mount: (app: Express, guard: Guard) => void,
) => {
  let calls = 0
  const fetched: string[] = []
  const { sinks, logged } = captureLog()
  const guard = m2mAuth({
    issuer: issuer.issuer,
    audience: issuer.audience,
    fetch: (input, init) => {
      fetched.push(input instanceof Request ? input.url : String(input))
      return globalThis.fetch(input, init)
    },
    audit: { sinks, unauthenticatedPerSecond: 1_000_000 },
    requiredScope: 's2s:internal',
  })
  const app = express()
  mount(app, guard)
  app.all(path, (_request, response) => {
    calls += 1
    response.json({ ok: true })
  })
  const server = app.listen(0, '127.0.0.1')
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

const named = <Case extends { readonly id: string }>(cases: readonly Case[]) =>
  cases.map((one) => [one.id, one] as const)

describe.each(majors)('%s', (_name, express) => {
  let target: ConformanceTarget
  let close: () => void
  beforeAll(async () => {
    const started = await startTarget(express, (app, guard) => {
      app.use('/internal', guard)
      app.all(path, requireOp('transfers:create'))
    })
    target = started.target
    close = started.close
  })
  afterAll(() => close())

  describe(`${positiveCases.length} unusual but right requests`, () => {
    it.each(named(positiveCases))('admits %s', async (_id, one) => {
      assertAdmitted(await runHostileCase(target, one), one)
    })
  })

  describe(`${hostileCases.length} hostile requests`, () => {
    it.each(named(hostileCases))('refuses %s', async (_id, one) => {
      assertRefused(await runHostileCase(target, one), one)
    })
  })

  it('row 32: answers every invalid token with the same bytes', async () => {
    const outcomes = []
    for (const one of oneOfEachKind) outcomes.push(await runHostileCase(target, one))
    expect(outcomes.length).toBeGreaterThan(40)
    assertSameAnswer(outcomes)
  })

  it('row 5: has fetched from its issuer and nowhere else when all is over', () => {
    assertNoStrayFetch(target)
  })
})

const otherMethod = ({ threat, change, expect: { orUnrouted } }: HostileCase): boolean =>
  threat === 31 && !orUnrouted && 'withoutToken' in change && 'method' in change.withoutToken

describe.each(majors)('%s: a guard that is mounted for POST only', (_name, express) => {
  let target: ConformanceTarget
  let close: () => void
  beforeAll(async () => {
    const started = await startTarget(express, (app, guard) => void app.post(path, guard))
    target = started.target
    close = started.close
  })
  afterAll(() => close())

  it.each(named(hostileCases.filter(otherMethod)))('row 31: fails %s', async (_id, one) => {
    const outcome = await runHostileCase(target, one)
    expect(() => assertRefused(outcome, one)).toThrow('the guarded handler was reached')
  })
})
