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

/** Adds the answers to the facts. They are not enumerable: a logged service shows its facts. */
export const createServicePrincipal = (
  principal: Principal,
  { ability, can, explain }: PrincipalAnswers,
): ServicePrincipal =>
  Object.freeze(
    Object.defineProperties(
      { ...principal },
      { ability: { get: ability }, can: { value: can }, explain: { value: explain } },
    ),
  ) as ServicePrincipal
