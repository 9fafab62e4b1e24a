import { describe, expect, it } from 'vitest'
import { faults, good, isolateEnvironment, read } from './fixture.js'

isolateEnvironment()

const sink = { write: () => undefined }
const policy = { version: 1, rulesFor: () => [] }
const clock = { now: () => 0, monotonic: () => 0 }

describe('readOptions: the defaults', () => {
  it('fills in every default', () => {
    const { settings, problems } = read(good)
    expect(problems).toEqual([])
    expect(settings).toMatchObject({
      clockTolerance: 5,
      maxTokenLifetime: 86_400,
      maxTokenLength: 8192,
      wildcardOps: false,
      isFromEnvironment: false,
    })
    expect(settings.sinks).toHaveLength(1)
    expect(settings.sinks[0]?.admitted).toBe(false)
  })

  it.each([
    { clockTolerance: 0 },
    { clockTolerance: 120 },
    { maxTokenLength: 16_384 },
    { maxTokenLifetime: 1 },
    { wildcardOps: true },
    { policy },
    { clock },
    { fetch: globalThis.fetch },
    { audit: {} },
    { audit: { sinks: [sink] } },
    { audit: { unauthenticatedPerSecond: 0 } },
    { audience: ['https://api.test', 'https://other.test'] },
    { profile: 'generic' },
    { profile: 'generic', audience: undefined, clientIds: ['c-1'] },
    { algorithms: ['ES256', 'EdDSA'] },
    { trust: ['service_id', 'tier', 'allowed_ops', 'rate_limit'] },
    { trust: [] },
    { tier: 'partner' },
    { isService: () => false },
    { jwksUri: 'https://issuer.test/keys' },
  ])('takes %j', (changes) => {
    expect(faults({ ...good, ...changes })).toEqual([])
  })
})

describe('readOptions: each wrong option by code and path (rule 1)', () => {
  const invalid: readonly (readonly [path: string, values: readonly unknown[]])[] = [
    ['clockTolerance', [-1, 121, Number.NaN, Number.POSITIVE_INFINITY, '5', null, [5]]],
    ['maxTokenLifetime', [0, -1, Number.NaN, Number.POSITIVE_INFINITY, '86400', null]],
    ['maxTokenLength', [0, 16_385, Number.NaN, '8192', null]],
    ['wildcardOps', ['true', 1, null, []]],
    ['policy', [null, 'policy', {}, { version: 1 }, []]],
    ['clock', [null, {}, 'now', Date, { now: () => 0 }, { monotonic: () => 0 }]],
    ['fetch', [null, {}, 'fetch']],
    ['audit', [null, [], 'stderr']],
    ['tier', ['', 7, null, ['internal']]],
    ['isService', [true, 'yes', null]],
    ['trust', ['tier', ['tiers'], [undefined], null, ['constructor'], {}]],
    ['clientIds', [[], '', [''], [7], null, {}]],
  ]
  const cases = invalid.flatMap(([path, values]) => values.map((value) => ({ path, value })))

  it.each(cases)('M2M_CFG_OPTION_INVALID at $path for $value', ({ path, value }) => {
    const found = faults({ ...good, [path]: value })
    expect(found).toContain(`M2M_CFG_OPTION_INVALID ${path}`)
    expect(found).toHaveLength(1)
  })

  it.each([
    [{ sinks: {} }, 'audit.sinks'],
    [{ sinks: null }, 'audit.sinks'],
    [{ sinks: [sink, {}] }, 'audit.sinks'],
    [{ sinks: [undefined] }, 'audit.sinks'],
    [{ sinks: [{ write: 'stderr' }] }, 'audit.sinks'],
    [{ unauthenticatedPerSecond: -1 }, 'audit.unauthenticatedPerSecond'],
    [{ unauthenticatedPerSecond: '100' }, 'audit.unauthenticatedPerSecond'],
  ])('M2M_CFG_OPTION_INVALID for audit %j at %s', (audit, path) => {
    expect(faults({ ...good, audit })).toEqual([`M2M_CFG_OPTION_INVALID ${path}`])
  })

  it.each([{ audience: [] }, { audience: '' }, { audience: [''] }, { audience: ['a', ''] }])(
    'M2M_CFG_AUDIENCE_INVALID for %j, which names none',
    (changes) => {
      expect(faults({ ...good, ...changes })).toEqual(['M2M_CFG_AUDIENCE_INVALID audience'])
    },
  )

  it.each([{ audience: [7] }, { audience: 7 }, { audience: null }, { audience: {} }])(
    'M2M_CFG_AUDIENCE_INVALID for %j, which is no text',
    (changes) => {
      expect(faults({ ...good, ...changes })).toEqual(['M2M_CFG_AUDIENCE_INVALID audience'])
    },
  )

  it.each<{ algorithms: unknown }>([
    { algorithms: ['HS256'] },
    { algorithms: ['none'] },
    { algorithms: ['RS256', 'HS512'] },
    { algorithms: ['rs256'] },
    { algorithms: [] },
    { algorithms: 'RS256' },
    { algorithms: null },
  ])('threat row 1: M2M_CFG_ALGORITHM_UNSUPPORTED for %j', ({ algorithms }) => {
    expect(faults({ ...good, algorithms })).toEqual(['M2M_CFG_ALGORITHM_UNSUPPORTED algorithms'])
  })

  it.each(['cognito2', 'RFC9068', '', 7, null, '__proto__', 'constructor'])(
    'M2M_CFG_PROFILE_UNKNOWN for %j',
    (profile) => {
      expect(faults({ ...good, profile })).toEqual(['M2M_CFG_PROFILE_UNKNOWN profile'])
    },
  )

  it.each([undefined, null, 'https://issuer.test', 7, [], () => good])(
    'options that are %j are no options',
    (options) => {
      expect(faults(options)).toContain('M2M_CFG_OPTION_INVALID options')
    },
  )
})

