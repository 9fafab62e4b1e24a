import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { subjectIsClient } from '../../../src/principal/profiles/subject-is-client.js'
import { clientIdOf } from '../../../src/token/client-id.js'
import type { JsonObject } from '../../../src/token/compact.js'

const { classify } = subjectIsClient

const kindOf = (claims: JsonObject): string => classify(claims).kind

/** idp-tokens §2.3, step 4. */
const userMarkers = [
  'sid',
  'uid',
  'username',
  'user_id',
  'cognito:groups',
  'upn',
  'unique_name',
  'given_name',
  'family_name',
  'amr',
]
/** idp-tokens §2.3, step 6: all seen on real tokens of machines. */
const noEvidence: JsonObject = {
  auth_time: 1_761_379_200,
  preferred_username: 'service-account-billing',
  email_verified: false,
  acr: '1',
  roles: ['admin'],
  oid: '72243241',
  groups: ['admins'],
  'allowed-origins': ['*'],
  scope: 'openid profile email',
}

describe('idp-tokens §2.2: real tokens, read by the generic rules', () => {
  it.each<[string, string, JsonObject]>([
    [
      'Cognito, a service',
      'service',
      {
        sub: '3n4b5urk1ft4fl3mg5e62d9ado',
        token_use: 'access',
        scope: 'transfers-api/s2s.internal',
        auth_time: 1_761_379_200,
        version: 2,
        client_id: '3n4b5urk1ft4fl3mg5e62d9ado',
      },
    ],
    [
      'Cognito, a user',
      'user',
      {
        sub: '248289dc-66f2-4c1d-9b1e-2f44a0f2f44a',
        'cognito:groups': ['admin'],
        token_use: 'access',
        scope: 'openid aws.cognito.signin.user.admin',
        username: 'jdoe',
        client_id: '3n4b5urk1ft4fl3mg5e62d9ado',
      },
    ],
    [
      'Auth0, a service, whose sub is its own',
      'user',
      { sub: 'Zk3mPq7R@clients', azp: 'Zk3mPq7R', gty: 'client-credentials', permissions: ['a'] },
    ],
    ['Auth0, a user', 'user', { sub: 'auth0|5f7c', azp: 'Zk3mPq7R', scope: 'openid' }],
    [
      'Entra, a user with an app role',
      'user',
      { scp: 'access_as_user', roles: ['s2s.internal'], oid: 'u', sub: 'pairwise', azp: 'c' },
    ],
    [
      'Okta, a service',
      'service',
      { cid: '0oa8acv8gbBPRCZ7I5d7', sub: '0oa8acv8gbBPRCZ7I5d7', scp: ['s2s:internal'] },
    ],
    ['Okta, a user', 'user', { cid: '0oa8', sub: 'jdoe@acme.test', uid: '00u1', scp: ['openid'] }],
    [
      'Keycloak, a user',
      'user',
      { sid: 'SLtb9Iy', typ: 'Bearer', azp: 'billing', sub: 'ecbb', preferred_username: 'alice' },
    ],
    ['oidc-provider, a service', 'service', { jti: 'x', sub: 'billing', client_id: 'billing' }],
    ['Duende, a service without sub', 'service', { client_id: 'billing', client_tier: 'internal' }],
    [
      'Duende, a user',
      'user',
      { client_id: 'billing', sub: '42', idp: 'local', amr: ['pwd'], sid: 'a' },
    ],
    [
      'Hydra, a service',
      'service',
      { client_id: 'billing', sub: 'billing', scp: ['s2s:internal'], ext: { tier: 'internal' } },
    ],
    [
      'Oracle, a service',
      'service',
      { sub: 'fa3e', sub_type: 'client', gtp: 'cc', tok_type: 'AT', client_id: 'fa3e' },
    ],
    [
      'RFC 8693, delegated',
      'delegated',
      {
        sub: 'user-1',
        act: { sub: 'service:billing', act: { sub: 'service:bff' } },
        client_id: 'billing',
      },
    ],
    ['Kubernetes, without a client', 'unknown', { sub: 'system:serviceaccount:ns:name' }],
    ['Stytch, without a client', 'unknown', { sub: 'm2m-client-test-6c2a' }],
  ])('%s: %s', (_what, kind, claims) => {
    expect(kindOf(claims)).toBe(kind)
  })
})

