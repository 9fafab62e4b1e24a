import { createTestIssuer } from 'm2m-testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConfigurationError } from '../../src/errors/configuration-error.js'
import { createM2M } from '../../src/m2m/create-m2m.js'
import type { M2MOptions } from '../../src/options/options.js'
import type { RequiredScope } from '../../src/scope/scope-requirement.js'
import { inShort, memorySink, problemsOf, requestWith, setUp } from './fixture.js'

const variables = ['M2M_ISSUER', 'M2M_AUDIENCE', 'M2M_JWKS_URI'] as const
let before: readonly (string | undefined)[] = []

const setVariable = (name: string, value: string | undefined): void => {
  if (value === undefined) delete process.env[name]
  else process.env[name] = value
}

beforeEach(() => {
  before = variables.map((name) => process.env[name])
  for (const name of variables) setVariable(name, undefined)
})
afterEach(() => {
  for (const [index, name] of variables.entries()) setVariable(name, before[index])
})

describe('createM2M', () => {
  it('is frozen and fetches nothing before it is asked', async () => {
    const { issuer, m2m } = await setUp()
    expect(Object.isFrozen(m2m)).toBe(true)
    expect(issuer.requests).toEqual([])
    await m2m.ready()
    expect(issuer.requests.length).toBeGreaterThan(0)
  })

  it('reports all problems in one ConfigurationError, branded by its code', () => {
    const options = { audience: '', clockTolerance: -1, plicy: {}, profile: 'auth1' } as unknown
    const make = () => createM2M(options as M2MOptions)
    expect(make).toThrow(ConfigurationError)
    const problems = problemsOf(make)
    expect(problems.map(({ code, path }) => `${code} ${path}`).sort()).toEqual([
      'M2M_CFG_AUDIENCE_INVALID audience',
      'M2M_CFG_ISSUER_MISSING issuer',
      'M2M_CFG_OPTION_INVALID clockTolerance',
      'M2M_CFG_OPTION_UNKNOWN plicy',
      'M2M_CFG_PROFILE_UNKNOWN profile',
    ])
    for (const { code, path, message } of problems) {
      expect(make).toThrow(new RegExp(`${code} at ${path}`))
      expect(message.length).toBeGreaterThan(10)
    }
    expect(make).toThrow('did you mean "policy"?')
  })

  it.each([undefined, null, 'https://issuer.test', 7])('options that are %j', (options) => {
    expect(() => createM2M(options as unknown as M2MOptions)).toThrow(ConfigurationError)
  })

  it('an ordinary request without options of its own needs no scope', async () => {
    const { issuer, m2m } = await setUp()
    const request = requestWith(await issuer.service({ scope: '' }))
    expect(await inShort(m2m.authenticate(request))).toBe('admitted')
    expect(await inShort(m2m.authenticate(request, { requiredScope: null }))).toBe('admitted')
  })

  it.each<{ requiredScope: unknown }>([
    { requiredScope: '' },
    { requiredScope: [] },
    { requiredScope: [''] },
    { requiredScope: 'a b' },
    { requiredScope: { any: [] } },
    { requiredScope: [undefined] },
    { requiredScope: 7 },
    { requiredScope: true },
  ])('a malformed requirement is misuse and throws: %j', async ({ requiredScope }) => {
    const { issuer, m2m } = await setUp()
    const request = requestWith(await issuer.service())
    const options = { requiredScope: requiredScope as RequiredScope }
    const ask = () => m2m.authenticate(request, options)
    expect(problemsOf(ask)).toMatchObject([{ code: 'M2M_CFG_SCOPE_INVALID' }])
    const verdict = await m2m.authenticate(request)
    if (!verdict.admitted) throw new Error('expected a service')
    const again = () => m2m.authorizeScope(verdict.service, options.requiredScope, request)
    expect(problemsOf(again)).toMatchObject([{ code: 'M2M_CFG_SCOPE_INVALID' }])
  })
})

describe('what is spelled out as undefined is a mistake, not a default', () => {
  it('requiredScope', async () => {
    const { issuer, m2m } = await setUp()
    const request = requestWith(await issuer.service())
    const options = { requiredScope: undefined } as unknown as { requiredScope: RequiredScope }
    expect(problemsOf(() => m2m.authenticate(request, options))).toMatchObject([
      { code: 'M2M_CFG_SCOPE_MISSING', path: 'requiredScope' },
    ])
  })

  it('issuer: M2M_ISSUER does not stand in for it', () => {
    setVariable('M2M_ISSUER', 'https://environment.test')
    setVariable('M2M_AUDIENCE', 'https://api.environment.test')
    const options = { issuer: undefined, audience: 'x' } as unknown as M2MOptions
    expect(problemsOf(() => createM2M(options))).toMatchObject([
      { code: 'M2M_CFG_ISSUER_MISSING', path: 'issuer' },
    ])
  })
})