describe('readOptions: unknown names', () => {
  it.each([
    ['isuer', 'issuer'],
    ['Audience', 'audience'],
    ['jwksURI', 'jwksUri'],
    ['clockTolerence', 'clockTolerance'],
    ['wildcardops', 'wildcardOps'],
    ['issuer_', 'issuer'],
  ])('did you mean: %s is %s', (name, meant) => {
    const { problems } = read({ ...good, [name]: 'x' })
    expect(problems).toMatchObject([{ code: 'M2M_CFG_OPTION_UNKNOWN', path: name }])
    expect(problems[0]?.message).toContain(`did you mean "${meant}"?`)
  })

  it('gives no hint where nothing is close', () => {
    const { problems } = read({ ...good, secret: 'x' })
    expect(problems).toMatchObject([{ code: 'M2M_CFG_OPTION_UNKNOWN', path: 'secret' }])
    expect(problems[0]?.message).not.toContain('did you mean')
  })

  it('inside audit and issuers, too, with the whole path', () => {
    expect(faults({ ...good, audit: { sink: [] } })).toEqual(['M2M_CFG_OPTION_UNKNOWN audit.sink'])
    expect(
      faults({ issuers: [good, { ...good, issuer: 'https://b.test', audiance: 'x' }] }),
    ).toEqual(['M2M_CFG_OPTION_UNKNOWN issuers[1].audiance'])
  })

  it('threat row 21: __proto__ from parsed JSON is an unknown name and pollutes nothing', () => {
    const options = { ...JSON.parse('{"__proto__":{"wildcardOps":true}}'), ...good }
    const parsed = Object.assign(
      JSON.parse('{"constructor":{"prototype":{}},"toString":"x"}'),
      options,
    )
    const { settings } = read(options)
    expect(settings.wildcardOps).toBe(false)
    expect(faults(parsed)).toEqual(
      expect.arrayContaining([
        'M2M_CFG_OPTION_UNKNOWN constructor',
        'M2M_CFG_OPTION_UNKNOWN toString',
      ]),
    )
    expect(Object.hasOwn(Object.prototype, 'wildcardOps')).toBe(false)
  })
})

