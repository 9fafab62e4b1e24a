import { describe, expect, it } from 'vitest'
import { faults, good, isolateEnvironment, publicKey, read, setEnvironment } from './fixture.js'

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

describe("readIssuer: a provider's issuer without its profile", () => {
  const known: readonly (readonly [issuer: string, profile: string])[] = [
    ['https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_A', 'cognito'],
    ['https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_A', 'cognito'],
    ['https://acme.eu.auth0.com/', 'auth0'],
    ['https://login.microsoftonline.com/8d3f1c52/v2.0', 'entra'],
    ['https://sts.windows.net/8d3f1c52/', 'entra'],
    ['https://acme.okta.com/oauth2/default', 'okta'],
    ['https://acme.oktapreview.com/oauth2/aus8', 'okta'],
    ['https://sso.acme.test/realms/acme', 'keycloak'],
    ['http://localhost:8080/auth/realms/acme', 'keycloak'],
    ['https://identity.oraclecloud.com/', 'oracle'],
    ['stytch.com/project-live-1', 'stytch'],
  ]
  const jwksUri = 'https://keys.test/jwks'

  it.each(known)('%s: did you mean %s?', (issuer, profile) => {
    const { problems } = read({ ...good, issuer, jwksUri })
    expect(problems).toMatchObject([{ code: 'M2M_CFG_PROFILE_MISSING', path: 'profile' }])
    expect(problems[0]?.message).toContain(`did you mean profile: "${profile}"?`)
    expect(faults({ ...good, issuer, jwksUri, profile })).toEqual([])
  })

  it.each(known)('%s: whoever says rfc9068 or generic means it', (issuer) => {
    for (const profile of ['rfc9068', 'generic']) {
      expect(faults({ ...good, issuer, jwksUri, profile })).toEqual([])
    }
  })

  it('the same from the environment', () => {
    setEnvironment({ M2M_ISSUER: 'https://acme.eu.auth0.com/', M2M_AUDIENCE: 'api' })
    expect(faults({})).toEqual(['M2M_CFG_PROFILE_MISSING profile'])
    expect(faults({ profile: 'auth0' })).toEqual([])
  })

  it('each of several issuers is looked at', () => {
    const issuers = [good, { ...good, issuer: 'https://acme.okta.com/oauth2/default' }]
    expect(faults({ issuers })).toEqual(['M2M_CFG_PROFILE_MISSING issuers[1].profile'])
  })

  it('what else is wrong is told too, by what the provider wants', () => {
    const pinned = { issuer: 'https://cognito-idp.eu-west-1.amazonaws.com/x', clientIds: ['c-1'] }
    expect(faults(pinned)).toEqual(['M2M_CFG_PROFILE_MISSING profile'])
    expect([...faults({ ...good, issuer: 'https://acme.eu.auth0.com' })].sort()).toEqual([
      'M2M_CFG_ISSUER_INVALID issuer',
      'M2M_CFG_PROFILE_MISSING profile',
    ])
  })
})

describe('readIssuer: what a provider wants of its issuer', () => {
  it.each(['https://acme.okta.com', 'https://acme.okta.com/', 'https://login.acme.test'])(
    'Okta: the org authorization server %s is for Okta alone',
    (issuer) => {
      const { problems } = read({ ...good, issuer, profile: 'okta' })
      expect(problems).toMatchObject([{ code: 'M2M_CFG_ISSUER_INVALID', path: 'issuer' }])
      expect(problems[0]?.message).toContain('ends in /oauth2/<id>')
      expect(problems[0]?.message).toContain(issuer)
    },
  )

  it('Okta: a custom one at a domain of its own is right', () => {
    const issuer = 'https://login.acme.test/oauth2/aus8'
    expect(faults({ ...good, issuer, profile: 'okta' })).toEqual([])
  })

  it('Auth0: iss ends in a slash', () => {
    const issuer = 'https://acme.eu.auth0.com'
    const { problems } = read({ ...good, issuer, profile: 'auth0' })
    expect(problems).toMatchObject([{ code: 'M2M_CFG_ISSUER_INVALID', path: 'issuer' }])
    expect(problems[0]?.message).toBe(`the iss of Auth0 ends in a slash; got "${issuer}"`)
    expect(faults({ ...good, issuer: `${issuer}/`, profile: 'auth0' })).toEqual([])
  })

  it('Oracle: the keys of one domain, since all may share an issuer', async () => {
    const oracle = { ...good, issuer: 'https://identity.oraclecloud.com/', profile: 'oracle' }
    expect(faults(oracle)).toEqual(['M2M_CFG_KEYS_INVALID jwksUri'])
    const jwksUri = 'https://idcs-1.identity.oraclecloud.com/admin/v1/SigningCert/jwk'
    expect(faults({ ...oracle, jwksUri })).toEqual([])
    expect(faults({ ...oracle, jwks: { keys: [await publicKey()] } })).toEqual([])
  })

  it('Stytch: an iss without scheme, so the keys are named', () => {
    const stytch = { ...good, issuer: 'stytch.com/project-live-1', profile: 'stytch' }
    expect(faults(stytch)).toEqual(['M2M_CFG_ISSUER_INVALID issuer'])
    const jwksUri = 'https://api.stytch.com/v1/sessions/jwks/project-live-1'
    expect(faults({ ...stytch, jwksUri })).toEqual([])
  })

  it.each(['cognito', 'generic'])('rule 4: %s may pin clients', (profile) => {
    expect(faults({ issuer: good.issuer, clientIds: ['c-1'], profile })).toEqual([])
  })

  it.each(['auth0', 'duende', 'entra', 'hydra', 'keycloak', 'oidcProvider', 'stytch'])(
    'rule 4: %s needs an audience, pinned clients or not',
    (profile) => {
      const issuer = 'https://issuer.test/'
      expect(faults({ issuer, clientIds: ['c-1'], profile })).toEqual([
        'M2M_CFG_AUDIENCE_MISSING audience',
      ])
    },
  )
})

