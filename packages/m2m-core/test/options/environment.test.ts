import { describe, expect, it } from 'vitest'
import { readEnvironment } from '../../src/options/environment.js'
import { faults, good, isolateEnvironment, read, setEnvironment } from './fixture.js'

isolateEnvironment()

const whole = {
  M2M_ISSUER: 'https://environment.test',
  M2M_AUDIENCE: 'https://api.environment.test',
  M2M_JWKS_URI: 'https://environment.test/keys',
}

describe('readEnvironment: one set of three', () => {
  it('knows exactly these variables', () => {
    expect(readEnvironment({ ...whole, M2M_PROFILE: 'generic', M2M_TRUST: 'tier' })).toEqual({
      issuer: whole.M2M_ISSUER,
      audience: whole.M2M_AUDIENCE,
      jwksUri: whole.M2M_JWKS_URI,
    })
  })

  it('is nothing without the issuer', () => {
    const { M2M_ISSUER: _issuer, ...others } = whole
    expect(readEnvironment(others)).toBeUndefined()
    expect(readEnvironment({ ...others, M2M_ISSUER: '' })).toBeUndefined()
    expect(readEnvironment({})).toBeUndefined()
  })
})

describe('the environment set and the options', () => {
  it('is read when the options name no issuer', () => {
    setEnvironment(whole)
    const { settings, problems } = read({})
    expect(problems).toEqual([])
    expect(settings.isFromEnvironment).toBe(true)
    expect(settings.issuers).toMatchObject([
      {
        issuer: whole.M2M_ISSUER,
        audience: [whole.M2M_AUDIENCE],
        jwksUri: whole.M2M_JWKS_URI,
      },
    ])
  })

  it('the profile and other code come from the options all the same', () => {
    setEnvironment(whole)
    const { settings, problems } = read({ profile: 'generic', tier: 'internal', clockTolerance: 1 })
    expect(problems).toEqual([])
    expect(settings.issuers[0]).toMatchObject({ tier: 'internal', profile: { name: 'generic' } })
  })

  it('is not read when the options name an issuer, directly or in a list', () => {
    setEnvironment(whole)
    for (const options of [good, { issuers: [good] }]) {
      const { settings, problems } = read(options)
      expect(problems).toEqual([])
      expect(settings.isFromEnvironment).toBe(false)
      expect(
        settings.issuers.map(({ issuer, audience, jwksUri }) => {
          return { issuer, audience, jwksUri }
        }),
      ).toEqual([{ issuer: good.issuer, audience: [good.audience], jwksUri: undefined }])
    }
  })

  it('no part of it fills a gap: an issuer in the options has no audience from outside', () => {
    setEnvironment(whole)
    expect(faults({ issuer: good.issuer })).toEqual(['M2M_CFG_AUDIENCE_MISSING audience'])
    expect(faults({ issuers: [{ issuer: good.issuer }] })).toEqual([
      'M2M_CFG_AUDIENCE_MISSING issuers[0].audience',
    ])
  })

  it.each([
    ['audience', 'https://api.test'],
    ['jwksUri', 'https://issuer.test/keys'],
    ['jwks', { keys: [] }],
  ])('mixing is refused: %s in the options, the issuer outside', (name, value) => {
    setEnvironment(whole)
    expect(read({ [name]: value }).problems.map(({ path }) => path)).toContain(name)
  })

  it('without an audience anywhere it is refused', () => {
    setEnvironment({ M2M_ISSUER: whole.M2M_ISSUER })
    expect(faults({})).toEqual(['M2M_CFG_AUDIENCE_MISSING audience'])
  })

  it('a variable that is wrong is refused like an option that is wrong', () => {
    setEnvironment({ M2M_ISSUER: 'not a url', M2M_AUDIENCE: 'x' })
    expect(faults({})).toEqual(['M2M_CFG_ISSUER_INVALID issuer'])
    setEnvironment({ ...whole, M2M_JWKS_URI: 'keys' })
    expect(faults({})).toEqual(['M2M_CFG_KEYS_INVALID jwksUri'])
  })

  it('an empty issuer or empty list in the options does not fall back to it', () => {
    setEnvironment(whole)
    expect(faults({ issuer: '', audience: 'x' })).toEqual(['M2M_CFG_ISSUER_MISSING issuer'])
    expect(faults({ issuers: [] })).toEqual(['M2M_CFG_ISSUER_MISSING issuers'])
  })

  it('is read at construction, once: later changes mean nothing', () => {
    setEnvironment(whole)
    const { settings } = read({})
    setEnvironment({ M2M_ISSUER: 'https://evil.test', M2M_AUDIENCE: 'evil' })
    expect(settings.issuers[0]?.issuer).toBe(whole.M2M_ISSUER)
  })
})
