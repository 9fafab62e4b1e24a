import { ConfigurationError } from 'm2m-core'

/** Where something stands: lines and columns count from 1; both are 0 in an object. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** One thing that is wrong with a policy, and where. */
export interface PolicyProblem extends Place {
  /** What was expected, what came, and what to change. */
  readonly message: string
}

/** One problem in a line: `policies/billing.yaml:4:11: effect: expected …`. */
export const describeProblem = ({ file, line, column, message }: PolicyProblem): string =>
  `${placeText({ file, line, column })}: ${message}`

/** `roles.yaml:3:5`; only the name where there are no lines. */
export const placeText = ({ file, line, column }: Place): string =>
  line === 0 ? file : `${file}:${line}:${column}`

/** By file, then from top to bottom. */
export const inOrder = <P extends Place>(problems: readonly P[]): readonly P[] =>
  [...problems].sort(
    (one, other) =>
      (one.file === other.file ? 0 : one.file < other.file ? -1 : 1) ||
      one.line - other.line ||
      one.column - other.column,
  )

/**
 * Refuses a policy with all that is wrong with it.
 *
 * @throws ConfigurationError `M2M_CFG_POLICY_INVALID`, unless there are no problems
 */
export const throwProblems = (problems: readonly PolicyProblem[]): void => {
  const [first, ...rest] = problems.map((problem) => ({
    code: 'M2M_CFG_POLICY_INVALID' as const,
    path: placeText(problem),
    message: problem.message,
  }))
  if (first) throw new ConfigurationError([first, ...rest])
}
