import {
  type Context,
  createPolicyAsker,
  type Policy,
  type PolicyAnswer,
  type PolicySubject,
  type ResourceInput,
} from 'm2m-core'
import type { ServiceEntry } from '../model/policy-model.js'
import type { PolicyIndex } from './policy-index.js'

/** Whose ability is asked for. */
export interface AbilitySubject {
  readonly type: 'user' | 'service'
  readonly id: string
  /** Of a user, as your user auth knows them. A service has those of its file, and no other. */
  readonly roles?: readonly string[]
  /** What conditions may ask about a user as `subject.<name>`; of a service again those of its file. */
  readonly attributes?: Readonly<Record<string, unknown>>
}

/** What the policy lets somebody do, as it is at the time of each question. */
export interface PolicyAbility {
  /** Whether the policy allows the operation. Knows of no token, engine or quota. */
  can(operation: string, resource?: ResourceInput, context?: Context): boolean
  /** The same with the rule that decided. */
  ask(operation: string, resource?: ResourceInput, context?: Context): PolicyAnswer
}

/** What is asked: by now another version may be in force. */
export interface CurrentPolicy {
  readonly policy: Policy
  readonly index: PolicyIndex
}

/**
 * Makes abilities of users, and of services by the ids that they are registered under. Those with
 * the same rules share what is made of them.
 *
 * @throws TypeError for a subject of another shape
 */
export const createAbilityMaker = (
  current: () => CurrentPolicy,
): ((subject: AbilitySubject) => PolicyAbility) => {
  const askPolicy = createPolicyAsker()
  return (subject) => {
    const { type, id, roles = [], attributes = {} } = checkSubject(subject)
    const held = Object.freeze([...roles])
    const ask: PolicyAbility['ask'] = (operation, resource, context) => {
      const { policy, index } = current()
      const facts = { ...(resource && { resource }), ...(context && { context }) }
      if (type === 'user') {
        const users: Policy = {
          version: policy.version,
          rulesFor: () => index.rulesForUser(id, held),
        }
        return askPolicy(users, { ...nobody, id, attributes, registered: false }, operation, facts)
      }
      const service = index.service(id)
      if (!service || service.disabled) {
        return { allowed: false, note: 'there is no enabled service of this id' }
      }
      const { tier, attributes: ofFile } = service
      // Without a tier of its own a service has what its token states, and no token is here.
      const registered = { tier, attributes: ofFile, registered: true }
      const known = { ...nobody, ...onlyClientOf(service), id, ...registered }
      return askPolicy(policy, known, operation, facts)
    }
    const can: PolicyAbility['can'] = (...question) => ask(...question).allowed
    return Object.freeze({ can, ask })
  }
}

/** Left out rather than empty: conditions on what is not there are unknown, and never allow. */
const nobody = Object.freeze({ tier: undefined }) as Omit<
  PolicySubject,
  'id' | 'attributes' | 'registered'
>

/** With several clients nobody knows which one asks. */
const onlyClientOf = ({ clients }: ServiceEntry): Partial<PolicySubject> => {
  const [client, ...others] = clients
  if (client?.issuer === undefined || others.length > 0) return {}
  return { issuer: client.issuer, clientId: client.clientId }
}

const checkSubject = (subject: AbilitySubject): AbilitySubject => {
  const { type, id, roles = [] } = subject ?? {}
  const isKind = type === 'user' || type === 'service'
  const isNamed = typeof id === 'string' && id !== ''
  const areRoles = Array.isArray(roles) && roles.every((role) => typeof role === 'string')
  if (isKind && isNamed && areRoles) return subject
  throw new TypeError('expected a subject such as { type: "user", id, roles: ["support"] }')
}
