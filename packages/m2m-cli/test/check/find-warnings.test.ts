import { type PolicyDocument, type PolicyDocuments, readPolicy } from 'm2m-policy'
import { describe, expect, it } from 'vitest'
import { findWarnings } from '../../src/check/find-warnings.js'

const billing = { id: 'billing', clients: [{ clientId: 'billing' }] }
const reports = { id: 'reports', clients: [{ clientId: 'reports' }] }

/** An allow of reading invoices by billing, but for what is said otherwise. */
const allow = (more: Partial<PolicyDocument> = {}): PolicyDocument => ({
  name: 'p',
  effect: 'allow',
  subjects: ['service:billing'],
  resources: [{ type: 'invoices', actions: ['read'] }],
  ...more,
})
const deny = (more: Partial<PolicyDocument> = {}): PolicyDocument => ({
  ...allow(more),
  effect: 'deny',
  name: 'd',
})
const on = (field: string, operator: string, value: unknown) =>
  ({ field, operator, value }) as never

const warningsOf = (documents: PolicyDocuments) => {
  const { model, problems } = readPolicy({ services: [billing], ...documents })
  expect(problems).toEqual([])
  return model ? findWarnings(model) : []
}
const codesOf = (documents: PolicyDocuments) => warningsOf(documents).map(({ code }) => code)
const messageOf = (documents: PolicyDocuments) =>
  warningsOf(documents)
    .map(({ code, message }) => `${code}: ${message}`)
    .join('\n')

it('a policy that says what is meant has no warnings', () => {
  expect(warningsOf({ policies: [allow()] })).toEqual([])
})

describe('unreachable-policy', () => {
  const tiers = [
    { name: 'low', operations: ['status:read'] },
    { name: 'high', operations: ['status:read', 'invoices:*'] },
  ]

  it('is said of a policy for services that are all disabled', () => {
    const documents = {
      services: [{ ...billing, disabled: true, roles: ['clerk'] }],
      roles: { clerk: {} },
      policies: [allow({ subjects: ['service:billing', 'role:clerk'] })],
    }
    expect(messageOf(documents)).toContain(
      'unreachable-policy: policy "p" reaches nobody: service "billing" is disabled, all services with role "clerk" are disabled;',
    )
  })

  it('is said of a policy for a tier that no service is in', () => {
    const documents = {
      services: [{ ...billing, tier: 'high' }],
      tiers,
      policies: [allow(), deny({ subjects: ['tier:low'] })],
    }
    expect(messageOf(documents)).toContain('reaches nobody: no service is in tier "low";')
  })

  it('is not said of a tier that tokens may state: a service without one, or no services at all', () => {
    const policies = [allow({ subjects: ['tier:high'] })]
    expect(codesOf({ tiers, policies })).toEqual(['no-tier'])
    expect(codesOf({ tiers, policies, services: [] })).toEqual([])
  })

  it('is not said of users, nor of a role that only users may hold', () => {
    const policies = [
      allow(),
      allow({ name: 'u', subjects: ['user:ada'] }),
      allow({ name: 'r', subjects: ['role:support'] }),
    ]
    expect(codesOf({ roles: { support: {} }, policies })).toEqual([])
  })

  it('is said of an allow that every ceiling forbids', () => {
    const services = [{ ...billing, tier: 'low', roles: ['clerk'] }]
    const documents = { services, tiers, roles: { clerk: {} } }
    const policies = [allow({ subjects: ['role:clerk'] })]
    expect(messageOf({ ...documents, policies })).toContain(
      'unreachable-policy: policy "p" allows only what is above the ceiling of every tier that it reaches',
    )
    const ofTier = { tiers, policies: [allow({ subjects: ['tier:low'] })] }
    expect(codesOf({ ...ofTier, services: [{ ...billing, tier: 'low' }] })).toEqual([
      'unreachable-policy',
      'idle-service',
    ])
    const resources = [{ type: 'status', actions: ['*'] }]
    const within = [allow({ subjects: ['role:clerk'], resources })]
    expect(codesOf({ ...documents, policies: within })).toEqual(['wildcard-grant'])
  })

  it('is not said of all services, of which some may not be registered: their tokens state tiers', () => {
    const policies = [allow({ subjects: ['service:*'] })]
    const services = [{ ...billing, tier: 'low' }]
    expect(codesOf({ services, tiers, policies })).toEqual(['broad-grant', 'idle-service'])
    const disabled = [{ ...billing, disabled: true }]
    expect(codesOf({ services: disabled, policies })).toEqual(['broad-grant'])
  })

  it('is not said where users, who have no ceiling, may hold the role', () => {
    const documents = {
      services: [{ ...billing, tier: 'low', roles: ['clerk'] }],
      tiers,
      roles: { clerk: {} },
      policies: [allow({ subjects: ['role:clerk'] }), allow({ name: 'u', subjects: ['user:ada'] })],
    }
    expect(codesOf(documents)).toEqual(['idle-service'])
  })

  it('is said of an allow that a deny without conditions takes away', () => {
    const every = deny({ subjects: ['service:*'], resources: [{ type: '*', actions: ['*'] }] })
    expect(messageOf({ policies: [allow(), every] })).toBe(
      'unreachable-policy: policy "p" allows nothing that "d" does not deny, and a deny beats every allow; narrow the deny, or remove this policy if no user needs it',
    )
  })

  it('is not said where the deny has conditions, spares somebody, or an operation', () => {
    const services = [billing, reports]
    const both = allow({ subjects: ['service:billing', 'service:reports'] })
    const two = allow({ resources: [{ type: 'invoices', actions: ['read', 'list'] }] })
    const some = deny({ conditions: [on('context.night', 'equals', true)] })
    expect(codesOf({ policies: [allow(), some] })).toEqual([])
    expect(codesOf({ services, policies: [both, deny()] })).toEqual([])
    expect(codesOf({ policies: [two, deny()] })).toEqual([])
  })
})