describe('readIssuer: where claims stand', () => {
  const claimsOf = (options: object) => read({ ...good, ...options }).settings.issuers[0]?.claims

  it.each([
    ['rfc9068', ['scope', 'scp'], ''],
    ['generic', ['scope', 'scp'], ''],
    ['auth0', ['scope'], ''],
    ['cognito', ['scope'], ''],
    ['duende', ['scope'], 'client_'],
    ['entra', ['roles'], ''],
    ['hydra', ['scp', 'scope'], 'ext.'],
    ['keycloak', ['scope'], ''],
    ['okta', ['scp'], ''],
  ])('%s: by default %j, behind %j', (profile, grants, prefix) => {
    expect(claimsOf({ profile })).toEqual({
      grants,
      scopePrefix: undefined,
      allowedOps: `${prefix}allowed_ops`,
      prefix,
    })
  })

  it('what is said counts over the profile', () => {
    const said = {
      grantsFrom: ['scope', 'resource_access.api.roles'],
      scopePrefix: 'transfers-api/',
      allowedOpsFrom: 'permissions',
      claimPrefix: 'https://acme.test/',
    }
    expect(claimsOf({ ...said, profile: 'hydra' })).toEqual({
      grants: ['scope', 'resource_access.api.roles'],
      scopePrefix: 'transfers-api/',
      allowedOps: 'permissions',
      prefix: 'https://acme.test/',
    })
    expect(claimsOf({ profile: 'hydra', claimPrefix: '' })).toMatchObject({
      allowedOps: 'allowed_ops',
      prefix: '',
    })
  })

  it('a list that is changed later changes nothing', () => {
    const grantsFrom = ['scope']
    const claims = claimsOf({ grantsFrom })
    grantsFrom.push('roles')
    expect(claims?.grants).toEqual(['scope'])
  })

  const wrong: readonly (readonly [name: string, values: readonly unknown[]])[] = [
    ['grantsFrom', [[], '', 'scope', [''], [7], [undefined], null, {}]],
    ['scopePrefix', ['', 7, null, ['a']]],
    ['allowedOpsFrom', ['', 7, null, ['a']]],
    ['claimPrefix', [7, null, ['a']]],
  ]
  const cases = wrong.flatMap(([name, values]) => values.map((value) => ({ name, value })))
  it.each(cases)('M2M_CFG_OPTION_INVALID at $name for $value', ({ name, value }) => {
    expect(faults({ ...good, [name]: value })).toEqual([`M2M_CFG_OPTION_INVALID ${name}`])
  })

  it('operations grant scopes only when somebody says so twice', () => {
    const overlap = ['M2M_CFG_OPTION_INVALID grantsFrom']
    expect(faults({ ...good, grantsFrom: ['scope', 'allowed_ops'] })).toEqual(overlap)
    const duende = { ...good, profile: 'duende' }
    expect(faults({ ...duende, grantsFrom: ['client_allowed_ops'] })).toEqual(overlap)
    expect(faults({ ...duende, grantsFrom: ['allowed_ops'] })).toEqual([])
    const [problem] = read({ ...good, grantsFrom: ['allowed_ops'] }).problems
    expect(problem?.message).toContain('name it in allowedOpsFrom too')
    const both = { grantsFrom: ['permissions'], allowedOpsFrom: 'permissions' }
    expect(faults({ ...good, ...both })).toEqual([])
    const named = { grantsFrom: ['allowed_ops'], allowedOpsFrom: 'allowed_ops' }
    expect(faults({ ...good, ...named })).toEqual([])
  })
})
