import { brand, isBranded } from './m2m-error.js'

/** The closed list of configuration codes; each has an anchor in `docs/errors.md`. */
export const configurationCodes = Object.freeze([
  'M2M_CFG_OPTION_UNKNOWN',
  'M2M_CFG_OPTION_INVALID',
  'M2M_CFG_ISSUER_MISSING',
  'M2M_CFG_ISSUER_INVALID',
  'M2M_CFG_ISSUER_DUPLICATE',
  'M2M_CFG_AUDIENCE_MISSING',
  'M2M_CFG_AUDIENCE_INVALID',
  'M2M_CFG_PROFILE_UNKNOWN',
  'M2M_CFG_PROFILE_MISSING',
  'M2M_CFG_SERVICES_INVALID',
  'M2M_CFG_ALGORITHM_UNSUPPORTED',
  'M2M_CFG_KEYS_INVALID',
  'M2M_CFG_SCOPE_MISSING',
  'M2M_CFG_SCOPE_INVALID',
  'M2M_CFG_OPERATION_INVALID',
  'M2M_CFG_POLICY_INVALID',
] as const)

/** A code of the closed list of configuration codes. */
export type ConfigurationCode = (typeof configurationCodes)[number]

/** One thing that is wrong with the options. */
export interface ConfigurationProblem {
  readonly code: ConfigurationCode
  /** Where: `issuers[0].audience`, `requiredScope`. */
  readonly path: string
  /** What was expected, what came, and what to change. */
  readonly message: string
}

/**
 * Thrown while something is being set up, never while a request is answered. Lists *all* problems.
 * Tell it from other errors by `code`, which starts with `M2M_CFG_`.
 */
export class ConfigurationError extends Error {
  override readonly name: string = 'ConfigurationError'
  /** The first problem's code. */
  readonly code: ConfigurationCode
  readonly problems: readonly ConfigurationProblem[]

  constructor(problems: readonly [ConfigurationProblem, ...ConfigurationProblem[]]) {
    super(describe(problems))
    this.code = problems[0].code
    this.problems = Object.freeze([...problems])
    brand(this)
  }
}

const describe = (problems: readonly ConfigurationProblem[]): string => {
  const lines = problems.map(({ code, path, message }) => `  ${code} at ${path}: ${message}`)
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`
  return `${count} in the configuration\n${lines.join('\n')}`
}

/** Tells a `ConfigurationError`, also one made by another copy of this package. */
export const isConfigurationError = (error: unknown): boolean =>
  isBranded(error) && String((error as { code?: unknown }).code).startsWith('M2M_CFG_')
