import type { PolicyProblem } from 'm2m-policy'

/** What `findWarnings` looks for. */
export type WarningCode =
  | 'broad-grant'
  | 'idle-service'
  | 'impossible-condition'
  | 'mistyped-attribute'
  | 'no-tier'
  | 'redundant-policy'
  | 'unknown-attribute'
  | 'unreachable-policy'
  | 'unused-role'
  | 'wildcard-grant'

/** Something in a policy that is no fault, and hardly meant. */
export interface PolicyWarning extends PolicyProblem {
  readonly code: WarningCode
}
