import { readFileSync } from 'node:fs'
import type { M2M } from 'm2m-core'
import { createTestIssuer, type MintSpec, type TestIssuer } from 'm2m-testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { audiences } from '../src/audiences.js'
import { decisionLog } from '../src/decision-log.js'
import { type DemoPolicy, openPolicy } from '../src/demo-policy.js'
import { createTransferGuard } from '../src/transfer-guard.js'

const audience = audiences.services
const widest = 120
const create = 'transfers:create'

let ours: TestIssuer
let partner: TestIssuer
let policy: DemoPolicy
let m2m: M2M
const lines: string[] = []
const open: { close(): Promise<void> }[] = []
beforeAll(async () => {
  ours = await createTestIssuer({ audience, algorithm: 'RS256' })
  partner = await createTestIssuer({ audience, algorithm: 'RS256' })
  open.push(await ours.serve(), await partner.serve())
  const issuers = { issuer: ours.issuer, partner: partner.issuer }
  const log = decisionLog((line) => lines.push(line))
  policy = await openPolicy(issuers, log, false)
  m2m = createTransferGuard({ ...issuers, policy: policy.store, log })
  open.push(m2m, policy)
})
afterAll(async () => {
  for (const one of open) await one.close()
})

interface Question {
  readonly issuer?: TestIssuer
  readonly client: string
  readonly grants?: readonly string[]
  readonly operation: string
  readonly amount?: unknown
}

/** The row of the decision and all lines below it. */
const rowsOf = async ({ issuer = ours, client, grants, operation, amount }: Question) => {
  lines.length = 0
  const claims = { allowed_ops: grants ?? [operation] }
  const spec: MintSpec = { clientId: client, claims }
  const authorization = `Bearer ${await issuer.mint.oidcProvider(spec)}`
  const verdict = await m2m.authenticate({ headers: { authorization } })
  if (!verdict.admitted) throw new Error(`expected a service, got ${verdict.code}`)
  await m2m.authorize(verdict.service, operation, { attributes: { amount } })
  const [row = '', ...below] = lines.slice(lines.findIndex((line) => line.includes('decision')))
  return { row, below }
}

const decisions: readonly [string, () => Question, string][] = [
  [
    'the policy that allows',
    () => ({ client: 'billing', operation: create, amount: 1000 }),
    'policy: small-transfers',
  ],
  [
    'the policy that denies',
    () => ({ client: 'billing', operation: create, amount: -1 }),
    'policy: no-negative-amounts',
  ],
  [
    'that none allows',
    () => ({ client: 'billing', operation: create, amount: 1001 }),
    'policy: none',
  ],
  [
    'the token, and the policy that would have allowed it',
    () => ({ client: 'webhook', grants: [], operation: create, amount: 1 }),
    'token (policy: partner-transfers)',
  ],
  [
    'the tier, and the policy that would have allowed it',
    () => ({ issuer: partner, client: 'acme', operation: 'transfers:read' }),
    'tier (policy: read-transfers)',
  ],
  [
    'the tier, where no policy would have allowed it either',
    () => ({ issuer: partner, client: 'acme', operation: create, amount: 1 }),
    'tier, policy: none',
  ],
  [
    'the token, where no policy would have allowed it either',
    () => ({ issuer: partner, client: 'globex', grants: [], operation: 'transfers:read' }),
    'token, policy: none',
  ],
  [
    'the token, where a policy denies it too',
    () => ({ issuer: partner, client: 'globex', grants: [], operation: create, amount: -1 }),
    'token, policy: no-negative-amounts',
  ],
]

describe('the decision log of the demo', () => {
  it.each(decisions)('shows what decided: %s', async (_, question, decidedBy) => {
    const { row, below } = await rowsOf(question())
    expect(row.split(/ {2,}/).at(-1)).toBe(decidedBy)
    expect(row).toMatch(decidedBy.startsWith('policy: small') ? /admitted/ : /refused/)
    expect([row, ...below].filter((line) => line.length > widest)).toEqual([])
  })

  it('is explained in the README with rows that there are', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
    const explained = [...readme.matchAll(/^\| `((?:policy|token|tier).*?)`/gm)].map(
      ([, text]) => text,
    )
    expect(explained).toHaveLength(5)
    expect(decisions.map(([, , decidedBy]) => decidedBy)).toEqual(expect.arrayContaining(explained))
  })

  it('has room for the name of every policy in a terminal of 120 columns', async () => {
    const name = 'no-negative-amounts'
    const { row } = await rowsOf({ client: 'billing', grants: [], operation: create, amount: -1 })
    expect(row).toMatch(new RegExp(`token, policy: ${name}$`))
    const longest = policy.store.model.policies.map((one) => one.name.length)
    expect(row.length - name.length + Math.max(...longest)).toBeLessThanOrEqual(widest)
  })
})
