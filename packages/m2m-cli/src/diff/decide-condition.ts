import { askCondition, type Condition, type PolicySubject } from 'm2m-core'
import type { ServiceEntry } from 'm2m-policy'
import type { DecideCondition } from './reach.js'

/** Nothing is known of whoever asks. */
export const open: DecideCondition = () => 'open'

/** Decides what can be known of somebody before a request comes. */
export interface ConditionDecider {
  ofService(service: ServiceEntry, tier: string | undefined): DecideCondition
  ofUnregistered(tier: string | undefined): DecideCondition
  /** Of a user by this id, or of one who is known by a role alone. */
  ofUser(id: string | undefined): DecideCondition
}

/** Makes one that remembers: many services have the same attributes. */
export const createConditionDecider = (): ConditionDecider => {
  const known = new WeakMap<Condition, Map<string, boolean | undefined>>()
  const ask = (condition: Condition, subject: Partial<PolicySubject>): boolean | undefined => {
    const answers = known.get(condition) ?? new Map<string, boolean | undefined>()
    known.set(condition, answers)
    const value = attributeOf(subject, nameOf(condition))
    const about = typeof value === 'number' ? String(value) : JSON.stringify(value ?? null)
    if (!answers.has(about)) answers.set(about, askCondition(condition, { subject }))
    return answers.get(about)
  }
  return {
    ofService:
      ({ id, clients, attributes }, tier) =>
      (condition) => {
        const name = nameOf(condition)
        if (name === undefined || (name === 'tier' && tier === undefined)) return 'open'
        const isOfClient = name === 'issuer' || name === 'clientId'
        if (!isOfClient) return ask(condition, { id, tier, attributes })
        // Which client asks is not known, nor what issuer is configured where none is written.
        const stated = clients.map(({ issuer, clientId }) => ({
          ...(issuer && { issuer }),
          clientId,
        }))
        const isKnown = name === 'clientId' || stated.every(({ issuer }) => issuer !== undefined)
        const answers = new Set(stated.map((client) => ask(condition, client)))
        return isKnown && answers.size === 1 ? [...answers][0] : 'open'
      },
    ofUnregistered: (tier) => (condition) => {
      const name = nameOf(condition)
      const isOpen = name === undefined || ['id', 'issuer', 'clientId'].includes(name)
      // A token may state a tier that is not listed, which only conditions can tell from none.
      return isOpen || (name === 'tier' && tier === undefined) ? 'open' : ask(condition, { tier })
    },
    ofUser: (id) => (condition) => {
      const name = nameOf(condition)
      if (name === 'issuer' || name === 'clientId' || name === 'tier') return ask(condition, {})
      return name === 'id' && id !== undefined ? ask(condition, { id }) : 'open'
    },
  }
}

/** What of the subject a condition is about; undefined when it is about something else. */
const nameOf = ({ field }: Condition): string | undefined => {
  const [holder, name] = field.split('.', 2)
  return holder === 'subject' ? name : undefined
}

/** All that the answer depends on. */
const attributeOf = (subject: Partial<PolicySubject>, name = ''): unknown => {
  for (const holder of [subject, subject.attributes ?? {}]) {
    if (Object.hasOwn(holder, name)) return Reflect.get(holder, name)
  }
  return undefined
}
