import type { PolicyEntry } from '../model/policy-model.js'
import type { Place, PolicyProblem } from '../problem/policy-problem.js'
import type { PolicyEffect } from './test-document.js'

/** One question of a test, and whether the answer is the expected one. */
export interface PolicyTestCell {
  /** A service, or `user:<name>`. */
  readonly who: string
  readonly operation: string
  /** The name that the test gives it; left out where the question is about none. */
  readonly resource?: string
  readonly expected: PolicyEffect
  readonly got: PolicyEffect
  /** The policy that decided, or `ceiling` for that of the tier; left out when none spoke. */
  readonly rule?: string
  /** Where that policy stands. */
  readonly ruleAt?: Place
  /** Why, where the rule does not tell: conditions that do not hold, the ceiling. */
  readonly note?: string
  /** Where the expectation stands, or the test where it is not listed. */
  readonly at: Place
}

/** What came of one test. */
export interface PolicyTestResult {
  readonly name: string
  readonly at: Place
  readonly cells: readonly PolicyTestCell[]
}

/** What came of all tests of a policy. */
export interface PolicyTestReport {
  /** Cells. */
  readonly passed: number
  readonly failed: number
  /** By file, then from top to bottom. */
  readonly tests: readonly PolicyTestResult[]
  /** Of policy or test files: what they concern was not run. Any of them fails the whole. */
  readonly problems: readonly PolicyProblem[]
  readonly coverage: {
    /** How many policies there are, and how many of them decided at least one cell. */
    readonly policies: number
    readonly decided: number
    readonly never: readonly PolicyEntry[]
  }
}