describe('redundant-policy', () => {
  const roles = { clerk: {}, chief: { includes: ['clerk'] } }

  it('is said where another one allows the same and more to the same and more', () => {
    const narrow = allow({ conditions: [on('resource.state', 'equals', 'closed')] })
    const wide = allow({ name: 'w', resources: [{ type: 'invoices', actions: ['read', 'list'] }] })
    expect(messageOf({ policies: [narrow, wide] })).toBe(
      'redundant-policy: policy "p" changes nothing: "w" allows the same or more to the same or more; remove it, or narrow the other',
    )
    const services = [{ ...billing, roles: ['chief'] }]
    const ofClerks = allow({ name: 'w', subjects: ['role:clerk'] })
    const ofChiefs = allow({ subjects: ['role:chief', 'service:billing'] })
    expect(codesOf({ services, roles, policies: [ofChiefs, ofClerks] })).toEqual([
      'redundant-policy',
    ])
  })

  it('is said once of two that say the same, of the second one', () => {
    const policies = [allow(), allow({ name: 'again' })]
    expect(messageOf({ policies })).toMatch(/^redundant-policy: policy "again" .*"p" allows.*$/)
  })

  it('is not said where the other one has further conditions, another effect, or spares somebody', () => {
    const limited = allow({ name: 'w', conditions: [on('resource.n', 'less_than', 5)] })
    expect(codesOf({ policies: [allow(), limited] })).toEqual(['redundant-policy'])
    expect(messageOf({ policies: [allow(), limited] })).toContain('"w" changes nothing')
    const other = allow({ conditions: [on('resource.n', 'less_than', 4)] })
    expect(codesOf({ policies: [other, limited] })).toEqual([])
    const some = deny({ conditions: [on('resource.n', 'less_than', 4)] })
    expect(codesOf({ policies: [allow(), some] })).toEqual([])
  })

  it('is not said of a role because services are allowed the same: users may hold it', () => {
    const services = [{ ...billing, roles: ['clerk'] }]
    const ofAll = allow({ name: 'w', subjects: ['service:*'] })
    const policies = [allow({ subjects: ['role:clerk'] }), ofAll]
    expect(codesOf({ services, roles: { clerk: {} }, policies })).toEqual(['broad-grant'])
  })
})

describe('wildcard-grant and broad-grant', () => {
  it('are said of allows, and not of denies', () => {
    const subjects = ['service:*']
    const resources = [{ type: 'status', actions: ['read', '*'] }]
    const conditions = [on('context.night', 'equals', true)]
    const message = messageOf({ policies: [allow({ subjects, resources })] })
    expect(message).toContain('wildcard-grant: policy "p" allows every action on "status"')
    expect(message).toContain(
      'broad-grant: policy "p" allows status:read and 1 more to every service',
    )
    expect(codesOf({ policies: [allow(), deny({ subjects, resources, conditions })] })).toEqual([])
    expect(codesOf({ policies: [allow({ subjects, conditions })] })).toEqual([])
    const everything = [{ type: '*', actions: ['*'] }]
    expect(messageOf({ policies: [allow({ resources: everything })] })).toContain(
      'allows every operation there is',
    )
  })
})

