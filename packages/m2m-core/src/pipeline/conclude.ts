import type { AuditRecord } from '../audit/audit-record.js'
import type { LayerAnswer } from '../decision/layer-answer.js'
import { type Stage, stageOf } from '../errors/causes.js'
import { printable } from '../errors/quote.js'
import { isRefusal, type Refusal, refuse } from '../errors/refusal.js'
import { type M2MRequest, pathOf } from '../http/request.js'
import type { Principal } from '../principal/identify.js'
import type { Quota } from '../quota/quota.js'
import { quotaHeaders } from '../quota/quota-headers.js'
import type { Caller } from './caller.js'
import type { Line } from './line.js'
import { requestIdOf } from './request-id.js'
import {
  type Admitted,
  admitCharged,
  passOn,
  type Refused,
  type Verdict,
  verdictOf,
} from './verdict.js'

/** What one call to the line is about; filled in as the stages learn more. */
export interface Call {
  readonly request: M2MRequest | undefined
  /** The stage that admits when nothing refuses. */
  readonly stage: Stage
  readonly startedAt: number
  caller: Pick<Caller, 'principal'> | undefined
  /** Whether a refusal is left to whoever authenticates the request next. */
  passesOn: boolean
  operation: string | undefined
  resource: { readonly type: string; readonly id?: string | undefined } | undefined
  layers: readonly LayerAnswer[] | undefined
  /** How the budgets stand that it was charged to. */
  quota: Quota | undefined
}

/** Begins a call; every member is there from the start, which keeps the object's shape. */
export const beginCall = (
  line: Line,
  stage: Stage,
  request: M2MRequest | undefined,
  caller?: Caller,
): Call => ({
  request,
  stage,
  startedAt: line.clock.monotonic(),
  caller,
  passesOn: false,
  operation: undefined,
  resource: undefined,
  layers: undefined,
  quota: undefined,
})

/** What the stages of a call come to. */
export type Outcome = Caller | Refusal

/**
 * Runs the stages of one call and turns what comes out into exactly one verdict and one record.
 * What a stage throws is recorded as a fault and goes on to the caller of the line unchanged.
 */
export const conclude = <Input>(
  line: Line,
  call: Call,
  stages: (line: Line, call: Call, input: Input) => Outcome | Promise<Outcome>,
  input: Input,
): Verdict | Promise<Verdict> => {
  try {
    const outcome = stages(line, call, input)
    if (!(outcome instanceof Promise)) return settle(line, call, outcome)
    return outcome.then(
      (late) => settle(line, call, late),
      (fault) => recordFault(line, call, fault),
    )
  } catch (fault) {
    return recordFault(line, call, fault)
  }
}

const settle = (line: Line, call: Call, outcome: Outcome): Verdict | Promise<Verdict> => {
  if (isRefusal(outcome)) {
    return call.passesOn ? passOn(verdictOf(outcome)) : refuseCall(line, call, outcome)
  }
  const admitted = admittedBy(call, outcome)
  if (!line.recorder.wantsAdmitted) return admitted
  call.caller = outcome
  const written = line.recorder.write(recordOf(line, call, { outcome: 'admitted' }))
  if (written === undefined) return admitted
  return written.then(
    () => admitted,
    () => settle(line, call, notWritten),
  )
}

const admittedBy = ({ quota }: Call, { admitted, budgets }: Caller): Admitted => {
  if (!quota) return admitted
  // A policy may have been reloaded since the charge.
  return admitCharged(admitted, quota, budgets?.headersOf(quota) ?? quotaHeaders(quota))
}

/** The verdict on a refused call, recorded. */
export const refuseCall = (line: Line, call: Call, refusal: Refusal): Refused => {
  const verdict = verdictOf(refusal, call.quota)
  recordRefusal(line, call, refusal, verdict.reply.status)
  return verdict
}

const recordRefusal = (line: Line, call: Call, refusal: Refusal, status: number): void => {
  const { recorder } = line
  if (!call.caller && !recorder.admitsUnauthenticated()) return
  const { code, cause, message } = refusal
  const outcome = code === 'authorization_unavailable' ? 'unavailable' : 'refused'
  const stage = stageOf(cause)
  const record = recordOf(line, call, { outcome, stage, status, code, cause, message })
  recorder.write(record)?.catch(() => undefined)
}

const recordFault = (line: Line, call: Call, fault: unknown): never => {
  const message = 'an unexpected fault went to the framework; see its own log'
  if (call.caller || line.recorder.admitsUnauthenticated()) {
    line.recorder.write(recordOf(line, call, { outcome: 'fault', message }))?.catch(() => undefined)
  }
  throw fault
}

type Findings = Pick<AuditRecord, 'outcome'> & Partial<AuditRecord>

const recordOf = (line: Line, call: Call, findings: Findings): AuditRecord => {
  const { request, caller, operation, resource, layers, quota, startedAt, stage } = call
  const method = request?.method
  const path = request && pathOf(request)
  return Object.freeze({
    time: new Date(line.clock.now()).toISOString(),
    requestId: requestIdOf(request),
    stage,
    ...findings,
    ...(caller && { service: Object.freeze(serviceOf(caller.principal)) }),
    ...(operation !== undefined && { operation: printable(operation, 128) }),
    ...(resource && { resource: Object.freeze(resourceOf(resource)) }),
    ...(layers && { layers: frozen(layers) }),
    ...(quota && { quota: Object.freeze(quotaOf(quota)) }),
    ...(method !== undefined && { method: printable(method, 32) }),
    ...(path !== undefined && { path: printable(path, 256) }),
    durationMicros: Math.round((line.clock.monotonic() - startedAt) * 1000),
  })
}

type ServiceFacts = NonNullable<AuditRecord['service']>

const frozen = (layers: readonly LayerAnswer[]): readonly LayerAnswer[] =>
  Object.freeze(layers.map((layer) => Object.freeze({ ...layer })))

const quotaOf = ({ service, operation }: Quota): Quota => ({
  ...(service && { service: Object.freeze({ ...service }) }),
  ...(operation && { operation: Object.freeze({ ...operation }) }),
})

const serviceOf = ({ id, issuer, clientId, tier, evidence, token }: Principal): ServiceFacts => ({
  id: printable(id, 256),
  issuer: printable(issuer, 256),
  clientId: printable(clientId, 256),
  evidence: printable(evidence, 512),
  ...(tier !== undefined && { tier: printable(tier, 256) }),
  ...(token.jti !== undefined && { tokenId: printable(token.jti, 128) }),
})

const resourceOf = ({ type, id }: NonNullable<Call['resource']>) => ({
  type: printable(type, 128),
  ...(id !== undefined && { id: printable(id, 128) }),
})

const notWritten = refuse('record_not_written', 'a required audit sink did not take the record', {
  retryAfter: 5,
})
