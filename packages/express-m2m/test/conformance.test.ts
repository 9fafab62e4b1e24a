import {
  assertAdmitted,
  assertRefused,
  assertSameAnswer,
  type ConformanceTarget,
  hostileCases,
  positiveCases,
  runHostileCase,
} from 'adapter-conformance'
import { createTestIssuer, type TestIssuer } from 'm2m-testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AuditRecord, m2mAuth, requireOp } from '../src/index.js'
import { majors, versionOf } from './express-majors.js'

let issuer: TestIssuer
let keys: { close(): Promise<void> }
beforeAll(async () => {
  issuer = await createTestIssuer()
  keys = await issuer.serve()
})
afterAll(() => keys.close())

it('runs two different majors', () => {
  expect(majors.map(([name]) => versionOf(name).split('.')[0])).toEqual(['4', '5'])
})

describe.each(majors)('%s', (_name, express) => {
  let target: ConformanceTarget
  let close: () => void
  const records: AuditRecord[] = []

  beforeAll(async () => {
    let calls = 0
    const { issuer: name, audience } = issuer
    const sinks = [{ write: (record: AuditRecord) => void records.push(record) }]
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
    target = { port, issuer, handlerCalls: () => calls }
    close = () => server.close()
  })
  afterAll(() => close())

  it.each(positiveCases.map((one) => [one.id, one] as const))('admits %s', async (_id, one) => {
    assertAdmitted(await runHostileCase(target, one), one)
  })

  it.each(hostileCases.map((one) => [one.id, one] as const))('refuses %s', async (_id, one) => {
    records.length = 0
    const outcome = await runHostileCase(target, one)
    assertRefused(outcome, one)
    const refused = records.filter(({ outcome: result }) => result !== 'admitted')
    expect(refused.map(({ code }) => code)).toEqual([one.expect.code])
  })

  it('answers every invalid token with the same bytes', async () => {
    const invalid = hostileCases.filter((one) => one.expect.code === 'invalid_token')
    const outcomes = []
    for (const one of invalid.slice(0, 40)) outcomes.push(await runHostileCase(target, one))
    expect(outcomes.length).toBe(40)
    assertSameAnswer(outcomes)
  })
})
