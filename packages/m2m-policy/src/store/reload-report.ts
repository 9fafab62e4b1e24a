import { describeProblem, type PolicyProblem } from '../problem/policy-problem.js'

/** What a reload did. */
export interface ReloadReport {
  /** When, in milliseconds since the epoch. */
  readonly at: number
  /** How long reading took, in milliseconds; requests were answered meanwhile. */
  readonly took: number
  /** The version that is in force now. */
  readonly version: number
  /** Whether that is another one than before. */
  readonly changed: boolean
  /** All that is wrong with what was read. */
  readonly problems: readonly PolicyProblem[]
  /** Files of which an older version stays in force. */
  readonly kept: readonly string[]
  /** Reloads so far, this one included, and those of them that found problems. */
  readonly counts: { readonly reloads: number; readonly withProblems: number }
}

/** One line for each problem, for a log. */
export const describeReport = ({ problems, kept, version }: ReloadReport): string => {
  const stays = kept.length > 0 ? `; an older version stays of ${kept.join(', ')}` : ''
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`
  const headline = `m2m-policy: ${count} in what was read again, version ${version} is in force${stays}`
  return [headline, ...problems.map((problem) => `  ${describeProblem(problem)}`)].join('\n')
}
