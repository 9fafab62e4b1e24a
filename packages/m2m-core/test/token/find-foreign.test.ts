import { createTestIssuer, type TestIssuer } from 'm2m-testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { findForeign } from '../../src/token/find-foreign.js'
import type { IssuerRules } from '../../src/token/token-rules.js'
import type { TrustedIssuer } from '../../src/token/verify-token.js'
import { issuerRules } from './issuer-rules.js'
import { createManualClock } from './manual-clock.js'

let issuer: TestIssuer
beforeAll(async () => {
  issuer = await createTestIssuer()
})

/** Keys that are never asked: whether a token is ours is read from its claims alone. */
const keys = {} as TrustedIssuer['keys']
const causeOf = (token: string, changes: Partial<IssuerRules> = {}): string | undefined => {
  const rules = issuerRules(changes)
  const issuers = new Map([[rules.issuer, { rules, keys }]])
  return findForeign(token, { issuers, maxTokenLength: 8192, clock: createManualClock() })?.cause
}
const claimed = (claims: Record<string, unknown>): Promise<string> => issuer.service({ claims })

describe('a token that is none of ours', () => {
  it.each([
    ['another issuer', { iss: 'https://login.test' }, 'issuer_unknown'],
    ['an issuer that is only similar', { iss: 'https://issuer.test/' }, 'issuer_unknown'],
    ['no issuer', { iss: undefined }, 'issuer_unknown'],
    ['another audience', { aud: 'https://users.test' }, 'audience_mismatch'],
    ['other audiences', { aud: ['https://a.test', 'https://b.test'] }, 'audience_mismatch'],
    ['no audience', { aud: undefined }, 'claim_missing'],
  ])('%s', async (_what, claims, cause) => {
    expect(causeOf(await claimed(claims))).toBe(cause)
  })

  it('another client, where clients are pinned instead of an audience', async () => {
    const pinned = { audience: [], clientIds: ['reports'] }
    const without = { aud: undefined }
    expect(causeOf(await claimed(without), pinned)).toBe('client_mismatch')
    const ours = await issuer.service({ id: 'reports', claims: without })
    expect(causeOf(ours, pinned)).toBeUndefined()
  })

  it('another audience, where clients are pinned instead of one', async () => {
    const pinned = { audience: [], clientIds: ['reports'] }
    expect(causeOf(await issuer.service(), pinned)).toBe('audience_mismatch')
    expect(causeOf(await issuer.service({ id: 'reports' }), pinned)).toBe('audience_mismatch')
    const toItself = await issuer.service({ id: 'reports', claims: { aud: ['reports'] } })
    expect(causeOf(toItself, pinned)).toBeUndefined()
  })

  it('whoever signed it: that is for the one who is meant to say', async () => {
    expect(causeOf(await issuer.otherKey({ claims: { aud: 'https://users.test' } }))).toBeDefined()
  })
})

describe('a token that is ours to judge', () => {
  it.each([
    ['a good one', () => issuer.service()],
    ['a user', () => issuer.user()],
    ['a forged one', () => issuer.otherKey()],
    ['an expired one', () => issuer.expired()],
    ['one with our audience among others', () => claimed({ aud: ['x', 'https://api.test'] })],
    ['a malformed audience', () => claimed({ aud: { a: 1 } })],
    ['an audience that is a number', () => claimed({ aud: 7 })],
    ['an issuer that is no text', () => claimed({ iss: ['https://issuer.test'] })],
    ['an issuer that is null', () => claimed({ iss: null })],
    ['no JWT at all', async () => 'opaque'],
    ['another spelling', async () => `${await claimed({ iss: 'https://login.test' })}=`],
    ['one that is too long', () => claimed({ iss: 'https://login.test', x: 'x'.repeat(9000) })],
    ['claims that are no object', () => issuer.sign({ claims: '["iss"]' })],
  ])('%s', async (_what, mint) => {
    expect(causeOf(await mint())).toBeUndefined()
  })
})
