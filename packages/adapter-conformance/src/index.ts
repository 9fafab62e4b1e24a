import type { HostileCase, PositiveCase } from './hostile-case.js'
import { readHostileCases, readPositiveCases } from './read-cases.js'

export { assertAdmitted, assertRefused } from './assert-refused.js'
export { assertSameAnswer } from './assert-same-answer.js'
export { captureLog, type LogCapture } from './capture-log.js'
export type { ConformanceTarget } from './conformance-target.js'
export type {
  ConformanceCase,
  ExpectedRefusal,
  HostileCase,
  PositiveCase,
} from './hostile-case.js'
export type { RawResponse } from './parse-response.js'
export { type Answer, type HostileOutcome, runHostileCase } from './run-hostile-case.js'
export { sendRaw } from './send-raw.js'
export { assertNoStrayFetch } from './stray-fetches.js'
export type { Change, Vocabulary } from './vocabulary.js'

/** Requests that must be refused, each one change away from a request that is admitted. */
export const hostileCases: readonly HostileCase[] = readHostileCases()

/** Requests that must be admitted although they look unusual. */
export const positiveCases: readonly PositiveCase[] = readPositiveCases()
