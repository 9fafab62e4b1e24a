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

/** One question to a service principal. */
export type Asked = Parameters<ServicePrincipal['can']>

/** How those answer who stand behind service principals. */
export interface PrincipalAnswers<Holder> {
  ability(holder: Holder): ServiceAbility
  can(holder: Holder, question: Asked): boolean
  explain(holder: Holder, question: Asked): Promise<Explanation>
}

/** The service principals that were handed out, and who stands behind each. */
export interface ServicePrincipals<Holder> {
  make(principal: Principal, holder: Holder): ServicePrincipal
  /** Undefined for whatever was not made here. */
  holderOf(service: object): Holder | undefined
}

/**
 * Makes service principals out of facts. What they answer stands on a prototype that all share: a logged
 * service shows its facts, and each new token costs no functions.
 */
export const createServicePrincipals = <Holder>(
  answers: PrincipalAnswers<Holder>,
): ServicePrincipals<Holder> => {
  const holders = new WeakMap<object, Holder>()
  const holderBehind = (service: object): Holder => {
    const holder = holders.get(service)
    if (holder !== undefined) return holder
    throw new TypeError('expected the service principal itself, got a copy of it')
  }
  const prototype = Object.freeze({
    get ability() {
      return answers.ability(holderBehind(this))
    },
    // Bound when they are read, so that they can be handed on by themselves.
    get can() {
      const holder = holderBehind(this)
      return (...question: Asked) => answers.can(holder, question)
    },
    get explain() {
      const holder = holderBehind(this)
      return (...question: Asked) => answers.explain(holder, question)
    },
  })
  return Object.freeze({
    make: (principal: Principal, holder: Holder) => {
      const service = Object.assign(Object.create(prototype), principal) as ServicePrincipal
      holders.set(service, holder)
      return Object.freeze(service)
    },
    holderOf: (service: object) => holders.get(service),
  })
}
