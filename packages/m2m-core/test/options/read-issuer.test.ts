import { describe, expect, it } from 'vitest'
import { faults, good, isolateEnvironment, publicKey, read } from './fixture.js'

isolateEnvironment()

describe('readIssuer: who and for whom', () => {
  it('refuses to start without an audience (threat row 14)', () => {
    expect(faults({ issuer: good.issuer })).toEqual(['M2M_CFG_AUDIENCE_MISSING audience'])
    expect(faults({ ...good, audience: undefined })).toEqual(['M2M_CFG_AUDIENCE_MISSING audience'])
  })

  it('client ids stand in for it only where the profile has no aud (rule 4)', () => {
    const pinned = { issuer: good.issuer, clientIds: ['c-1'] }
    expect(faults({ ...pinned, profile: 'generic' })).toEqual([])
    expect(faults({ ...pinned, profile: 'rfc9068' })).toEqual(['M2M_CFG_AUDIENCE_MISSING audience'])
    expect(faults(pinned)).toEqual(['M2M_CFG_AUDIENCE_MISSING audience'])
  })

  it('refuses to start without an issuer', () => {
    expect(faults({ audience: good.audience })).toEqual(['M2M_CFG_ISSUER_MISSING issuer'])
    for (const issuer of ['', null, 7, ['https://issuer.test'], {}]) {
      expect(faults({ ...good, issuer })).toEqual(['M2M_CFG_ISSUER_MISSING issuer'])
    }
  })

  it.each([
    'issuer.test',
    'ftp://issuer.test',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'https://issuer.test?tenant=1',
    'https://issuer.test#x',
    'https://user:secret@issuer.test',
    'https://',
  ])('%s cannot be discovered from', (issuer) => {
    expect(faults({ ...good, issuer })).toEqual(['M2M_CFG_ISSUER_INVALID issuer'])
  })

  it('an iss that is no URL is right where nothing is discovered', async () => {
    const jwks = { keys: [await publicKey()] }
    expect(faults({ ...good, issuer: 'kubernetes', jwks })).toEqual([])
    expect(faults({ ...good, issuer: 'k8s', jwksUri: 'https://k8s.test/keys' })).toEqual([])
  })

  it('keeps the spelling of the issuer: a trailing slash counts (threat row 15)', () => {
    const { settings } = read({ ...good, issuer: 'https://Issuer.test/' })
    expect(settings.issuers[0]?.issuer).toBe('https://Issuer.test/')
  })

  it('did you mean: a profile', () => {
    const [problem] = read({ ...good, profile: 'rfc9086' }).problems
    expect(problem?.message).toContain('did you mean "rfc9068"?')
  })
})

it.each([Object.create(null), ['rfc9068'], { toString: 1 }, 7])(
  'a profile that is no text is a problem, never a crash (%#)',
  (profile) => {
    const { problems } = read({ ...good, profile })
    expect(problems.map(({ code }) => code)).toEqual(['M2M_CFG_PROFILE_UNKNOWN'])
  },
)

it("keeps its own copy of keys: what is added to the caller's list later was never checked", async () => {
  const jwks: { keys: object[] } = { keys: [{ ...(await publicKey()) }] }
  const { settings } = read({ ...good, jwks })
  jwks.keys.push({ kty: 'oct', k: 'c2VjcmV0' })
  expect(settings.issuers[0]?.jwks?.keys).toHaveLength(1)
})