describe('readiness and refresh (rule 6)', () => {
  it('ready() fetches nothing while usable keys are there', async () => {
    const { issuer, m2m } = await setUp()
    await m2m.ready()
    const fetched = issuer.requests.length
    issuer.fail('status')
    await m2m.ready()
    expect(issuer.requests).toHaveLength(fetched)
  })

  it('ready() rejects while the issuer is down and heals without a restart', async () => {
    const { issuer, m2m } = await setUp()
    issuer.fail('status')
    await expect(m2m.ready()).rejects.toThrow(/issuer\.test/)
    issuer.heal()
    await expect(m2m.ready()).resolves.toBeUndefined()
    expect(await inShort(m2m.authenticate(requestWith(await issuer.service())))).toBe('admitted')
  })

  it('ready() names every issuer that is down', async () => {
    const [a, b] = await Promise.all(
      ['a', 'b'].map((name) => createTestIssuer({ issuer: `https://${name}.test` })),
    )
    if (!a || !b) throw new Error('expected two issuers')
    const issuers = [a, b].map(({ issuer, audience }) => ({ issuer, audience }))
    const fetch = () => Promise.reject(new TypeError('fetch failed'))
    const m2m = createM2M({ issuers, fetch, audit: { sinks: [memorySink()] } })
    await expect(m2m.ready()).rejects.toThrow(/a\.test[\s\S]*b\.test/)
  })

  it('refresh() fetches whatever the cool-down says', async () => {
    const { issuer, m2m } = await setUp()
    await m2m.ready()
    const first = issuer.requests.length
    await m2m.refresh()
    await m2m.refresh()
    expect(issuer.requests.length).toBeGreaterThanOrEqual(first + 2)
  })

  it('an outage is announced', async () => {
    const { issuer, m2m, sink } = await setUp()
    await m2m.ready()
    issuer.fail('empty')
    await expect(m2m.refresh()).rejects.toThrow()
    expect(sink.notices).toMatchObject([{ level: 'warn', event: 'keys_unavailable' }])
    expect(await inShort(m2m.authenticate(requestWith(await issuer.service())))).toBe('admitted')
  })

  it('rule 6: an unknown key while the issuer answers is 401, while it does not 503', async () => {
    const { issuer, m2m } = await setUp()
    await m2m.ready()
    const request = requestWith(await issuer.unknownKey())
    expect(await inShort(m2m.authenticate(request))).toBe('401 invalid_token')
    issuer.fail('network')
    await m2m.refresh().catch(() => undefined)
    expect(await inShort(m2m.authenticate(request))).toBe('503 authorization_unavailable')
    expect(await inShort(m2m.authenticate(requestWith(await issuer.service())))).toBe('admitted')
  })

  it('keys that are given are never fetched', async () => {
    const { issuer } = await setUp()
    const fetch = () => Promise.reject(new TypeError('fetched'))
    const audit = { sinks: [memorySink()] }
    const m2m = createM2M({ ...issuer.asStaticOptions(), fetch, audit })
    await m2m.ready()
    expect(await inShort(m2m.authenticate(requestWith(await issuer.service())))).toBe('admitted')
    expect(await inShort(m2m.authenticate(requestWith(await issuer.unknownKey())))).toBe(
      '401 invalid_token',
    )
    expect(issuer.requests).toEqual([])
  })
})

describe('the environment', () => {
  it('one start-up line says what came from there', async () => {
    setVariable('M2M_ISSUER', 'https://environment.test')
    setVariable('M2M_AUDIENCE', 'https://api.environment.test')
    const sink = memorySink()
    createM2M({ audit: { sinks: [sink] } })
    expect(sink.notices).toMatchObject([{ level: 'info', event: 'environment_used' }])
    const [notice] = sink.notices
    expect(notice?.message).toContain('https://environment.test')
    expect(notice?.message).toContain('https://api.environment.test')
  })

  it('says nothing when nothing came from there', async () => {
    setVariable('M2M_ISSUER', 'https://environment.test')
    const { sink } = await setUp()
    expect(sink.notices).toEqual([])
  })

  it('is really used', async () => {
    const issuer = await createTestIssuer({ issuer: 'https://environment.test' })
    setVariable('M2M_ISSUER', issuer.issuer)
    setVariable('M2M_AUDIENCE', issuer.audience)
    const m2m = createM2M({ fetch: issuer.fetch, audit: { sinks: [memorySink()] } })
    setVariable('M2M_AUDIENCE', 'https://evil.test')
    expect(await inShort(m2m.authenticate(requestWith(await issuer.service())))).toBe('admitted')
  })
})
