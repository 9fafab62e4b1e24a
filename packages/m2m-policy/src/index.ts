export type {
  PolicyDocument,
  PolicyDocuments,
  RateDocument,
  RoleDocument,
  ServiceDocument,
  TierDocument,
} from './document/documents.js'
export { policySchema, type SchemaKind } from './document/file-schemas.js'
export type {
  PolicyEntry,
  PolicyModel,
  RoleEntry,
  ServiceEntry,
  TierEntry,
} from './model/policy-model.js'
export { heldRoles } from './model/role-tree.js'
export { didYouMean } from './problem/did-you-mean.js'
export {
  describeProblem,
  inOrder,
  type Place,
  type PolicyProblem,
} from './problem/policy-problem.js'
export { type PlainReading, readPlainFile } from './read-plain-file.js'
export { type PolicyReading, readPolicy } from './read-policy.js'
export type { FileKind } from './source/source-file.js'
export type { LoadOptions } from './store/load-options.js'
export { loadPolicy, type PolicyStore } from './store/load-policy.js'
export type { AbilitySubject, PolicyAbility } from './store/policy-ability.js'
export type { ReloadReport } from './store/reload-report.js'
export type {
  ExpectationDocument,
  PolicyEffect,
  PolicyTestDocument,
} from './test/test-document.js'
export { type PolicyTestOptions, testPolicy } from './test/test-policy.js'
export type { PolicyTestCell, PolicyTestReport, PolicyTestResult } from './test/test-report.js'
