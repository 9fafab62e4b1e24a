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
import { createTestIssuer, type TestIssuer } from 'm2m-testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { m2mAuth, requireOp } from '../src/index.js'
import { majors, versionOf } from './express-majors.js'

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

it('runs two different majors', () => {
  expect(majors.map(([name]) => versionOf(name).split('.')[0])).toEqual(['4', '5'])
})

describe.each(majors)('%s', (_name, express) => {
  let target: ConformanceTarget
  let close: () => void
  beforeAll(async () => {
    let calls = 0
    const { issuer: name, audience } = issuer
    const { sinks, logged } = captureLog()
    const audit = { sinks, unauthenticatedPerSecond: 1_000_000 }
    const app = express()
    app.use('/internal', m2mAuth({ issuer: name, audience, audit, requiredScope: 's2s:internal' }))
    app.post('/internal/transfers', requireOp('transfers:create'), (_request, response) => {
      calls += 1
      response.json({ ok: true })
    })
    const server = app.listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    target = { port, issuer, handlerCalls: () => calls, logged }
    close = () => server.close()
  })
  afterAll(() => close())

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