describe('unknown-attribute', () => {
  const services = [{ ...billing, attributes: { environment: 'live', labels: { region: 'eu' } } }]
  const asking = (name: string, more: Partial<PolicyDocument> = {}) =>
    allow({ conditions: [on(`subject.${name}`, 'equals', 'live')], ...more })

  it('is said of an attribute that no service has, with the one that may be meant', () => {
    expect(messageOf({ services, policies: [asking('enviroment')] })).toBe(
      'unknown-attribute: policy "p": no service that it reaches has the attribute "enviroment"; what is not known never allows, so it allows nobody; did you mean "environment"?',
    )
    const spares = { ...asking('labels.regoin'), effect: 'deny' as const, name: 'd' }
    expect(messageOf({ services, policies: [allow(), spares] })).toContain(
      'what is not known denies, so this condition spares nobody; did you mean "labels.region"?',
    )
    expect(messageOf({ services, policies: [asking('client_id')] })).toContain(
      'did you mean "clientId"?',
    )
  })

  it('is said where only services have it that the policy does not reach', () => {
    const both = [...services, reports]
    const policies = [allow(), asking('environment', { name: 'q', subjects: ['service:reports'] })]
    expect(messageOf({ services: both, policies })).toContain('others have it')
  })

  it('is not said where one service has it, or users may', () => {
    const both = { services: [...services, reports] }
    const documents = { ...both, roles: { support: {} } }
    const all = ['service:billing', 'service:reports']
    expect(codesOf({ ...both, policies: [asking('environment', { subjects: all })] })).toEqual([])
    for (const subject of ['role:support', 'user:ada']) {
      const policies = [
        allow({ name: 'q', subjects: all }),
        asking('desk', { subjects: ['service:billing', 'role:support', subject] }),
      ]
      expect(codesOf({ ...documents, policies })).toEqual([])
    }
  })

  it('is said of what must exist, and not of what must not, nor of a deny of those that have it', () => {
    const exists = (value: boolean) => [on('subject.quarantined', 'exists', value)]
    expect(codesOf({ services, policies: [allow({ conditions: exists(true) })] })).toEqual([
      'unknown-attribute',
    ])
    expect(codesOf({ services, policies: [allow({ conditions: exists(false) })] })).toEqual([])
    const barred = deny({ conditions: exists(true) })
    expect(codesOf({ services, policies: [allow(), barred] })).toEqual([])
  })

  it('is not said of what tokens and issuers tell', () => {
    const policies = ['id', 'issuer', 'clientId', 'tier'].map((name) => asking(name, { name }))
    expect(codesOf({ services, policies })).toEqual([])
  })
})

describe('mistyped-attribute', () => {
  const asking = (operator: string, value: unknown) =>
    allow({ subjects: ['service:*'], conditions: [on('subject.level', operator, value)] })
  const levels = (...values: readonly unknown[]) =>
    values.map((level, index) => ({
      id: `s${index}`,
      clients: [{ clientId: `s${index}` }],
      attributes: level === undefined ? {} : { level },
    }))

  it('is said where no service has the attribute in a type that can be compared', () => {
    const documents = { services: levels('3', undefined), policies: [asking('greater_than', 2)] }
    expect(messageOf(documents)).toBe(
      'mistyped-attribute: policy "p": greater_than 2 cannot be compared with the attribute "level" of any service that it reaches: service "s0" has "3"; what is not known never allows, so it allows nobody; write both in the same type',
    )
    const list = { services: levels(['a']), policies: [asking('equals', 'a')] }
    expect(messageOf(list)).toContain('service "s0" has a list')
  })

  it('is not said where one service has it in the right type', () => {
    const services = levels('3', 3)
    expect(codesOf({ services, policies: [asking('greater_than', 5)] })).toEqual([])
    expect(codesOf({ services: levels(['a']), policies: [asking('contains', 'b')] })).toEqual([])
  })
})

