import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isRefusal, type Refusal } from '../../src/errors/refusal.js'
import {
  identify,
  type Principal,
  type ServiceIssuer,
  type StatedPrincipal,
} from '../../src/principal/identify.js'
import { cognito } from '../../src/principal/profiles/cognito.js'
import { entra } from '../../src/principal/profiles/entra.js'
import { generic } from '../../src/principal/profiles/generic.js'
import { createRegistry } from '../../src/principal/registry.js'
import type { JsonObject } from '../../src/token/compact.js'
import { advice } from '../token/advice.js'
import { issuerRules } from '../token/issuer-rules.js'
import { claimSources } from './claim-sources.js'
import { serviceOf } from './profiles/samples.js'

const everything = ['service_id', 'tier', 'allowed_ops', 'rate_limit'] as const
const base = { sub: 'billing', client_id: 'billing', jti: 'j1' }

/** Where nobody is registered, every service is what its token says. */
const registry = createRegistry([], false)
const enrolled = (stated: StatedPrincipal | Refusal): Principal | Refusal =>
  isRefusal(stated) ? stated : registry.enrol(stated)

const issuerOf = (changes: Partial<ServiceIssuer> = {}): ServiceIssuer => ({
  rules: issuerRules(),
  keys: undefined as never,
  profile: generic,
  trust: new Set(everything),
  claims: claimSources(),
  tier: undefined,
  isService: undefined,
  ...changes,
})
const read = (claims: JsonObject, changes: Partial<ServiceIssuer> = {}) =>
  enrolled(
    identify({
      issuer: issuerOf(changes),
      header: { alg: 'ES256' },
      claims,
      expiresAt: 1_800_000_000,
      key: undefined as never,
    }),
  )
const admit = (claims: JsonObject, changes: Partial<ServiceIssuer> = {}): Principal => {
  const principal = read(claims, changes)
  if (isRefusal(principal)) throw new Error(`refused: ${principal.message}`)
  return principal
}
const malformed = { code: 'invalid_token', cause: 'claim_malformed' }

describe('the calling service', () => {
  it('is what its token says', () => {
    const claims = {
      ...base,
      service_id: 'payments',
      tier: 'internal',
      scope: 's2s:internal',
      allowed_ops: 'transfers:create',
      rate_limit: '10/s',
    }
    expect(admit(claims)).toEqual({
      id: 'payments',
      issuer: 'https://issuer.test',
      clientId: 'billing',
      tier: 'internal',
      scopes: ['s2s:internal'],
      allowedOps: ['transfers:create'],
      rateLimit: { limit: 10, window: 1 },
      attributes: {},
      registered: false,
      evidence: 'sub is the client id',
      token: { jti: 'j1', expiresAt: 1_800_000_000 },
    })
  })

  it('is named after its client where no service_id is there', () => {
    expect(admit(base)).toMatchObject({ id: 'billing', clientId: 'billing' })
    expect(admit({ azp: 'reports' })).toMatchObject({ id: 'reports', clientId: 'reports' })
  })

  it('has no jti where its token has none', () => {
    expect(Object.keys(admit({ client_id: 'billing' }).token)).toEqual(['expiresAt'])
  })

  it('has a clean client id, whatever its service_id', () => {
    expect(read({ client_id: 'a\nb', service_id: 'payments' })).toMatchObject(malformed)
  })

  it('rule 2: has operations only when the token states them', () => {
    expect(admit(base).allowedOps).toBeUndefined()
    expect(admit({ ...base, allowed_ops: [] }).allowedOps).toEqual([])
  })

  it('is frozen deeply and holds neither a Set nor a Map', () => {
    const claims = { ...base, scope: 'a', allowed_ops: ['a:b'], rate_limit: { 'a:b': 5 } }
    const parts: unknown[] = [admit(claims)]
    for (const part of parts) {
      if (typeof part !== 'object' || part === null) continue
      expect(Object.isFrozen(part)).toBe(true)
      expect([Object.prototype, Array.prototype]).toContain(Object.getPrototypeOf(part))
      parts.push(...Object.values(part))
    }
    expect(parts.length).toBeGreaterThan(10)
  })

  it('is not changed by whoever keeps the claims', () => {
    const scope = ['a']
    const principal = admit({ ...base, scope, allowed_ops: scope })
    scope.push('b')
    expect(principal).toMatchObject({ scopes: ['a'], allowedOps: ['a'] })
  })

  it.each(['__proto__', 'constructor', 'toString'])('row 21: may be called %s', (id) => {
    expect(admit({ client_id: id, service_id: id, tier: id })).toMatchObject({ id, tier: id })
  })
})

