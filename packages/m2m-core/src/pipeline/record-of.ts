import type { AuditRecord } from '../audit/audit-record.js'
import type { LayerAnswer } from '../decision/layer-answer.js'
import { stageOf } from '../errors/causes.js'
import { printable } from '../errors/quote.js'
import { pathOf } from '../http/request.js'
import type { Quota, QuotaState } from '../quota/quota.js'
import type { Call } from './call.js'
import type { Line } from './line.js'
import { requestIdOf } from './request-id.js'

type Changing<T> = { -readonly [Name in keyof T]: T[Name] }
type Said = Pick<AuditRecord, 'status' | 'code' | 'cause' | 'message'>

/** Writes down what a call came to, as far as it went. What is absent is no member. */
export const recordOf = (
  line: Line,
  call: Call,
  outcome: AuditRecord['outcome'],
  said: Said = nothing,
): AuditRecord => {
  const { request, caller, operation, resource, layers, quota } = call
  const record: Changing<Omit<AuditRecord, 'durationMicros'>> = {
    time: line.timestamp(),
    requestId: requestIdOf(request),
    stage: said.cause === undefined ? call.stage : stageOf(said.cause),
    outcome,
    ...said,
  }
  if (caller) record.service = line.serviceFacts(caller.principal)
  if (operation !== undefined) record.operation = printable(operation, 128)
  if (resource) record.resource = resourceOf(resource)
  if (layers) record.layers = frozen(layers)
  if (quota) record.quota = Object.freeze(quotaOf(quota))
  const method = request?.method
  if (method !== undefined) record.method = printable(method, 32)
  const path = request && pathOf(request)
  if (path !== undefined) record.path = printable(path, 256)
  const durationMicros = Math.round((line.clock.monotonic() - call.startedAt) * 1000)
  return Object.freeze(Object.assign(record, { durationMicros }))
}

const nothing: Said = Object.freeze({})

const resourceOf = ({ type, id }: NonNullable<Call['resource']>) =>
  Object.freeze(
    id === undefined
      ? { type: printable(type, 128) }
      : { type: printable(type, 128), id: printable(id, 128) },
  )

/** Shared with other calls, some of them: nobody may change what a layer or an engine has said. */
const frozen = (layers: readonly LayerAnswer[]): readonly LayerAnswer[] => {
  for (const layer of layers) Object.freeze(layer)
  return Object.freeze(layers)
}

/** A copy: the budgets themselves are in the hands of the caller. */
const quotaOf = ({ service, operation }: Quota): Quota => ({
  ...(service && { service: stateOf(service) }),
  ...(operation && { operation: stateOf(operation) }),
})

const stateOf = (state: QuotaState): QuotaState => {
  const { name, limit, window, burst, remaining, resetAfter, retryAfter, source, claimed } = state
  return Object.freeze({
    name,
    limit,
    window,
    burst,
    remaining,
    resetAfter: inMillis(resetAfter),
    retryAfter: inMillis(retryAfter),
    source,
    ...(claimed && { claimed }),
  })
}

/** Seconds to the millisecond: more is noise, and takes long to write. */
const inMillis = (seconds: number): number => Math.ceil(seconds * 1000) / 1000