describe('rule 3: what the generic rules say', () => {
  it.each<[string, JsonObject, string]>([
    ['sub is the client', { sub: 'billing', client_id: 'billing' }, 'service'],
    ['no sub', { client_id: 'billing' }, 'service'],
    ['sub is the client with @clients', { sub: 'a@clients', client_id: 'a' }, 'user'],
    ['azp names the client', { sub: 'billing', azp: 'billing' }, 'service'],
    ['cid names the client', { sub: 'billing', cid: 'billing' }, 'service'],
    ['appid names the client', { sub: 'billing', appid: 'billing' }, 'service'],
    ['another sub', { sub: 'user-1', client_id: 'billing' }, 'user'],
    ['a longer sub', { sub: 'billing-x', client_id: 'billing' }, 'user'],
    ['a sub of another case', { sub: 'Billing', client_id: 'billing' }, 'user'],
    ['a sub with white space', { sub: 'billing ', client_id: 'billing' }, 'user'],
    ['@clients of another client', { sub: 'other@clients', client_id: 'billing' }, 'user'],
    ['@clients twice', { sub: 'billing@clients@clients', client_id: 'billing' }, 'user'],
    ['an empty sub', { sub: '', client_id: 'billing' }, 'user'],
    ['a sub that is null', { sub: null, client_id: 'billing' }, 'user'],
    ['a sub that is a list', { sub: ['billing'], client_id: 'billing' }, 'user'],
    ['row 18: no client id', { sub: 'billing' }, 'unknown'],
    ['an empty client id', { sub: '', client_id: '' }, 'unknown'],
    ['an empty client id beside another', { client_id: 'billing', azp: '' }, 'unknown'],
    ['a client id that is a number', { sub: 'billing', client_id: 5 }, 'unknown'],
    ['a client id that is null', { client_id: null }, 'unknown'],
    ['nothing', {}, 'unknown'],
  ])('%s', (_what, claims, kind) => {
    expect(kindOf(claims)).toBe(kind)
  })

  it.each(userMarkers)('a claim %s is a sign of a person, whatever its value', (marker) => {
    for (const value of ['x', '', null, false, 0, [], {}]) {
      expect(kindOf({ sub: 'billing', client_id: 'billing', [marker]: value })).toBe('user')
      expect(kindOf({ [marker]: value })).toBe('user')
    }
  })

  it.each(Object.keys(noEvidence))('a claim %s is no evidence of a person', (name) => {
    expect(kindOf({ sub: 'a', client_id: 'a', [name]: noEvidence[name] })).toBe('service')
  })

  it('act makes it delegated, whatever else speaks for a service', () => {
    expect(kindOf({ sub: 'billing', client_id: 'billing', act: { sub: 'bff' } })).toBe('delegated')
    expect(kindOf({ client_id: 'billing', act: {} })).toBe('delegated')
  })

  it('an act that is no object never passes', () => {
    for (const act of [null, 'bff', [], 5, true]) {
      expect(kindOf({ sub: 'billing', client_id: 'billing', act })).not.toBe('service')
    }
  })

  it('client_id and azp that name different clients never pass', () => {
    expect(kindOf({ sub: 'a', client_id: 'a', azp: 'b' })).not.toBe('service')
    expect(kindOf({ sub: 'b', client_id: 'a', azp: 'b' })).not.toBe('service')
  })

  it.each<JsonObject>([
    { sub: 'user-1', sid: 's', act: null },
    { sub: 'user-1', sid: 's', act: 'bff' },
    { sub: 'user-1', client_id: 'a', azp: 'b' },
    { sub: 'user-1', client_id: 'a', azp: 7 },
  ])('a sign of a person outweighs what is doubtful beside it: %j', (claims) => {
    expect(kindOf(claims)).toBe('user')
  })

  it('rule 8: claims that a prototype lends are none', () => {
    expect(kindOf(Object.create({ client_id: 'billing' }) as JsonObject)).toBe('unknown')
  })
})

