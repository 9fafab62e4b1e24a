import fc from 'fast-check'
import { api } from './differential-claims.js'
import { defined, maybe, pool } from './differential-pool.js'
import { keySets, ours, partner } from './differential-signers.js'
import type { NaiveCondition, NaiveIssuer, NaiveOptions, NaiveRule } from './naive-options.js'

const everything = ['service_id', 'tier', 'allowed_ops', 'rate_limit']
const trusts = [[], ['service_id'], ['tier', 'allowed_ops'], ['allowed_ops', 'rate_limit']]
type Audience = Pick<NaiveIssuer, 'profile' | 'audience' | 'clientIds'>
const usual = fc.constantFrom<Audience>(
  { profile: 'generic', audience: api },
  { profile: 'rfc9068', audience: api },
)
const audience = fc.constantFrom<Audience>(
  { profile: 'rfc9068', audience: api },
  { profile: 'generic', audience: api },
  { profile: 'rfc9068', audience: ['https://other.test', api] },
  { profile: 'generic', audience: 'https://other.test' },
  { profile: 'generic', clientIds: ['billing'] },
  { profile: 'generic', audience: [api], clientIds: ['reports', 'billing'] },
  { profile: 'rfc9068', audience: api, clientIds: ['reports'] },
)
type Sources = Pick<NaiveIssuer, 'grantsFrom' | 'scopePrefix' | 'allowedOpsFrom' | 'claimPrefix'>
/** Where an issuer states what about its services. */
const sources: fc.Arbitrary<Sources> = fc
  .record({
    grantsFrom: maybe(['scope'], ['roles', 'scope'], ['ext.roles', 'scp'], ['permissions']),
    scopePrefix: maybe('transfers-api/', 's2s:'),
    allowedOpsFrom: maybe('permissions', 'ext.allowed_ops'),
    claimPrefix: maybe('ext.', '', 'https://acme.test/'),
  })
  .map(defined)
const issuerWith = (
  issuer: typeof ours | typeof partner,
  algorithms: readonly (readonly string[])[],
): fc.Arbitrary<NaiveIssuer> =>
  fc
    .tuple(
      pool(3, usual, 1, audience),
      fc.record({
        algorithms: pool(8, fc.constant(undefined), 1, fc.constantFrom(...algorithms)),
        trust: pool(2, fc.constant(everything), 1, maybe(...trusts)),
        tier: pool(4, fc.constant(undefined), 1, fc.constant('fixed')),
        isService: maybe(true, false),
        sources: pool(3, fc.constant({}), 1, sources),
      }),
    )
    .map(([named, { sources: said, ...rest }]) =>
      defined({ issuer, ...named, ...rest, ...said, jwks: { keys: keySets[issuer] } }),
    )

const field = fc.constantFrom(
  'resource.amount',
  'resource.owner.tier',
  'resource.id',
  'resource.type',
  'context.channel',
  'subject.tier',
  'subject.issuer',
  'subject.region',
  'resource.__proto__',
)
const scalar = fc.constantFrom<unknown>(5, 100, '5', 'r-1', 'internal', 'transfers', ours, true)
const condition: fc.Arbitrary<NaiveCondition> = fc.oneof(
  fc.record({ field, operator: fc.constantFrom('equals', 'not_equals'), value: scalar }),
  fc.record({
    field,
    operator: fc.constantFrom('in', 'not_in'),
    value: fc.array(scalar, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    field,
    operator: fc.constantFrom(
      'less_than',
      'less_than_or_equal',
      'greater_than',
      'greater_than_or_equal',
    ),
    value: fc.constantFrom(5, 100, -1),
  }),
  fc.record({ field, operator: fc.constant('exists'), value: fc.boolean() }),
)
const patterns = ['transfers:create', 'transfers:read', 'bank:transfers:create', 'transfers:*', '*']
const rule: fc.Arbitrary<NaiveRule> = fc
  .record({
    name: fc.constant('some'),
    effect: pool(2, fc.constant('allow' as const), 1, fc.constant('deny' as const)),
    operations: fc.subarray([...patterns, '__proto__:create'], { minLength: 1 }),
    conditions: pool(
      1,
      fc.constant(undefined),
      1,
      fc.array(condition, { minLength: 1, maxLength: 2 }),
    ),
  })
  .map(defined)

/** Registered services; a client belongs to one of them. */
const services: fc.Arbitrary<NonNullable<NaiveOptions['services']>> = fc
  .record({
    owner: fc.constantFrom('payments', 'billing', '__proto__'),
    details: fc
      .record({
        tier: maybe('gold'),
        attributes: maybe({ region: 'eu' }, { region: 5, tier: 'internal', id: 'r-1' }),
        disabled: pool(4, maybe(false), 1, fc.constant(true)),
      })
      .map(defined),
    hasLedger: fc.boolean(),
  })
  .map(({ owner, details, hasLedger }) =>
    Object.fromEntries([
      [owner, { clients: [{ issuer: ours, clientId: 'billing' }], ...details }],
      ...(hasLedger ? [['ledger', { clients: [{ issuer: ours, clientId: 'reports' }] }]] : []),
    ]),
  )

const everyone = { name: 'all', effect: 'allow', operations: ['*'] } as const
const policy = fc
  .tuple(fc.boolean(), fc.array(rule, { maxLength: 3 }))
  .map(([isOpen, rules]) => [...rules, ...(isOpen ? [everyone] : [])])

/** Options that `createM2M` accepts; a rejected set would hide what it is about. */
export const options: fc.Arbitrary<NaiveOptions> = fc
  .record({
    issuers: fc
      .tuple(
        issuerWith(ours, [['ES256'], ['RS256', 'PS256', 'ES384'], ['EdDSA']]),
        pool(3, fc.constant(true), 1, fc.constant(false)),
        issuerWith(partner, [['ES256'], ['PS256']]),
      )
      .map(([first, hasTwo, second]) => (hasTwo ? [first, second] : [first])),
    clockTolerance: maybe(0, 5, 60),
    maxTokenLifetime: maybe(300, 3600),
    maxTokenLength: pool(25, fc.constant(undefined), 1, fc.constantFrom(400, 500)),
    wildcardOps: maybe(true, false),
    policy: pool(1, fc.constant(undefined), 2, policy),
    services: pool(2, fc.constant({}), 1, services),
    requireRegistered: pool(6, maybe(false), 1, fc.constant(true)),
  })
  .map(defined)