describe('readOptions: several issuers (rule 10)', () => {
  const a = { issuer: 'https://a.test', audience: 'api' }
  const b = { issuer: 'https://b.test', audience: 'api' }

  it('trusts none of the claims by default, all of them with one issuer', () => {
    const trustOf = (options: unknown) => read(options).settings.issuers.map(({ trust }) => trust)
    expect(trustOf({ issuers: [a, { ...b, trust: ['tier'] }] })).toEqual([[], ['tier']])
    expect(trustOf(a)).toEqual([['service_id', 'tier', 'allowed_ops', 'rate_limit']])
  })

  it('each is checked under its own path', () => {
    const issuers = [{ ...a, audience: undefined }, { ...b, profile: 'auth1' }, 'https://c.test']
    expect(faults({ issuers })).toEqual(
      expect.arrayContaining([
        'M2M_CFG_AUDIENCE_MISSING issuers[0].audience',
        'M2M_CFG_PROFILE_UNKNOWN issuers[1].profile',
        'M2M_CFG_OPTION_INVALID issuers[2]',
      ]),
    )
  })

  it('an issuer named twice is refused', () => {
    expect(faults({ issuers: [a, b, { ...a, audience: 'other' }] })).toEqual([
      'M2M_CFG_ISSUER_DUPLICATE issuers[2].issuer',
    ])
  })

  it.each<{ issuers: unknown }>([
    { issuers: [] },
    { issuers: null },
    { issuers: {} },
    { issuers: 'https://a.test' },
    { issuers: a },
  ])('%j lists no issuer', (options) => {
    expect(faults(options)).toEqual(['M2M_CFG_ISSUER_MISSING issuers'])
  })

  it.each(['issuer', 'audience', 'jwksUri', 'profile', 'tier'])(
    '%s beside issuers is refused, since it would mean nothing there',
    (name) => {
      const values: Record<string, string> = { profile: 'generic', jwksUri: 'https://a.test/k' }
      expect(faults({ issuers: [a], [name]: values[name] ?? 'x' })).toEqual([
        `M2M_CFG_OPTION_INVALID ${name}`,
      ])
    },
  )
})

describe('readOptions: all problems at once (rule 1)', () => {
  it('one list for everything, each with code, path and expectation', () => {
    const { problems } = read({
      issuer: 7,
      profile: 'generics',
      algorithms: ['HS256'],
      trust: ['everything'],
      clockTolerance: -5,
      maxTokenLength: 1e9,
      wildcardOps: 'yes',
      audit: { sinks: ['stderr'], sinc: 1 },
      plicy: {},
    })
    expect(problems.map(({ path }) => path).sort()).toEqual([
      'algorithms',
      'audience',
      'audit.sinc',
      'audit.sinks',
      'clockTolerance',
      'issuer',
      'maxTokenLength',
      'plicy',
      'profile',
      'trust',
      'wildcardOps',
    ])
    for (const { code, message } of problems) {
      expect(code).toMatch(/^M2M_CFG_[A-Z_]+$/)
      expect(message).toMatch(/expected|no such option/)
    }
    expect(problems.filter(({ message }) => message.includes('did you mean'))).toHaveLength(3)
  })
})

describe('readOptions: what looks right but is not', () => {
  it.each([undefined, null, '1', 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 1n])(
    'a policy whose version is %s cannot be compared',
    (version) => {
      const { problems } = read({ ...good, policy: { ...policy, version } })
      expect(problems).toMatchObject([{ code: 'M2M_CFG_OPTION_INVALID', path: 'policy' }])
      expect(problems[0]?.message).toContain('whole number')
    },
  )

  it('a required sink must take admitted calls', () => {
    const sinksOf = (...sinks: object[]) => faults({ ...good, audit: { sinks } })
    const wrong = ['M2M_CFG_OPTION_INVALID audit.sinks']
    expect(sinksOf({ ...sink, required: true })).toEqual([])
    expect(sinksOf({ ...sink, required: true, admitted: false })).toEqual(wrong)
    expect(sinksOf(sink, { ...sink, required: 'yes' })).toEqual(wrong)
  })
})
