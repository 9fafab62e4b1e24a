import type { PolicyDocument, PolicyDocuments, ServiceDocument } from 'm2m-policy'

const policiesEach = 10
const types = ['invoices', 'transfers', 'customers', 'reports', 'events', 'payments', 'refunds']

/** The operation that no condition guards. */
export const bareOperation = 'invoices:read'
/** What all services may do, by a role that they share. */
export const sharedOperation = 'status:read'
/** The operations that three conditions guard, and what makes each of them hold. */
export const guarded = {
  scalars: 'transfers:create',
  lists: 'customers:export',
  cidr: 'reports:publish',
  cidrs: 'events:replay',
} as const

/** What the guarded operations are asked about; all their conditions hold. */
export const resource = {
  attributes: { amount: 900, owner: 'team-payments', tags: ['eu', 'paid'], state: 'open' },
}
export const context = {
  channel: 'batch',
  ip: '10.1.2.3',
  proxy: 'fd00::17',
  origin: '::ffff:192.168.7.9',
  at: '2026-06-01T12:00:00Z',
}

/** The id of a service, which is its client's too. */
export const idOf = (index: number): string => `service-${index}`

/** A registered service; `edition` makes another version of it. */
export const serviceDocument = (index: number, edition = 0): ServiceDocument => ({
  id: idOf(index),
  clients: [{ clientId: idOf(index) }],
  tier: index % 2 === 0 ? 'gold' : 'bronze',
  attributes: { environment: 'production', team: `team-${index % 50}`, edition },
  roles: ['service_reader', `area_${index % 20}`],
})

type Condition = NonNullable<PolicyDocument['conditions']>[number]
const when = (
  field: string,
  operator: Condition['operator'],
  value: Condition['value'],
): Condition => ({ field, operator, value })

/** The policies of one service: four bare ones, two with one condition each, four with three. */
export const policyDocuments = (index: number, edition = 0): readonly PolicyDocument[] => {
  const inProduction = when('subject.environment', 'equals', 'production')
  const own = (
    name: string,
    operation: string,
    conditions: readonly Condition[],
  ): PolicyDocument => {
    const [type = '', action = ''] = operation.split(':')
    return {
      name: `${idOf(index)}_${name}_${edition}`,
      effect: 'allow',
      subjects: [`service:${idOf(index)}`],
      resources: [{ type, actions: [action] }],
      ...(conditions.length > 0 && { conditions }),
    }
  }
  return [
    own('reads', bareOperation, []),
    ...types.slice(1, 4).map((type) => own(`lists_${type}`, `${type}:list`, [])),
    own('pays', 'payments:create', [inProduction]),
    own('refunds', 'refunds:create', [
      when('resource.amount', 'less_than_or_equal', 1000 + (index % 97)),
    ]),
    own('moves', guarded.scalars, [
      inProduction,
      when('resource.amount', 'less_than_or_equal', 1000 + index),
      when('context.channel', 'in', ['batch', 'online']),
    ]),
    own('exports', guarded.lists, [
      when('resource.owner', 'starts_with', 'team-'),
      when('resource.tags', 'contains', 'eu'),
      when('context.at', 'before', '2031-01-01'),
    ]),
    own('publishes', guarded.cidr, [
      inProduction,
      when('context.ip', 'cidr', ['10.0.0.0/8', `172.16.${index % 256}.0/24`]),
      when('resource.state', 'not_equals', 'closed'),
    ]),
    own('replays', guarded.cidrs, [
      when('context.ip', 'cidr', ['10.0.0.0/8', '192.168.0.0/16']),
      when('context.proxy', 'cidr', 'fd00::/8'),
      when('context.origin', 'cidr', '192.168.0.0/16'),
    ]),
  ]
}

/** Roles, tiers, and policies that many services share. */
export const sharedDocuments = (): SharedDocuments => ({
  roles: {
    service_reader: { description: 'Reads what is not secret' },
    ...Object.fromEntries(
      Array.from({ length: 20 }, (_, area) => [`area_${area}`, { includes: ['service_reader'] }]),
    ),
  },
  tiers: [
    { name: 'bronze', operations: [...types, 'status'].map((type) => `${type}:*`) },
    { name: 'gold', operations: ['*'] },
  ],
  policies: [
    ...Array.from(
      { length: 20 },
      (_, area): PolicyDocument => ({
        name: `area_${area}_lists`,
        effect: 'allow',
        subjects: [`role:area_${area}`],
        resources: [{ type: 'refunds', actions: ['list'] }],
      }),
    ),
    {
      name: 'readers_read_status',
      effect: 'allow',
      subjects: ['role:service_reader'],
      resources: [{ type: 'status', actions: ['read'] }],
    },
    {
      name: 'nothing_at_night',
      effect: 'deny',
      subjects: ['service:*'],
      resources: [{ type: 'sessions', actions: ['*'] }],
      conditions: [when('context.night', 'equals', true)],
    },
  ],
})

interface SharedDocuments {
  readonly roles: NonNullable<PolicyDocuments['roles']>
  readonly tiers: NonNullable<PolicyDocuments['tiers']>
  readonly policies: NonNullable<PolicyDocuments['policies']>
}

/** How many policies that many services have. */
export const countPolicies = (services: number): number =>
  services * policiesEach + sharedDocuments().policies.length

/** Services that have the shared policies and none of their own. */
export const sharingPolicy = (services: number): PolicyDocuments => ({
  ...sharedDocuments(),
  services: Array.from({ length: services }, (_, index) => serviceDocument(index)),
})

/** The whole as one object. */
export const wholePolicy = (services: number): PolicyDocuments => {
  const shared = sharedDocuments()
  const indexes = Array.from({ length: services }, (_, index) => index)
  return {
    ...shared,
    services: indexes.map((index) => serviceDocument(index)),
    policies: [...indexes.flatMap((index) => policyDocuments(index)), ...shared.policies],
  }
}
