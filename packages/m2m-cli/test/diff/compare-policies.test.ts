import { loadPolicy, type PolicyDocument, type PolicyDocuments } from 'm2m-policy'
import { describe, expect, it } from 'vitest'
import { comparePolicies } from '../../src/diff/compare-policies.js'
import { describeChange } from '../../src/diff/describe-change.js'

const serviceOf = (id: string, more: object = {}) => ({ id, clients: [{ clientId: id }], ...more })
const billing = serviceOf('billing')
const reports = serviceOf('reports')

/** An allow, named after nothing that matters. */
const allow = (
  operation: string,
  subjects: readonly string[],
  conditions: readonly (readonly [field: string, operator: string, value: unknown])[] = [],
): PolicyDocument => {
  const [type = '', action = ''] = operation.split(':')
  counter += 1
  return {
    name: `policy ${counter}`,
    effect: 'allow',
    subjects,
    resources: [{ type, actions: [action] }],
    ...(conditions.length > 0 && {
      conditions: conditions.map(
        ([field, operator, value]) => ({ field, operator, value }) as never,
      ),
    }),
  }
}
let counter = 0
const deny = (...given: Parameters<typeof allow>): PolicyDocument => ({
  ...allow(...given),
  effect: 'deny',
})

const tell = (before: PolicyDocuments, after: PolicyDocuments): readonly string[] =>
  comparePolicies(
    loadPolicy({ services: [billing, reports], ...before }),
    loadPolicy({ services: [billing, reports], ...after }),
  )
    .map(describeChange)
    .map(({ mark, text }) => `${mark} ${text}`)

describe('who may do what', () => {
  const create = (limit?: number) =>
    allow(
      'transfers:create',
      ['service:billing'],
      limit === undefined ? [] : [['resource.amount', 'less_than_or_equal', limit]],
    )

  it('what somebody may now, and may no longer', () => {
    const before = { policies: [allow('invoices:read', ['service:billing'])] }
    const after = { policies: [allow('transfers:create', ['service:reports'])] }
    expect(tell(before, after)).toEqual([
      '- billing may no longer invoices:read',
      '+ reports may now transfers:create',
    ])
    expect(tell(before, before)).toEqual([])
  })

  it('under which other conditions, and only the value where nothing else is different', () => {
    expect(tell({ policies: [create(1000)] }, { policies: [create(500)] })).toEqual([
      '~ billing may transfers:create where resource.amount less_than_or_equal 500 (was: 1000)',
    ])
    expect(tell({ policies: [create()] }, { policies: [create(500)] })).toEqual([
      '~ billing may transfers:create where resource.amount less_than_or_equal 500 (was: always)',
    ])
    expect(tell({ policies: [create(500)] }, { policies: [create()] })).toEqual([
      '~ billing may transfers:create always (was: where resource.amount less_than_or_equal 500)',
    ])
    expect(tell({ policies: [create(500)] }, {})).toEqual([
      '- billing may no longer transfers:create (was: where resource.amount less_than_or_equal 500)',
    ])
  })

  it('a deny with a condition is one more condition', () => {
    const barred = deny('transfers:*', ['service:*'], [['context.night', 'equals', true]])
    expect(tell({ policies: [create()] }, { policies: [create(), barred] })).toEqual([
      '~ billing may transfers:create, but not where context.night equals true (was: always)',
    ])
  })

  it('what is always denied is never allowed, and written so', () => {
    const services = [billing]
    const [change] = comparePolicies(
      loadPolicy({ services, policies: [create(500)] }),
      loadPolicy({ services, policies: [create(500), deny('*:*', ['service:billing'])] }),
    )
    expect(change).toMatchObject({ kind: 'right-lost', after: { allows: [], denies: [] } })
  })

  it('several conditions in one policy, and several policies', () => {
    const both = allow(
      'transfers:create',
      ['service:billing'],
      [
        ['resource.amount', 'less_than', 5],
        ['context.urgent', 'equals', true],
      ],
    )
    expect(tell({}, { policies: [create(1), both] })).toEqual([
      '+ billing may now transfers:create where resource.amount less_than_or_equal 1, or where context.urgent equals true and resource.amount less_than 5',
    ])
  })

  it('what comes to the same is no change, however it is written', () => {
    const one = allow('x:read', ['service:billing'], [['resource.s', 'in', ['a', 'b']]])
    const two = ['a', 'b'].map((value) =>
      allow('x:read', ['service:billing'], [['resource.s', 'equals', value]]),
    )
    expect(tell({ policies: [one] }, { policies: two })).toEqual([])
    const impossible = allow(
      'x:read',
      ['service:reports'],
      [
        ['resource.s', 'equals', 'a'],
        ['resource.s', 'equals', 'b'],
      ],
    )
    expect(tell({}, { policies: [impossible] })).toEqual([])
  })

  it('operators that look into texts are compared by what is written', () => {
    const with_ = (...values: readonly string[]) => ({
      policies: [allow('x:read', ['service:billing'], [['context.ip', 'cidr', values]])],
    })
    expect(tell(with_('10.0.0.0/8', 'fd00::/8'), with_('fd00::/8', '10.0.0.0/8'))).toEqual([])
    expect(tell(with_('10.0.0.0/8'), with_('10.0.0.0/16'))).toEqual([
      '~ billing may x:read where context.ip cidr ["10.0.0.0/16"] (was: ["10.0.0.0/8"])',
    ])
  })

  it('conditions on what a service is are decided', () => {
    const policies = [allow('x:read', ['service:*'], [['subject.env', 'equals', 'live']])]
    const inEnv = (env: string) => ({
      policies,
      services: [serviceOf('billing', { attributes: { env } })],
    })
    expect(tell(inEnv('test'), inEnv('live'))).toEqual(['+ billing may now x:read'])
  })

  it('roles and what they include count by whom they reach', () => {
    const roles = { clerk: {}, chief: { includes: ['clerk'] } }
    const policies = [allow('x:read', ['role:clerk'])]
    const held = (role: string) => ({
      roles,
      policies,
      services: [serviceOf('billing', { roles: [role] })],
    })
    expect(tell(held('clerk'), held('chief'))).toEqual([])
    expect(tell({ ...held('chief'), roles: { ...roles, chief: {} } }, held('chief'))).toEqual([
      '+ billing may now x:read',
    ])
  })

  it('one line tells of all whom it is the same for', () => {
    const services = Array.from({ length: 9 }, (_, index) => serviceOf(`s${index}`))
    const policies = [allow('x:read', ['service:*'])]
    expect(tell({ services }, { services, policies })).toEqual([
      '+ s0, s1, s2, s3, s4 and 5 more may now x:read',
    ])
    const one = { services: [billing] }
    expect(tell(one, { ...one, policies })).toEqual([
      '+ billing and services that are not registered may now x:read',
    ])
  })
})

