import { type Context, isOperationPattern, type ResourceInput } from 'm2m-core'
import { didYouMean, heldRoles, type Place, type PolicyModel, type PolicyStore } from 'm2m-policy'
import { MisuseError } from '../misuse-error.js'
import { coversOperation } from '../operation/covers-operation.js'

/** Who asks: a registered service, or a user with the roles that user auth knows. */
export interface Caller {
  readonly type: 'service' | 'user'
  readonly id: string
  /** Of a user. */
  readonly roles: readonly string[]
}

/** A question to a policy. */
export interface Question {
  readonly caller: Caller
  readonly operation: string
  readonly resource?: ResourceInput
  readonly context?: Context
}

/** Why a policy allows something, or does not. */
export interface PolicyExplanation {
  readonly allowed: boolean
  /** A service, or `user:<name>`. */
  readonly who: string
  readonly operation: string
  /** The policy that decided; left out when none spoke. */
  readonly policy?: { readonly name: string; readonly at: Place }
  /** Conditions that do not hold, the ceiling of the tier, a service that is disabled. */
  readonly note?: string
  /** Of a service: its own tier, if any, and the operations beyond which it never goes, if any. */
  readonly tier?: { readonly name?: string; readonly operations?: readonly string[] }
  /** Those given, and those that they include. */
  readonly roles: readonly string[]
  /** Where the service stands. */
  readonly at?: Place
}

/**
 * Asks a policy, and says why.
 *
 * @throws MisuseError for a service, role or operation that the policy does not know
 */
export const explainPolicy = (store: PolicyStore, question: Question): PolicyExplanation => {
  const { caller, operation, resource, context } = question
  const { model } = store
  requireOperation(model, operation)
  const service = caller.type === 'service' ? findService(model, caller.id) : undefined
  const roleTree = new Map(model.roles.map((role) => [role.name, role]))
  for (const role of caller.roles) requireKnown('role', role, [...roleTree.keys()])
  const { allowed, rule, note } = store.abilityFor(caller).ask(operation, resource, context)
  const entry = model.policies.find(({ name }) => name === rule)
  const tier = service && tierOf(model, service.tier)
  return {
    allowed,
    who: service ? service.id : `user:${caller.id}`,
    operation,
    ...(entry && { policy: { name: entry.name, at: entry.at } }),
    ...(note !== undefined && { note }),
    ...(tier && { tier }),
    roles: [...heldRoles(service?.roles ?? caller.roles, roleTree)],
    ...(service && { at: service.at }),
  }
}

const findService = ({ services }: PolicyModel, id: string) => {
  const ids = services.map((service) => service.id)
  requireKnown('service', id, ids)
  return services.find((service) => service.id === id)
}

/** Whoever has no tier has the ceiling of the lowest. */
const tierOf = ({ tiers }: PolicyModel, name: string | undefined) => {
  const tier = tiers.find((one) => one.name === name) ?? tiers[0]
  if (!tier) return undefined
  const { operations } = tier
  return { ...(name !== undefined && { name }), ...(operations && { operations }) }
}

/** An operation that nobody ever speaks of is misspelt more often than it is denied. */
const requireOperation = ({ policies, tiers }: PolicyModel, operation: string): void => {
  const ofTiers = tiers.flatMap(({ operations = [] }) => operations)
  const ofPolicies = policies.flatMap(({ rule }) => rule.operations)
  const singles = [...ofPolicies, ...ofTiers].filter(isOperation)
  if (isOperation(operation)) {
    const isIn = (patterns: readonly string[]): boolean =>
      patterns.some((pattern) => coversOperation(pattern, operation))
    if (isIn([...ofPolicies, ...singles])) return
    const hint = didYouMean(operation, singles)
    // A ceiling such as transfers:* speaks of nothing in particular: what is near is meant.
    if (hint === '' && isIn(ofTiers)) return
    throw new MisuseError(`no policy or tier speaks of ${JSON.stringify(operation)}${hint}`)
  }
  const got = JSON.stringify(operation)
  throw new MisuseError(`expected an operation such as transfers:create, no wildcard, got ${got}`)
}

const isOperation = (text: string): boolean => !text.endsWith('*') && isOperationPattern(text)

const requireKnown = (kind: string, name: string, known: readonly string[]): void => {
  if (known.includes(name)) return
  throw new MisuseError(`there is no ${kind} ${JSON.stringify(name)}${didYouMean(name, known)}`)
}
