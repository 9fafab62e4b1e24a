import type { Facts } from './facts.js'

/** One thing a service may do: `transfers:create` is action `create` on type `transfers`. */
export interface Operation {
  readonly name: string
  /** The resource type: everything before the last colon. */
  readonly type: string
  readonly action: string
  /** What is known of a question about the operation alone. */
  readonly alone: Facts
}

const nothing = Object.freeze({})

const grammar = /^[\w.-]+(?::[\w.-]+)+$/
const longest = 128

/**
 * Reads `<resource type>:<action>`: ASCII letters, digits, `_`, `.` and `-`, split at the last
 * colon, 128 characters at most. Anything else, wildcards included, is no operation.
 */
export const parseOperation = (name: unknown): Operation | undefined => {
  if (typeof name !== 'string' || name.length > longest || !grammar.test(name)) return undefined
  const colon = name.lastIndexOf(':')
  const type = name.slice(0, colon)
  const alone = Object.freeze({ resource: Object.freeze({ type }), context: nothing })
  return Object.freeze({ name, type, action: name.slice(colon + 1), alone })
}

const mostRemembered = 1000

/** `parseOperation` with a bounded memory: an API asks about the same few operations all day. */
export const createOperationReader = (): ((name: string) => Operation | undefined) => {
  const known = new Map<string, Operation>()
  return (name) => {
    const remembered = known.get(name)
    if (remembered) return remembered
    const operation = parseOperation(name)
    if (operation && known.size < mostRemembered) known.set(name, operation)
    return operation
  }
}

/** Operations as claims and policies write them: `transfers:create`, `transfers:*` or `*`. */
export interface OperationPattern {
  /** Undefined stands for every type. */
  readonly type: string | undefined
  /** Undefined stands for every action. */
  readonly action: string | undefined
}

/** Reads an operation or a wildcard; undefined when it is neither. */
export const parsePattern = (text: string): OperationPattern | undefined => {
  if (text === '*') return { type: undefined, action: undefined }
  const isWildcard = text.endsWith(':*')
  const operation = parseOperation(isWildcard ? `${text.slice(0, -1)}x` : text)
  return operation && { type: operation.type, action: isWildcard ? undefined : operation.action }
}

/** Whether a text is an operation or a wildcard, as claims and policies write them. */
export const isOperationPattern = (text: unknown): boolean =>
  typeof text === 'string' && parsePattern(text) !== undefined

/** Whether a pattern stands for more than one operation. */
export const isWildcard = ({ action }: OperationPattern): boolean => action === undefined

/** Whether a pattern stands for an operation. */
export const covers = ({ type, action }: OperationPattern, operation: Operation): boolean =>
  (type ?? operation.type) === operation.type && (action ?? operation.action) === operation.action

/** What two patterns have in common, undefined when nothing. */
export const intersect = (
  one: OperationPattern,
  other: OperationPattern,
): OperationPattern | undefined => {
  const type = one.type ?? other.type
  const action = one.action ?? other.action
  const fits = (pattern: OperationPattern): boolean =>
    (pattern.type ?? type) === type && (pattern.action ?? action) === action
  return fits(one) && fits(other) ? { type, action } : undefined
}

/**
 * What two operations or wildcards have in common, again as one; undefined when nothing, or when one
 * of them is neither. A wildcard covers an operation exactly where that operation is what they have
 * in common.
 */
export const commonOperations = (one: string, other: string): string | undefined => {
  const [first, second] = [parsePattern(one), parsePattern(other)]
  const common = first && second && intersect(first, second)
  if (!common) return undefined
  return common.type === undefined ? '*' : `${common.type}:${common.action ?? '*'}`
}
