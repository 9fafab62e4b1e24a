import type { LayerAnswer } from '../decision/layer-answer.js'
import type { Stage } from '../errors/causes.js'
import type { M2MRequest } from '../http/request.js'
import type { Quota } from '../quota/quota.js'
import type { Caller } from './caller.js'
import type { Line } from './line.js'

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