describe('rule 7: the evidence names what spoke', () => {
  it.each<readonly [claims: JsonObject, evidence: string]>([
    [{ client_id: 'a', act: {} }, 'claim "act" names an actor'],
    [{ client_id: 'a', sid: 's' }, 'claim "sid" is present'],
    [{ client_id: 'a', gty: 'password' }, 'claim "gty" names no machine'],
    [{ client_id: 'a', idtyp: 'user' }, 'claim "idtyp" names no machine'],
    [{ client_id: 'a', sub: 'u' }, 'sub "u" is none of the clients ["a"]'],
    [{ client_id: 'a', act: 'bff' }, 'claim "act" is "bff"'],
    [{ sub: 'a' }, 'no claim names a client'],
    [{ client_id: 'a', azp: 'b' }, 'its claims name different clients ["a", "b"]'],
    [{ client_id: 'a', azp: 7 }, 'claim "azp" is 7'],
    [{ client_id: 'a' }, 'a client and no subject'],
    [{ client_id: 'a', sub: 'a' }, 'sub is the client id'],
  ])('%j', (claims, evidence) => {
    expect(classify(claims).evidence).toBe(evidence)
  })
})

describe('laws', () => {
  const id = fc.constantFrom('billing', 'reports', 'user-1', 'billing@clients', '')
  const anything = fc.dictionary(
    fc.oneof(
      fc.constantFrom('client_id', 'azp', 'cid', 'appid', 'sub', 'act', 'scope', '__proto__'),
      fc.string(),
    ),
    fc.oneof(id, fc.jsonValue()),
  )
  const likely = fc.record(
    { client_id: id, sub: id, azp: id, scope: fc.string() },
    { requiredKeys: [] },
  )
  const claims = fc.oneof(anything, likely)

  it('a sign of a person added to any claims never yields a service', () => {
    fc.assert(
      fc.property(claims, fc.constantFrom(...userMarkers), fc.jsonValue(), (given, name, value) => {
        expect(kindOf({ ...given, [name]: value })).not.toBe('service')
      }),
      { numRuns: 2000 },
    )
  })

  it('an act added to any claims never yields a service', () => {
    fc.assert(
      fc.property(claims, fc.jsonValue(), (given, act) => {
        expect(kindOf({ ...given, act })).not.toBe('service')
      }),
    )
  })

  it('whatever scopes, roles or operations a token carries, it is whose it is', () => {
    const grants = fc.dictionary(
      fc.constantFrom('scope', 'scp', 'roles', 'permissions', 'allowed_ops', 'tier', 'groups'),
      fc.oneof(fc.jsonValue(), fc.constantFrom('s2s:internal', ['admin'], ['*'])),
    )
    fc.assert(
      fc.property(claims, grants, (given, granted) => {
        const bare = Object.fromEntries(
          Object.entries(given).filter(([name]) => !Object.hasOwn(granted, name)),
        )
        expect(kindOf({ ...bare, ...granted })).toBe(kindOf(bare))
      }),
    )
  })

  it('a service always has a client, and its sub is that client or absent', () => {
    fc.assert(
      fc.property(claims, (given) => {
        if (kindOf(given) !== 'service') return
        const clientId = clientIdOf(given)
        expect(clientId).toBeTruthy()
        expect([undefined, clientId]).toContain(given['sub'])
      }),
      { numRuns: 2000 },
    )
  })

  it('rules 7 and 8: no JSON makes it throw, and the evidence is one short line', () => {
    fc.assert(
      fc.property(anything, (given) => {
        expect(classify(given).evidence).toMatch(/^[\x20-\x7e]{1,5000}$/)
      }),
    )
  })
})