describe('rule 3: only machines pass', () => {
  it.each([
    ['a user', { sub: 'user-1', client_id: 'billing' }, 'principal_is_user'],
    ['a user by a marker', { ...base, sid: 's' }, 'principal_is_user'],
    ['a delegated token', { ...base, act: { sub: 'bff' } }, 'principal_is_delegated'],
  ])('%s is 403 principal_type_mismatch', (_what, claims, cause) => {
    expect(read(claims)).toMatchObject({ code: 'principal_type_mismatch', cause })
  })

  it('what shows neither is 403 principal_unclassified, with a hint', () => {
    const refusal = read({ sub: 'billing' })
    expect(refusal).toMatchObject({ code: 'principal_unclassified', cause: 'principal_unknown' })
    expect(isRefusal(refusal) && refusal.message).toMatch(/profile generic.*client_id/)
  })

  it('whatever scopes, roles and operations it carries', () => {
    const grants = { scope: 's2s:internal', roles: ['admin'], allowed_ops: ['*'], tier: 'internal' }
    expect(read({ sub: 'user-1', client_id: 'billing', ...grants })).toMatchObject({
      code: 'principal_type_mismatch',
    })
  })
})

describe('rule 3: isService may only resolve what is unknown', () => {
  const yes = { isService: () => true }

  it('an unknown one passes by its subject', () => {
    expect(admit({ sub: 'system:serviceaccount:a:b' }, yes)).toMatchObject({
      id: 'system:serviceaccount:a:b',
      clientId: 'system:serviceaccount:a:b',
    })
  })

  it('an unknown one without a subject has no name and is refused', () => {
    expect(read({}, yes)).toMatchObject(malformed)
    expect(read({ sub: '' }, yes)).toMatchObject(malformed)
    expect(read({ sub: 'a\r\nb' }, yes)).toMatchObject(malformed)
  })

  it.each([
    ['a user', { sub: 'user-1', client_id: 'billing' }],
    ['a user by a marker', { sub: 'user-1', username: 'jdoe' }],
    ['a delegated token', { sub: 'user-1', act: { sub: 'bff' } }],
    ['a user with a malformed act', { sub: 'user-1', sid: 's', act: null }],
    ['a user of one of two clients', { sub: 'user-1', client_id: 'a', azp: 'b' }],
  ])('%s is refused without being asked about', (_what, claims) => {
    let asked = 0
    const isService = (): boolean => {
      asked += 1
      return true
    }
    expect(read(claims, { isService })).toMatchObject({ code: 'principal_type_mismatch' })
    expect(asked).toBe(0)
  })

  it('it is given claims and header', () => {
    const isService = (claims: JsonObject, header: JsonObject): boolean =>
      claims['sub'] === 'a' && header['alg'] === 'ES256'
    expect(admit({ sub: 'a' }, { isService }).id).toBe('a')
    expect(read({ sub: 'b' }, { isService })).toMatchObject({ code: 'principal_unclassified' })
  })

  it.each([
    ['false', false],
    ['nothing', undefined],
    ['a text', 'true'],
    ['a number', 1],
    ['an object', {}],
    ['a promise of true', Promise.resolve(true)],
  ])('%s is no yes', (_what, answer) => {
    const isService = (): boolean => answer as never
    expect(read({ sub: 'a' }, { isService })).toMatchObject({ code: 'principal_unclassified' })
  })
})

describe('rule 10: an issuer asserts only what it is trusted to assert', () => {
  const claims = {
    ...base,
    service_id: 'payments',
    tier: 'internal',
    allowed_ops: ['a:b'],
    rate_limit: 5,
  }
  const bare = { id: 'billing', tier: undefined, allowedOps: undefined }
  const nothing = new Set<never>()

  it('nothing by default of a partner', () => {
    const principal = admit(claims, { trust: nothing })
    expect(principal).toMatchObject(bare)
    expect(principal.rateLimit).toBeUndefined()
  })

  it.each([
    ['service_id', { ...bare, id: 'payments' }],
    ['tier', { ...bare, tier: 'internal' }],
    ['allowed_ops', { ...bare, allowedOps: ['a:b'] }],
    ['rate_limit', { ...bare, rateLimit: { limit: 5, window: 60 } }],
  ] as const)('%s alone', (claim, expected) => {
    expect(admit(claims, { trust: new Set([claim]) })).toMatchObject(expected)
  })

  it('claims that are not trusted are not even read, but for operations, which narrow', () => {
    const broken = { ...base, service_id: 5, tier: [], rate_limit: 'unlimited' }
    expect(admit(broken, { trust: nothing })).toMatchObject(bare)
    const bound = { allowedOps: undefined, withinOps: ['a:b'] }
    expect(admit({ ...base, allowed_ops: ['a:b'] }, { trust: nothing })).toMatchObject(bound)
    expect(read({ ...base, allowed_ops: 5 }, { trust: nothing })).toMatchObject(malformed)
  })

  it('a fixed tier counts over whatever the token says', () => {
    expect(admit(claims, { tier: 'partner' }).tier).toBe('partner')
    expect(admit(base, { tier: 'partner' }).tier).toBe('partner')
    expect(admit({ ...base, tier: 5 }, { tier: 'partner' }).tier).toBe('partner')
  })

  it('the issuer is part of who it is', () => {
    const other = issuerRules({ issuer: 'https://partner.test' })
    expect(admit(claims, { rules: other })).toMatchObject({
      id: 'payments',
      issuer: 'https://partner.test',
    })
  })
})