describe('impossible-condition', () => {
  const together = (...conditions: readonly (readonly [operator: string, value: unknown])[]) =>
    codesOf({
      policies: [
        allow({
          conditions: conditions.map(([operator, value]) => on('resource.x', operator, value)),
        }),
      ],
    })

  it.each([
    [
      ['equals', 'a'],
      ['equals', 'b'],
    ],
    [
      ['in', ['a', 'b']],
      ['in', ['c']],
    ],
    [
      ['in', ['a', 'b']],
      ['not_in', ['b', 'a']],
    ],
    [
      ['greater_than', 5],
      ['less_than', 3],
    ],
    [
      ['greater_than', 3],
      ['less_than_or_equal', 3],
    ],
    [
      ['equals', '5'],
      ['greater_than', 3],
    ],
    [
      ['starts_with', 'a'],
      ['starts_with', 'b'],
    ],
    [
      ['starts_with', 'a'],
      ['less_than', 3],
    ],
    [
      ['exists', false],
      ['not_equals', 'a'],
    ],
    [
      ['not_equals', true],
      ['not_equals', false],
    ],
    [
      ['before', '2026-01-01'],
      ['after', '2026-01-01T00:00:00Z'],
    ],
    [
      ['before', '2026-01-01T00:00:00+01:00'],
      ['after', '2026-01-01'],
    ],
    [
      ['equals', '10.0.0.1'],
      ['cidr', '192.168.0.0/16'],
    ],
  ] as const)('is said of %j and %j on one field', (one, other) => {
    expect(together(one, other)).toEqual(['impossible-condition'])
    expect(together(other, one)).toEqual(['impossible-condition'])
  })

  it.each([
    [
      ['in', ['a', 'b']],
      ['in', ['b', 'c']],
    ],
    [
      ['greater_than', 3],
      ['less_than', 5],
    ],
    [
      ['greater_than_or_equal', 3],
      ['less_than_or_equal', 3],
    ],
    [
      ['starts_with', 'a'],
      ['starts_with', 'ab'],
    ],
    [
      ['starts_with', 'a'],
      ['contains', 'b'],
    ],
    [
      ['not_equals', 'a'],
      ['not_equals', 'b'],
    ],
    [
      ['exists', true],
      ['equals', 'a'],
    ],
    [
      ['after', '2026-01-01'],
      ['before', '2026-01-01T00:00:01Z'],
    ],
    [
      ['cidr', '10.0.0.0/8'],
      ['starts_with', '10.'],
    ],
  ] as const)('is not said of %j and %j', (one, other) => {
    expect(together(one, other)).toEqual([])
  })

  it('is not said of conditions on two fields', () => {
    const conditions = [on('resource.x', 'equals', 'a'), on('resource.y', 'equals', 'b')]
    expect(codesOf({ policies: [allow({ conditions })] })).toEqual([])
  })

  it('says of a deny that it denies what is not known', () => {
    const conditions = [on('resource.x', 'equals', 'a'), on('resource.x', 'equals', 'b')]
    expect(messageOf({ policies: [allow(), deny({ conditions })] })).toBe(
      'impossible-condition: policy "d": no resource.x meets all of equals "a", equals "b", so it denies at most where the attribute is missing or of another type; correct one, or make two policies of it if either is enough',
    )
  })
})

describe('idle-service, unused-role, no-tier', () => {
  it('a service that no allow reaches is idle, a disabled one is not', () => {
    const services = [billing, reports, { ...reports, id: 'gone', clients: [{ clientId: 'x' }] }]
    const disabled = services.map((one) => ({ ...one, disabled: one.id === 'gone' }))
    const barred = deny({ subjects: ['service:reports'] })
    expect(messageOf({ services: disabled, policies: [allow(), barred] })).toMatch(
      /^idle-service: no allow reaches service "reports", so every operation is refused to it;.*$/,
    )
  })

  it('a service is idle too if all that reaches it is above its ceiling', () => {
    const tiers = [{ name: 'low', operations: ['status:read'] }, { name: 'high' }]
    const services = [
      { ...billing, tier: 'low' },
      { ...reports, tier: 'high' },
    ]
    const policies = [allow({ subjects: ['service:billing', 'service:reports'] })]
    expect(messageOf({ tiers, services, policies })).toMatch(
      /^idle-service: service "billing" is allowed only what is above the ceiling of its tier/,
    )
  })

  it('a role that no policy names is unused, unless it includes one that is named', () => {
    const roles = { clerk: {}, chief: { includes: ['clerk'] }, idle: {} }
    const policies = [allow({ subjects: ['service:billing', 'role:clerk'] })]
    expect(messageOf({ roles, policies })).toMatch(/^unused-role: no policy names role "idle"/)
  })

  it('a service without a tier is told of where tiers have ceilings', () => {
    const tiers = [{ name: 'low', operations: ['invoices:*'] }, { name: 'high' }]
    expect(messageOf({ tiers, policies: [allow()] })).toMatch(
      /^no-tier: service "billing" has no tier, so it has the ceiling of the lowest, "low"/,
    )
    expect(codesOf({ tiers: [{ name: 'low' }], policies: [allow()] })).toEqual([])
  })

  it('that no service has a tier is told once: tokens may state them', () => {
    const tiers = [{ name: 'low', operations: ['invoices:*'] }, { name: 'high' }]
    const services = [billing, reports]
    const policies = [allow({ subjects: ['service:billing', 'service:reports'] })]
    expect(messageOf({ tiers, services, policies })).toMatch(/^no-tier: no service has a tier.*$/)
  })
})
