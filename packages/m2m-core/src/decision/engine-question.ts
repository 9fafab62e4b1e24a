import { hash } from 'node:crypto'
import { type Refusal, refuse } from '../errors/refusal.js'
import type { Facts } from '../policy/facts.js'
import type { Operation } from '../policy/operation.js'
import type { Principal } from '../principal/identify.js'
import type { EngineRequest } from './policy-engine.js'

/** One question, the same for all engines. */
export interface EngineQuestion {
  readonly serviceId: string
  /** The same for two questions to one engine only if every input is. */
  keyFor(engine: string): string
  /** A copy for each engine: none sees what another did to it. */
  request(): EngineRequest
}

const mostCharacters = 1_048_576

/** Puts a question into AuthZEN's words; refused when it is nothing that JSON can hold. */
export const createQuestion = (
  principal: Principal,
  operation: Operation,
  facts: Facts,
): EngineQuestion | Refusal => {
  let parts: readonly string[]
  try {
    parts = [
      subjectOf(principal),
      { name: operation.action },
      resourceOf(operation, facts),
      facts.context,
    ].map(canonicalJson)
  } catch {
    return unspeakable
  }
  const [subject, action, resource, context] = parts
  const text = `{"subject":${subject},"action":${action},"resource":${resource},"context":${context}}`
  return {
    serviceId: principal.id,
    keyFor: (engine) => hash('sha256', [engine, ...parts].map(prefixed).join(''), 'base64'),
    request: () => JSON.parse(text) as EngineRequest,
  }
}

const unspeakable: Refusal = refuse(
  'resource_malformed',
  'expected a resource and a context that JSON can hold in 1 MiB, so that an engine can be asked; ' +
    'got one that is larger, refers to itself, or holds what has no JSON; give what rules look at',
)

const subjectOf = ({ id, attributes, ...principal }: Principal): object => {
  const { issuer, clientId, tier, registered, scopes, allowedOps, withinOps } = principal
  const known = { issuer, clientId, tier, registered, scopes, allowedOps, withinOps }
  return { type: 'service', id, properties: { ...attributes, ...known } }
}

const resourceOf = ({ type }: Operation, { resource }: Facts): object => ({
  type,
  id: resource.id,
  properties: resource.attributes ?? {},
})

const prefixed = (part: string): string => `${part.length}:${part}`

/** JSON with the members of every object in one order, so that equal values are equal texts. */
const canonicalJson = (value: object): string => {
  const text = JSON.stringify(value, refuseOdd)
  if (text.length > mostCharacters) throw new RangeError('too large')
  return inOrder(JSON.parse(text))
}

/** JSON would make null or nothing of these, and the engine would be asked about something else. */
const refuseOdd = (_name: string, value: unknown): unknown => {
  const isOdd =
    typeof value === 'function' ||
    typeof value === 'symbol' ||
    (typeof value === 'number' && !Number.isFinite(value)) ||
    /^\[object (?:Weak)?(?:Map|Set)\]$/.test(Object.prototype.toString.call(value))
  if (isOdd) throw new TypeError('no JSON')
  return value
}

const inOrder = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(inOrder).join(',')}]`
  const members = Object.entries(value)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${inOrder(member)}`)
  return `{${members.join(',')}}`
}