describe('where claims stand', () => {
  const said = { service_id: 'payments', tier: 'internal', rate_limit: 5 }
  const inside = { id: 'payments', tier: 'internal', rateLimit: { limit: 5, window: 60 } }
  const behind = (prefix: string): JsonObject =>
    Object.fromEntries(Object.entries(said).map(([name, value]) => [`${prefix}${name}`, value]))

  it.each(['client_', 'https://acme.test/', 'ext.'])('behind %s', (prefix) => {
    const claims = claimSources({ prefix, allowedOps: `${prefix}allowed_ops` })
    const given = { ...base, ...behind(prefix), [`${prefix}allowed_ops`]: 'a:b' }
    expect(admit(given, { claims })).toMatchObject({ ...inside, allowedOps: ['a:b'] })
    expect(admit({ ...base, ...said, allowed_ops: 'a:b' }, { claims })).toMatchObject({
      id: 'billing',
      tier: undefined,
      allowedOps: undefined,
    })
  })

  it('inside another claim', () => {
    const claims = claimSources({ prefix: 'ext.' })
    expect(admit({ ...base, ext: said }, { claims })).toMatchObject(inside)
    for (const ext of [[said], null, '{"tier":"gold"}', 7]) {
      expect(read({ ...base, ext }, { claims })).toMatchObject(malformed)
    }
    expect(admit({ ...base, ext: {} }, { claims })).toMatchObject({ id: 'billing' })
    const refusal = read({ ...base, ext: { tier: 7 } }, { claims })
    expect(refusal).toMatchObject(malformed)
    expect(isRefusal(refusal) && refusal.message).toContain('claim "ext.tier" to be text')
  })

  it('operations where they are said to be, whatever stands before the other claims', () => {
    const claims = claimSources({ prefix: 'ext.', allowedOps: 'permissions' })
    const given = { ...base, permissions: ['a:b'], ext: { allowed_ops: ['c:d'] } }
    expect(admit(given, { claims }).allowedOps).toEqual(['a:b'])
  })

  it('rule 10: none of it where the issuer is not trusted to say so', () => {
    const claims = claimSources({ prefix: 'ext.', allowedOps: 'permissions' })
    const given = { ...base, ext: said, permissions: ['a:b'] }
    expect(admit(given, { claims, trust: new Set() })).toMatchObject({
      id: 'billing',
      tier: undefined,
      allowedOps: undefined,
    })
  })

  it('the client is where the profile says it is', () => {
    const rules = issuerRules({ clientIdClaims: ['azp'] })
    expect(admit({ sub: 'a', client_id: 'a', azp: 'a' }, { rules }).clientId).toBe('a')
    const machine = { ...generic, classify: () => ({ kind: 'service', evidence: 'x' }) as const }
    const given = { sub: 'a', client_id: 'b', azp: 'c' }
    expect(admit(given, { rules, profile: machine }).clientId).toBe('c')
    expect(admit({ sub: 'a', client_id: 'b' }, { rules, profile: machine }).clientId).toBe('a')
  })
})

describe('rule 7: what showed that it is a service', () => {
  it('stands in the principal', () => {
    expect(admit(base).evidence).toBe('sub is the client id')
    expect(admit({ client_id: 'a' }).evidence).toBe('a client and no subject')
    expect(admit({ ...serviceOf(cognito) }, { profile: cognito }).evidence).toBe(
      'claim "sub" is claim "client_id"',
    )
  })

  it('says so when isService decided, and what the profile had found', () => {
    expect(admit({ sub: 'a' }, { isService: () => true }).evidence).toBe(
      'isService, after: no claim names a client',
    )
  })

  it('where it cannot be told, the log says what to do at this authorization server', () => {
    const { idtyp, ...untold } = serviceOf(entra)
    const refusal = read(untold, { profile: entra })
    expect(refusal).toMatchObject({ cause: 'principal_unknown' })
    const message = isRefusal(refusal) ? refusal.message : ''
    expect(message).toContain('profile entra found unknown: not so: claim "idtyp" is "app"')
    expect(message).toContain('; add the optional claim idtyp to the access tokens of this API')
    expect(message).toMatch(advice)
  })
})