describe('wildcards', () => {
  const every = allow('transfers:*', ['service:billing'])
  const create = allow('transfers:create', ['service:billing'])
  const all: PolicyDocument = { ...every, name: 'all', resources: [{ type: '*', actions: ['*'] }] }

  it('are told of as every operation, beside others as any other', () => {
    expect(tell({}, { policies: [every] })).toEqual([
      '+ billing may now every operation on transfers',
    ])
    expect(tell({ policies: [create] }, { policies: [every] })).toEqual([
      '+ billing may now any other operation on transfers',
    ])
    expect(tell({ policies: [every] }, { policies: [all] })).toEqual([
      '+ billing may now any other operation',
    ])
    expect(tell({}, { policies: [all] })).toEqual(['+ billing may now every operation'])
  })

  it('name in the data what they leave out', () => {
    const services = [billing]
    const [change] = comparePolicies(
      loadPolicy({ services, policies: [create] }),
      loadPolicy({ services, policies: [every] }),
    )
    expect(change).toEqual({
      kind: 'right-gained',
      who: [{ service: 'billing' }],
      operation: 'transfers:*',
      except: ['transfers:create'],
      before: { allows: [], denies: [] },
      after: { allows: [[]], denies: [] },
    })
  })
})

describe('tiers', () => {
  const tiers = [
    { name: 'low', operations: ['x:read'], rate: 10 },
    { name: 'high', operations: ['x:*'], rate: '100/s;burst=5' },
  ]
  const policies = [allow('x:read', ['service:billing']), allow('x:write', ['service:billing'])]
  const at = (tier?: string) => ({
    tiers,
    policies,
    services: [serviceOf('billing', tier === undefined ? {} : { tier })],
  })

  it('a service that moves may what its new ceiling lets it, at another rate', () => {
    expect(tell(at('low'), at('high'))).toEqual([
      '~ billing is in tier high now (was: tier low)',
      '~ billing has rate 100/s;burst=5 now (was: rate 10/min)',
      '+ billing may now x:write',
    ])
  })

  it('a service without a tier has the one that its token states', () => {
    const lowered = [tiers[0], { ...tiers[1], operations: ['x:read'] }] as typeof tiers
    expect(tell(at(), { ...at(), tiers: lowered })).toEqual([
      '- billing where its tokens state tier high may no longer x:write',
    ])
  })

  it('what is the same at each tier is told once', () => {
    const wide = [...policies, allow('x:read', ['service:reports'])]
    const both = { tiers, services: [billing, reports] }
    expect(tell({ ...both, policies }, { ...both, policies: wide })).toEqual([
      '+ reports may now x:read',
    ])
  })

  it('so have services that are not registered', () => {
    const more = [...policies, allow('x:read', ['tier:high'])]
    expect(tell(at('low'), { ...at('low'), policies: more })).toEqual([
      '+ services that are not registered and whose tokens state tier high may now x:read',
    ])
  })
})

