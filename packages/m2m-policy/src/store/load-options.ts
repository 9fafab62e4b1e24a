import { type Clock, ConfigurationError, type ConfigurationProblem } from 'm2m-core'
import { didYouMean } from '../problem/did-you-mean.js'
import { quote } from '../problem/quote.js'
import type { ReloadReport } from './reload-report.js'

/** How a policy is kept. */
export interface LoadOptions {
  /** Whether to read the policy again when its files change. @defaultValue `false` */
  readonly watch?: boolean
  /** Told of every reload. @defaultValue reloads with problems are written to stderr */
  readonly onChange?: (report: ReloadReport) => void
  /** @defaultValue the machine's clocks */
  readonly clock?: Clock
}

const kinds: Readonly<Record<keyof LoadOptions, readonly [type: string, expected: string]>> = {
  watch: ['boolean', 'true or false'],
  onChange: ['function', 'a function'],
  clock: ['object', 'a clock'],
}

/**
 * Refuses options that are misspelt or of another kind.
 *
 * @throws ConfigurationError `M2M_CFG_OPTION_UNKNOWN`, `M2M_CFG_OPTION_INVALID`, with every problem
 */
export const checkLoadOptions = (options: unknown): void => {
  const [first, ...rest] = problemsOf(options)
  if (first) throw new ConfigurationError([first, ...rest])
}

function* problemsOf(options: unknown): Generator<ConfigurationProblem> {
  if (typeof options !== 'object' || options === null) {
    yield invalid('options', 'an object', options)
    return
  }
  for (const [path, value] of Object.entries(options)) {
    if (!Object.hasOwn(kinds, path)) {
      const message = `there is no such option${didYouMean(path, Object.keys(kinds))}`
      yield { code: 'M2M_CFG_OPTION_UNKNOWN', path, message }
      continue
    }
    const [type, expected] = kinds[path as keyof LoadOptions]
    if (value !== undefined && typeof value !== type) yield invalid(path, expected, value)
  }
}

const invalid = (path: string, expected: string, value: unknown): ConfigurationProblem => ({
  code: 'M2M_CFG_OPTION_INVALID',
  path,
  message: `expected ${expected}, got ${quote(value)}`,
})
