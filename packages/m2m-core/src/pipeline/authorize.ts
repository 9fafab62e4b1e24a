import type { Decision } from '../decision/decide.js'
import { decideAll } from '../decision/engines.js'
import { describeLayer } from '../decision/explain.js'
import { quote } from '../errors/quote.js'
import { isRefusal, type Refusal, refuse } from '../errors/refusal.js'
import type { M2MRequest } from '../http/request.js'
import type { Facts } from '../policy/facts.js'
import type { Operation } from '../policy/operation.js'
import { type Context, isFact, type Resource, type ResourceInput } from '../policy/resource.js'
import { beginCall, type Call } from './call.js'
import { type Caller, checkCaller, checkCallerAnew } from './caller.js'
import { chargeOperation } from './charge.js'
import { conclude, type Outcome } from './conclude.js'
import type { Line } from './line.js'
import type { Verdict } from './verdict.js'
import { type Lazily, whenKnown } from './when-known.js'

/** One question to the decision stage. */
export interface Question {
  readonly operation: string
  readonly resource: Lazily<ResourceInput>
  readonly context: Lazily<Context>
  /** In calls: what the operation takes of budgets. */
  readonly cost: number
  readonly request: M2MRequest | undefined
}

/** The decision stage: may this service perform this operation, on this resource, in this context. */
export const authorize = (
  line: Line,
  caller: Caller,
  question: Question,
): Verdict | Promise<Verdict> => {
  const call = beginCall(line, 'decision', question.request, caller)
  return conclude(line, call, judge, { caller, question })
}

const judge = (
  line: Line,
  call: Call,
  { caller, question }: { caller: Caller; question: Question },
): Outcome | Promise<Outcome> => {
  call.operation = question.operation
  const operation = line.operationOf(question.operation)
  if (!operation) return malformedOperation(question.operation)
  const outdated = checkCaller(caller, call.startedAt)
  if (outdated === undefined) return gather(line, call, caller, operation, question)
  if (outdated.cause !== 'key_set_unavailable') return outdated
  return checkCallerAnew(caller).then(
    (stillOutdated) => stillOutdated ?? gather(line, call, caller, operation, question),
  )
}

const gather = (
  line: Line,
  call: Call,
  caller: Caller,
  operation: Operation,
  question: Question,
): Outcome | Promise<Outcome> => {
  const { cost } = question
  if (question.resource === undefined && question.context === undefined) {
    return weigh(line, call, caller, operation, { input: undefined, context: undefined, cost })
  }
  return whenKnown(question.resource, (input) =>
    whenKnown(question.context, (context) => {
      // Getting them may have taken long enough for token, keys or policy to change.
      const outdated = checkCaller(caller, line.clock.monotonic())
      return outdated ?? weigh(line, call, caller, operation, { input, context, cost })
    }),
  )
}

interface Weights {
  readonly input: ResourceInput | undefined
  readonly context: Context | undefined
  readonly cost: number
}

const weigh = (
  line: Line,
  call: Call,
  caller: Caller,
  operation: Operation,
  { input, context, cost }: Weights,
): Outcome | Promise<Outcome> => {
  if (!isFact(input)) return malformedFacts('resource', input)
  if (!isFact(context)) return malformedFacts('context', context)
  const facts = factsOf(operation, input, context)
  const { resource } = facts
  call.resource = resource
  if (resource.type !== operation.type) return otherType(operation, resource.type)
  const charge = (refusal: Refusal | undefined): Outcome | Promise<Outcome> =>
    refusal ?? chargeOperation(line, call, caller, operation, cost)
  const decision = decideAll(caller, line.engines, operation, facts)
  if (!(decision instanceof Promise)) return charge(settle(call, operation, decision))
  return decision.then((late) => {
    const refusal = settle(call, operation, late)
    // An engine may have taken long enough for token, keys or registry to change.
    return charge(checkCaller(caller, line.clock.monotonic()) ?? refusal)
  })
}

const settle = (
  call: Call,
  operation: Operation,
  decision: Decision | Refusal,
): Refusal | undefined => {
  if (isRefusal(decision)) return decision
  call.layers = decision.layers
  return decision.admitted ? undefined : denied(operation, decision)
}

const factsOf = (
  { type, alone }: Operation,
  input: ResourceInput | undefined,
  context: Context | undefined,
): Facts => {
  if (!input && !context) return alone
  const resource = input ? pick(input, type) : alone.resource
  return { resource, context: context ?? alone.context }
}

/** Own members only, and no others than a resource has. */
const pick = (input: ResourceInput, usual: string): Resource => {
  const { type, id, attributes }: ResourceInput = { ...input }
  return { type: type ?? usual, id, attributes }
}

const malformedFacts = (name: string, value: unknown): Refusal =>
  refuse(
    'resource_malformed',
    `expected ${name} to be an object such as { id, attributes }, got ${quote(value)}; look at the ` +
      `${name} function of this route`,
  )
const malformedOperation = (name: unknown): Refusal =>
  refuse(
    'operation_malformed',
    `expected an operation like "transfers:create", got ${quote(name)}; a request can never carry ` +
      'a wildcard',
  )
const otherType = ({ name, type }: Operation, actual: unknown): Refusal =>
  refuse(
    'resource_type_mismatch',
    `expected a resource of type ${quote(type)} for ${name}, got ${quote(actual)}; leave type out ` +
      'or check another operation',
  )
const denied = ({ name }: Operation, { layers, retryAfter }: Decision): Refusal => {
  const answers = layers.map(describeLayer).join('; ')
  if (retryAfter !== undefined) return noAnswer(name, answers, retryAfter)
  return layers.some(({ answer }) => answer === 'forbid')
    ? refuse(
        'layer_forbids',
        `expected every layer to permit ${name}, got ${answers}; grant it there if this service ` +
          'should have it',
      )
    : refuse(
        'no_layer_permits',
        `expected one layer to permit ${name}, got ${answers}; issue allowed_ops in the token or ` +
          'configure a policy',
      )
}
const noAnswer = (name: string, answers: string, retryAfter: number): Refusal =>
  refuse(
    'engine_unavailable',
    `expected every engine to answer true or false about ${name}, got ${answers}; look at the ` +
      'engine, and at the way to it',
    { retryAfter },
  )