describe('the registry', () => {
  it('services that come and go, are disabled and enabled, with what they may', () => {
    const policies = [allow('x:read', ['service:billing', 'service:reports'])]
    const before = { policies, services: [billing, { ...reports, disabled: true }] }
    const after = { policies, services: [{ ...billing, disabled: true }, reports] }
    expect(tell(before, after)).toEqual([
      '- billing is disabled now',
      '+ reports is enabled now',
      '- billing may no longer x:read',
      '+ reports may now x:read',
    ])
    expect(tell({ services: [billing] }, { services: [reports] })).toEqual([
      '- billing is no longer registered',
      '+ reports is registered now',
      '+ reports has client reports now',
    ])
  })

  it('clients that a service got or lost: whoever has such a token is that service', () => {
    const issuer = 'https://login.example.com'
    const moved = { ...billing, clients: [{ clientId: 'billing' }, { issuer, clientId: 'new' }] }
    expect(tell({ services: [billing] }, { services: [moved] })).toEqual([
      '+ billing has client new of https://login.example.com now',
    ])
    expect(tell({ services: [moved] }, { services: [billing] })).toEqual([
      '- billing no longer has client new of https://login.example.com',
    ])
  })

  it('rates', () => {
    const rated = (rate?: number) => ({ services: [serviceOf('billing', rate ? { rate } : {})] })
    expect(tell(rated(), rated(5))).toEqual(['~ billing has rate 5/min now (was: no rate)'])
    expect(tell(rated(5), rated(5))).toEqual([])
  })

  it('a condition on the client is decided where all clients answer alike', () => {
    const policies = [
      allow('x:read', ['service:billing'], [['subject.clientId', 'equals', 'billing']]),
    ]
    const two = { ...billing, clients: [{ clientId: 'billing' }, { clientId: 'other' }] }
    expect(tell({ services: [billing] }, { services: [billing], policies })).toEqual([
      '+ billing may now x:read',
    ])
    expect(tell({ services: [two] }, { services: [two], policies })).toEqual([
      '+ billing may now x:read where subject.clientId equals "billing"',
    ])
  })
})

describe('users', () => {
  it('named users, and roles that no service holds', () => {
    const roles = { support: {} }
    const policies = [allow('x:read', ['role:support']), allow('x:write', ['user:ada'])]
    expect(tell({ roles }, { roles, policies })).toEqual([
      '+ user:ada may now x:write',
      '+ users with role support may now x:read',
    ])
  })

  it('denials count by themselves: whoever holds several roles has those of all', () => {
    const roles = { support: {} }
    const always = { roles, policies: [deny('x:read', ['role:support'])] }
    const sometimes = {
      roles,
      policies: [deny('x:read', ['role:support'], [['context.night', 'equals', true]])],
    }
    expect(tell({ roles }, always)).toEqual(['- users with role support are denied x:read now'])
    expect(tell(always, { roles })).toEqual([
      '+ users with role support are no longer denied x:read',
    ])
    expect(tell(always, sometimes)).toEqual([
      '~ users with role support are denied x:read where context.night equals true (was: denied always)',
    ])
  })

  it('a role that a service holds is told of by its services', () => {
    const documents = {
      roles: { clerk: {} },
      services: [serviceOf('billing', { roles: ['clerk'] })],
    }
    const policies = [allow('x:read', ['role:clerk'])]
    expect(tell(documents, { ...documents, policies })).toEqual(['+ billing may now x:read'])
  })
  it('and by itself where none of these services has the same change: users may hold it too', () => {
    const tiers = [{ name: 'low', operations: ['x:read'] }]
    const documents = {
      tiers,
      roles: { clerk: {}, chief: { includes: ['clerk'] } },
      services: [serviceOf('billing', { tier: 'low', roles: ['clerk'] })],
    }
    const read = allow('x:read', ['role:clerk'])
    const both = { ...documents, policies: [read, allow('x:delete', ['role:clerk'])] }
    expect(tell(documents, both)).toEqual([
      '+ billing and users with role chief may now x:read',
      '+ users with role clerk and users with role chief may now x:delete',
    ])
    const denied = { ...both, policies: [...both.policies, deny('x:*', ['role:clerk'])] }
    expect(tell(both, denied)).toContain(
      '- users with role clerk and users with role chief are denied every operation on x now',
    )
    expect(tell(both, both)).toEqual([])
  })
  it('everybody has an id: conditions on it that never hold together deny nobody', () => {
    const roles = { support: {} }
    const never = [
      ['subject.id', 'equals', 'ada'],
      ['subject.id', 'equals', 'bob'],
    ] as const
    expect(tell({ roles }, { roles, policies: [deny('x:read', ['role:support'], never)] })).toEqual(
      [],
    )
  })
})
