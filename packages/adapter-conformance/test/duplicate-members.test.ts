import { type AuditRecord, createM2M, type M2M, type Verdict } from 'm2m-core'
import { createTestIssuer, type TestIssuer } from 'm2m-testkit'
import { beforeEach, describe, expect, it } from 'vitest'

let issuer: TestIssuer
let m2m: M2M
let records: AuditRecord[]

beforeEach(async () => {
  issuer = await createTestIssuer()
  records = []
  const sinks = [{ write: (record: AuditRecord) => void records.push(record) }]
  m2m = createM2M({ ...issuer.asStaticOptions(), audit: { sinks } })
})

const now = (): number => Math.floor(Date.now() / 1000)
const claimsOf = (): Record<string, unknown> => ({
  iss: issuer.issuer,
  aud: issuer.audience,
  sub: 'billing',
  client_id: 'billing',
  scope: 's2s:internal',
  iat: now(),
  exp: now() + 300,
  jti: 'id-1',
  allowed_ops: ['transfers:create'],
  tier: 'internal',
})

/** The claims with `extra` as a second member, before or after the good ones. */
const signTwice = (extra: string, place: 'first' | 'last'): Promise<string> => {
  const members = JSON.stringify(claimsOf()).slice(1, -1)
  return issuer.sign({
    claims: place === 'first' ? `{${extra},${members}}` : `{${members},${extra}}`,
  })
}

/** The same token cold and warm: what was verified, and what is remembered. */
const coldAndWarm = async (token: string): Promise<readonly Verdict[]> => {
  const request = { headers: { authorization: `Bearer ${token}` } }
  const ask = async () => m2m.authenticate(request, { requiredScope: 's2s:internal' })
  return [await ask(), await ask()]
}

const admittedBy = (verdicts: readonly Verdict[]) =>
  verdicts.map((verdict) => {
    if (!verdict.admitted) throw new Error(`Refused: ${verdict.code}`)
    return verdict.service
  })

describe('row 20: of a claim that comes twice the last counts, everywhere', () => {
  it.each([
    ['"allowed_ops":["transfers:delete"]', 'first', ['transfers:create']],
    ['"allowed_ops":["transfers:delete"]', 'last', ['transfers:delete']],
    ['"allowed_\\u006fps":["transfers:delete"]', 'last', ['transfers:delete']],
  ] as const)('%s %s: in principal, cache and decision', async (extra, place, ops) => {
    const services = admittedBy(await coldAndWarm(await signTwice(extra, place)))
    for (const service of services) {
      expect(service.allowedOps).toEqual(ops)
      for (const op of ['transfers:create', 'transfers:delete']) {
        const isGranted = ops.some((granted) => granted === op)
        expect((await m2m.authorize(service, op)).admitted).toBe(isGranted)
        expect(service.can(op)).toBe(isGranted)
      }
    }
  })

  it.each([
    ['"tier":"platform"', 'first', 'internal', 'id-1'],
    ['"tier":"platform"', 'last', 'platform', 'id-1'],
    ['"jti":"id-2"', 'first', 'internal', 'id-1'],
    ['"jti":"id-2"', 'last', 'internal', 'id-2'],
  ] as const)('%s %s: in principal, cache and record', async (extra, place, tier, tokenId) => {
    const services = admittedBy(await coldAndWarm(await signTwice(extra, place)))
    expect(services.map((one) => [one.tier, one.token.jti])).toEqual([
      [tier, tokenId],
      [tier, tokenId],
    ])
    const recorded = records.map(({ service }) => [service?.tier, service?.tokenId])
    expect(recorded).toEqual([
      [tier, tokenId],
      [tier, tokenId],
    ])
  })

  it('both names of the caller twice: one caller, the last', async () => {
    const extra = '"client_id":"payroll","sub":"payroll"'
    const first = admittedBy(await coldAndWarm(await signTwice(extra, 'first')))
    const last = admittedBy(await coldAndWarm(await signTwice(extra, 'last')))
    expect([...first, ...last].map(({ id, clientId }) => [id, clientId])).toEqual([
      ['billing', 'billing'],
      ['billing', 'billing'],
      ['payroll', 'payroll'],
      ['payroll', 'payroll'],
    ])
    expect(records.map(({ service }) => service?.id)).toEqual(
      first.concat(last).map(({ id }) => id),
    )
  })

  it.each([
    ['"exp":0', 'token_expired'],
    ['"aud":"other"', 'invalid_token'],
    ['"iss":"https://other.example"', 'invalid_token'],
    ['"scope":"other"', 'insufficient_scope'],
    ['"sub":"user-1"', 'principal_type_mismatch'],
  ])('%s last is refused as %s, first is not, cold and warm', async (extra, code) => {
    const last = await coldAndWarm(await signTwice(extra, 'last'))
    const codes = last.map((verdict) => !verdict.admitted && verdict.code)
    expect(codes).toEqual([code, code])
    expect(records.map((record) => record.code)).toEqual([code, code])
    expect(admittedBy(await coldAndWarm(await signTwice(extra, 'first')))).toHaveLength(2)
  })
})

describe('row 11: of a header member that comes twice the last counts', () => {
  const signHeader = (extra: string, place: 'first' | 'last'): Promise<string> => {
    const kid = issuer.jwks().keys[0]?.kid
    const members = JSON.stringify({ alg: 'ES256', typ: 'at+jwt', kid }).slice(1, -1)
    const header = place === 'first' ? `{${extra},${members}}` : `{${members},${extra}}`
    return issuer.sign({ header, claims: claimsOf() })
  }

  it.each(['"alg":"none"', '"alg":"HS256"', '"kid":"nobody"', '"typ":"JWT"'])(
    '%s last is refused, first is not',
    async (extra) => {
      const last = await coldAndWarm(await signHeader(extra, 'last'))
      expect(last.map((verdict) => !verdict.admitted && verdict.code)).toEqual([
        'invalid_token',
        'invalid_token',
      ])
      expect(admittedBy(await coldAndWarm(await signHeader(extra, 'first')))).toHaveLength(2)
    },
  )
})
