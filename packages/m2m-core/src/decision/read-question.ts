import type { Facts } from '../policy/facts.js'
import { type Operation, parseOperation } from '../policy/operation.js'
import { type Context, isFact, type ResourceInput } from '../policy/resource.js'

/** A question as handlers and tools ask it. */
export type AskedQuestion = readonly [
  operation: string,
  resource?: ResourceInput | undefined,
  context?: Context | undefined,
]

/** What a question is about; a text says why nobody can be asked. */
export const readQuestion = (
  ...[name, input, context]: AskedQuestion
): readonly [Operation, Facts] | string => {
  const operation = parseOperation(name)
  if (!operation) return 'it is no operation like "transfers:create"'
  const { type } = operation
  if (!isFact(input) || !isFact(context)) return 'resource and context must be objects'
  if ((input?.type ?? type) !== type) return 'the resource is of another type'
  return [operation, { resource: { ...input, type }, context: context ?? {} }]
}
