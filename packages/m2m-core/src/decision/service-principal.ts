import type { ServiceAbility } from '../policy/ability.js'
import type { Context, ResourceInput } from '../policy/resource.js'
import type { Principal } from '../principal/identify.js'
import type { Explanation } from './explain.js'

/** The calling service, for handlers. Frozen; no decision ever reads its public fields. */
export interface ServicePrincipal extends Principal {
  /** The CASL ability of token and local policy, for list queries. Knows no `context`. */
  readonly ability: ServiceAbility
  /**
   * Whether token and local policy permit the operation. Asks no engine, no quota and no user, and
   * writes no record: a guard uses `requireOp`.
   */
  can(operation: string, resource?: ResourceInput, context?: Context): boolean
  /** Every layer's answer. Spends no quota and writes no record. */
  explain(operation: string, resource?: ResourceInput, context?: Context): Promise<Explanation>
}

/** What a service principal can be asked. */
export interface PrincipalAnswers {
  ability(): ServiceAbility
  can: ServicePrincipal['can']
  explain: ServicePrincipal['explain']
}

/** Adds the answers to the facts. */
export type MakeServicePrincipal = (
  principal: Principal,
  answers: PrincipalAnswers,
) => ServicePrincipal

/**
 * Makes service principals. Their answers are not enumerable: a logged service shows its facts. The
 * getter is one for all: V8 would keep a layout of its own for each object that has another.
 */
export const createServicePrincipals = (): MakeServicePrincipal => {
  const abilities = new WeakMap<object, () => ServiceAbility>()
  const prototype = Object.freeze({
    get ability() {
      const ability = abilities.get(this)
      if (!ability) throw new TypeError('expected the service principal itself, got a copy of it')
      return ability()
    },
  })
  return (principal, { ability, can, explain }) => {
    const facts = Object.assign(Object.create(prototype), principal)
    const service = Object.defineProperties(facts, {
      can: { value: can },
      explain: { value: explain },
    })
    abilities.set(service, ability)
    return Object.freeze(service)
  }
}
