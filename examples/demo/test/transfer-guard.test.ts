import type { M2M, Verdict } from 'm2m-core'
import { createTestIssuer, type MintSpec, type TestIssuer } from 'm2m-testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { audiences } from '../src/audiences.js'
import { type DemoPolicy, openPolicy } from '../src/demo-policy.js'
import { createTransferGuard } from '../src/transfer-guard.js'

const audience = audiences.services
const everyOperation = ['transfers:create', 'transfers:read', 'events:publish']
const boast = {
  service_id: 'billing',
  tier: 'internal',
  allowed_ops: everyOperation,
  rate_limit: { limit: 1_000_000, window: 1 },
}

let ours: TestIssuer
let partner: TestIssuer
const open: { close(): Promise<void> }[] = []
beforeAll(async () => {
  ours = await createTestIssuer({ audience, algorithm: 'RS256' })
  partner = await createTestIssuer({ audience, algorithm: 'RS256' })
  open.push(await ours.serve(), await partner.serve())
})
afterAll(async () => {
  for (const one of open) await one.close()
})

let policy: DemoPolicy
let m2m: M2M
beforeEach(async () => {
  const issuers = { issuer: ours.issuer, partner: partner.issuer }
  const log = { write: () => {} }
  policy = await openPolicy(issuers, log, false)
  m2m = createTransferGuard({ ...issuers, policy: policy.store, log })
  open.push(m2m, policy)
})

const authenticate = async (issuer: TestIssuer, spec: MintSpec): Promise<Verdict> =>
  m2m.authenticate(
    { headers: { authorization: `Bearer ${await issuer.mint.oidcProvider(spec)}` } },
    { requiredScope: 's2s:internal' },
  )

const operationsOf = async (verdict: Verdict): Promise<readonly string[]> => {
  if (!verdict.admitted) throw new Error(`expected a service, got ${verdict.code}`)
  const may: string[] = []
  for (const operation of everyOperation) {
    const resource = { attributes: { amount: 10 } }
    const { admitted } = await m2m.authorize(verdict.service, operation, resource)
    if (admitted) may.push(operation)
  }
  return may
}

describe('the guard of the demo', () => {
  it('believes our issuer, within what the policy gives the tier', async () => {
    const verdict = await authenticate(ours, { clientId: 'billing', claims: boast })
    const { allowed_ops: allowedOps, rate_limit: rateLimit } = boast
    const service = { id: 'billing', tier: 'internal', allowedOps, rateLimit }
    expect(verdict).toMatchObject({ admitted: true, service })
    expect(await operationsOf(verdict)).toEqual(everyOperation)
  })

  it('has the tier of a registered service from its file, whatever its token says', async () => {
    const claims = { ...boast, service_id: 'webhook' }
    const verdict = await authenticate(ours, { clientId: 'webhook', claims })
    expect(verdict).toMatchObject({ admitted: true, service: { id: 'webhook', tier: 'partner' } })
    expect(await operationsOf(verdict)).toEqual(['transfers:create', 'events:publish'])
  })

  // acme is registered and has a role, initech is not.
  it.each(['acme', 'initech'])(
    'takes the client %s of the partner for itself, whatever its token says',
    async (id) => {
      const verdict = await authenticate(partner, { clientId: id, claims: boast })
      const service = { id, tier: 'external', clientId: id, issuer: partner.issuer }
      expect(verdict).toMatchObject({ admitted: true, service })
      expect(verdict.admitted && verdict.service.rateLimit).toBeUndefined()
      expect(await operationsOf(verdict)).toEqual(['events:publish'])
    },
  )

  it('lets the partner take operations from its clients', async () => {
    for (const allowed_ops of [[], ['transfers:read']]) {
      const verdict = await authenticate(partner, { clientId: 'acme', claims: { allowed_ops } })
      expect(await operationsOf(verdict)).toEqual([])
    }
  })

  it('keeps the name of every service of ours from clients of the partner', async () => {
    const names = policy.store.model.services
      .filter(({ clients }) => clients.every((client) => client.issuer === ours.issuer))
      .map(({ id }) => id)
    expect(names).toEqual(['billing', 'nightly', 'reporting', 'webhook'])
    for (const clientId of names) {
      const verdict = await authenticate(partner, { clientId })
      expect([clientId, verdict]).toMatchObject([clientId, { code: 'service_not_admitted' }])
    }
  })

  it('keeps the name of a service of ours from our other clients too', async () => {
    for (const clientId of ['webhook', 'web-shop']) {
      const verdict = await authenticate(ours, { clientId, claims: { service_id: 'billing' } })
      expect([clientId, verdict]).toMatchObject([clientId, { code: 'service_not_admitted' }])
    }
  })

  it('refuses a token that the partner signs in the name of our issuer', async () => {
    const claims = { ...boast, iss: ours.issuer }
    const verdict = await authenticate(partner, { clientId: 'billing', claims })
    expect(verdict).toMatchObject({ admitted: false, code: 'invalid_token' })
  })

  it('refuses people of both issuers', async () => {
    for (const issuer of [ours, partner]) {
      const token = await issuer.mint.oidcProviderUser({ clientId: 'acme', claims: boast })
      const verdict = await m2m.authenticate({ headers: { authorization: `Bearer ${token}` } })
      expect(verdict).toMatchObject({ admitted: false, code: 'principal_type_mismatch' })
    }
  })

  it('lets a tier that the policy does not name do nothing', async () => {
    for (const tier of ['guest', 'constructor', undefined]) {
      const claims = { ...boast, service_id: 'batch', tier }
      const verdict = await authenticate(ours, { clientId: 'batch', claims })
      expect(verdict).toMatchObject({ admitted: true, service: { id: 'batch' } })
      expect(await operationsOf(verdict)).toEqual([])
    }
  })
})