describe('a trusted claim of a wrong type refuses the token', () => {
  it.each([
    ['service_id', 5],
    ['service_id', null],
    ['service_id', ''],
    ['service_id', ['payments']],
    ['tier', 5],
    ['tier', null],
    ['tier', ''],
    ['tier', {}],
    ['scope', 5],
    ['scope', null],
    ['allowed_ops', 5],
    ['allowed_ops', null],
    ['rate_limit', 'unlimited'],
    ['rate_limit', null],
  ])('%s %j', (name, value) => {
    expect(read({ ...base, [name]: value })).toMatchObject(malformed)
  })

  it.each([
    ['a line break', 'billing\r\nX-Admin: 1'],
    ['an ANSI sequence', '\u001b[31mbilling'],
    ['a NUL', 'billing\0'],
    ['a bidirectional override', 'billing\u202e'],
    ['a look-alike letter', 'bill\u0456ng'],
    ['more than 256 characters', 'x'.repeat(257)],
  ])('rows 29 and 30: %s in service_id or tier', (_what, value) => {
    expect(read({ ...base, service_id: value })).toMatchObject(malformed)
    expect(read({ ...base, tier: value })).toMatchObject(malformed)
  })
})

describe('rule 7: the log says what was expected, what came and what to change', () => {
  it.each<readonly [claims: JsonObject, parts: readonly string[]]>([
    [
      { sub: 'u', client_id: 'a' },
      ['profile generic found user: sub "u"', 'client-credentials grant'],
    ],
    [{ ...base, act: {} }, ['found a delegated token: claim "act"', 'client-credentials grant']],
    [{ ...base, azp: 'x' }, ['found unknown: its claims name different', '(client "billing")']],
    [{ ...base, tier: 7 }, ['claim "tier" to be text of 1 to 256 printable ASCII', 'got 7']],
    [{ ...base, service_id: '' }, ['claim "service_id" to be text of 1 to 256', 'got ""']],
    [{ client_id: 'a\n' }, ['claim "client_id" to be text of 1 to 256', 'got "a\\n"']],
    [{ ...base, scope: 7 }, ['claim "scope" to be text or a list of texts, got 7']],
    [{ ...base, scp: 7 }, ['claim "scp" to be text or a list of texts, got 7']],
    [{ ...base, allowed_ops: 7 }, ['claim "allowed_ops" to be a list of texts or one text, got 7']],
    [{ ...base, allowed_ops: ['x'.repeat(129)] }, ['to be at most 1000 short texts, got ["xxx']],
    [
      { ...base, rate_limit: 'x' },
      ['claim "rate_limit" to be a number, "100/min" or {', 'got "x"'],
    ],
  ])('of %j', (claims, parts) => {
    const refusal = read(claims)
    expect(isRefusal(refusal) && refusal.message).toMatch(advice)
    for (const part of parts) expect(isRefusal(refusal) && refusal.message).toContain(part)
  })

  it('of a token that isService admits and that names nobody', () => {
    const refusal = read({}, { isService: () => true })
    const message = 'expected claim "client_id" to be present, got nothing; '
    expect(isRefusal(refusal) && refusal.message).toContain(message)
  })
})

describe('laws', () => {
  const names = [
    'sub',
    'client_id',
    'azp',
    'scope',
    'scp',
    'act',
    'sid',
    '__proto__',
    ...everything,
  ]
  const claims = fc.dictionary(
    fc.oneof(fc.constantFrom(...names), fc.string()),
    fc.oneof(fc.jsonValue(), fc.constantFrom('billing', 's2s:internal', '10/s')),
  )

  it("rule 8: no JSON makes it throw, and every refusal is the caller's fault", () => {
    const codes = ['invalid_token', 'principal_type_mismatch', 'principal_unclassified']
    fc.assert(
      fc.property(claims, (given) => {
        const principal = read(given)
        if (isRefusal(principal)) expect(codes).toContain(principal.code)
        else expect(principal.id.length).toBeGreaterThan(0)
      }),
      { numRuns: 2000 },
    )
  })

  it('rule 7: whatever the claims, the message is one line', () => {
    fc.assert(
      fc.property(claims, (given) => {
        const principal = read(given)
        expect(isRefusal(principal) ? principal.message : '').toMatch(/^[\x20-\x7e]*$/)
      }),
    )
  })
})
