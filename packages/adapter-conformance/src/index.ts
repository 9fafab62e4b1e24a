export type {
  ApiPlan,
  Framework,
  FrameworkKind,
  RoutePlan,
  RunningApi,
  Seen,
  Step,
} from './api-plan.js'
export { assertAdmitted, assertRefused } from './assert-refused.js'
export { assertSameAnswer } from './assert-same-answer.js'
export { captureLog, type LogCapture } from './capture-log.js'
export {
  type ClassifiedProfile,
  type ClassifiedToken,
  classAnswers,
  classifiedProfiles,
  type TokenClass,
} from './classification.js'
export { disagreements, type Shown, showCase, showScenario } from './compare-frameworks.js'
export type { ConformanceTarget } from './conformance-target.js'
export { hostileCases, positiveCases } from './corpus.js'
export { type RunningTarget, startCorpusTarget } from './corpus-target.js'
export type {
  ConformanceCase,
  ExpectedRefusal,
  HostileCase,
  PositiveCase,
} from './hostile-case.js'
export { manifest, type Requirement } from './manifest.js'
export type { RawResponse } from './parse-response.js'
export { readClassification } from './read-classification.js'
export { type Answer, type HostileOutcome, runHostileCase } from './run-hostile-case.js'
export { runScenario, type Transcript } from './run-scenario.js'
export type { Scenario } from './scenarios/scenario.js'
export { scenarios } from './scenarios/scenarios.js'
export { sendRaw } from './send-raw.js'
export { assertNoStrayFetch } from './stray-fetches.js'
export type { Change, Vocabulary } from './vocabulary.js'
