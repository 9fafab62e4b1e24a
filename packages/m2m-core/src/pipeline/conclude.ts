import { isRefusal, type Refusal, refuse } from '../errors/refusal.js'
import { quotaHeaders } from '../quota/quota-headers.js'
import type { Call } from './call.js'
import type { Caller } from './caller.js'
import type { Line } from './line.js'
import { recordOf } from './record-of.js'
import {
  type Admitted,
  admitCharged,
  passOn,
  type Refused,
  type Verdict,
  verdictOf,
} from './verdict.js'

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
  const written = line.recorder.write(recordOf(line, call, 'admitted'))
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
  const record = recordOf(line, call, outcome, { status, code, cause, message })
  recorder.write(record)?.catch(() => undefined)
}

const recordFault = (line: Line, call: Call, fault: unknown): never => {
  const message = 'an unexpected fault went to the framework; see its own log'
  if (call.caller || line.recorder.admitsUnauthenticated()) {
    line.recorder.write(recordOf(line, call, 'fault', { message }))?.catch(() => undefined)
  }
  throw fault
}

const notWritten = refuse('record_not_written', 'a required audit sink did not take the record', {
  retryAfter: 5,
})
