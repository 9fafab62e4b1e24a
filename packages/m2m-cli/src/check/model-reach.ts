import { heldRoles, type PolicyEntry, type PolicyModel, type ServiceEntry } from 'm2m-policy'

/** The operations beyond which somebody never goes; undefined: none are beyond. */
export type Ceiling = readonly string[] | undefined

/** Whom the subjects of policies stand for, as far as the files tell. */
export interface ModelReach {
  readonly model: PolicyModel
  /** The enabled services that a subject stands for. */
  servicesOf(subject: string): readonly ServiceEntry[]
  /** The ceilings of all that a subject stands for; none where it stands for nobody. */
  ceilingsOf(subject: string): readonly Ceiling[]
  /** The ceilings that a service may have: without a tier of its own its tokens may state any. */
  ceilingsOfService(service: ServiceEntry): readonly Ceiling[]
  /** The subjects that stand for this service. */
  subjectsOf(service: ServiceEntry): readonly string[]
  /** Subjects that stand for whomever this one stands for, for users only those that hold for users too. */
  subjectsAround(subject: string, users: 'with-users' | 'services-only'): readonly string[]
  /** Policies that name a subject, in the order of the files. */
  policiesFor(subject: string): readonly PolicyEntry[]
  /**
   * Whether a subject may stand for users, whose roles no file tells: a user, a role that no service
   * holds, and in a policy that names users any role.
   */
  mayBeUsers(subject: string): boolean
}

/** Looks into a model once, for all warnings. */
export const createModelReach = (model: PolicyModel): ModelReach => {
  const roles = new Map(model.roles.map((role) => [role.name, role]))
  const services = new Map(model.services.map((service) => [service.id, service]))
  const everyTier = model.tiers.map(({ name }) => name)
  const everyCeiling: readonly Ceiling[] =
    model.tiers.length === 0
      ? [undefined]
      : [...new Set(model.tiers.map(({ operations }) => operations))]
  const policies = new Map<string, PolicyEntry[]>()
  for (const policy of model.policies) {
    for (const subject of new Set(policy.subjects)) listAt(policies, subject).push(policy)
  }
  const knowsUsers = [...policies.keys()].some((subject) => subject.startsWith('user:'))
  const rolesOf = (held: readonly string[]): readonly string[] =>
    [...heldRoles(held, roles)].map((name) => `role:${name}`)

  const subjectsOf = ({ id, roles: held, tier }: ServiceEntry): readonly string[] => [
    `service:${id}`,
    'service:*',
    ...rolesOf(held),
    ...(tier === undefined ? everyTier : [tier]).map((name) => `tier:${name}`),
  ]
  const enabled = new Map<string, ServiceEntry[]>()
  const heldBySome = new Set<string>()
  for (const service of model.services) {
    for (const subject of subjectsOf(service)) {
      heldBySome.add(subject)
      if (!service.disabled) listAt(enabled, subject).push(service)
    }
  }
  const mayBeUsers = (subject: string): boolean =>
    subject.startsWith('user:') ||
    (subject.startsWith('role:') && (knowsUsers || !heldBySome.has(subject)))
  const ceilingOf = (name: string): Ceiling =>
    model.tiers.find((tier) => tier.name === name)?.operations

  const ceilingsOfService = ({ tier }: ServiceEntry): readonly Ceiling[] =>
    tier === undefined ? everyCeiling : [ceilingOf(tier)]
  const findCeilings = (subject: string): readonly Ceiling[] => {
    const served = enabled.get(subject) ?? []
    // Services that are not registered may call too, and their tokens may state any tier.
    if (subject === 'service:*') return everyCeiling
    const isTier = subject.startsWith('tier:')
    if (isTier && model.services.length === 0) return [ceilingOf(subject.slice('tier:'.length))]
    if (isTier) return served.length === 0 ? [] : [ceilingOf(subject.slice('tier:'.length))]
    const ofUsers = mayBeUsers(subject) ? [undefined] : []
    return [...new Set([...served.flatMap(ceilingsOfService), ...ofUsers])]
  }
  const known = new Map<string, readonly Ceiling[]>()

  return {
    model,
    servicesOf: (subject) => enabled.get(subject) ?? [],
    ceilingsOf: (subject) => {
      const found = known.get(subject) ?? findCeilings(subject)
      known.set(subject, found)
      return found
    },
    ceilingsOfService,
    subjectsOf,
    subjectsAround: (subject, users) => {
      const [kind = '', name = ''] = splitOnce(subject)
      const service = kind === 'service' ? services.get(name) : undefined
      if (service) {
        // Which tier a token states is not known.
        const isOwn = (one: string) => service.tier !== undefined || !one.startsWith('tier:')
        return subjectsOf(service).filter(isOwn)
      }
      if (kind === 'tier') return [subject, 'service:*']
      if (kind !== 'role') return [subject]
      const everyService = users === 'services-only' && !mayBeUsers(subject) ? ['service:*'] : []
      return [...rolesOf([name]), ...everyService]
    },
    policiesFor: (subject) => policies.get(subject) ?? [],
    mayBeUsers,
  }
}

const splitOnce = (subject: string): readonly [kind: string, name: string] => {
  const colon = subject.indexOf(':')
  return [subject.slice(0, colon), subject.slice(colon + 1)]
}

const listAt = <T>(lists: Map<string, T[]>, key: string): T[] => {
  const known = lists.get(key)
  if (known) return known
  const made: T[] = []
  lists.set(key, made)
  return made
}
