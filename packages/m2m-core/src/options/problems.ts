import {
  type ConfigurationCode,
  ConfigurationError,
  type ConfigurationProblem,
} from '../errors/configuration-error.js'
import { didYouMean } from '../errors/did-you-mean.js'
import { quote } from '../errors/quote.js'

/** Collects everything that is wrong, so that people mend it in one go. */
export interface Problems {
  readonly found: readonly ConfigurationProblem[]
  add(code: ConfigurationCode, path: string, message: string): void
  /** Reports members that no option has; `also` are names known elsewhere, for the hint. */
  unknown(value: object, known: readonly string[], path: string, also?: readonly string[]): void
  /** Reports a value of the wrong kind; undefined passes. Says whether the value may be used. */
  expect(isRight: boolean, path: string, expected: string, actual: unknown): boolean
}

/** Starts an empty collection. */
export const createProblems = (): Problems => {
  const found: ConfigurationProblem[] = []
  const add: Problems['add'] = (code, path, message) => void found.push({ code, path, message })
  return {
    found,
    add,
    unknown: (value, known, path, also = []) => {
      for (const name of Object.keys(value).filter((key) => !known.includes(key))) {
        const hint = also.includes(name)
          ? '; it belongs to m2mAuth'
          : didYouMean(name, [...known, ...also])
        add('M2M_CFG_OPTION_UNKNOWN', `${path}${name}`, `there is no such option${hint}`)
      }
    },
    expect: (isRight, path, expected, actual) => {
      if (isRight) return true
      add('M2M_CFG_OPTION_INVALID', path, `expected ${expected}, got ${describe(actual)}`)
      return false
    },
  }
}

const describe = (value: unknown): string =>
  typeof value === 'function' ? 'a function' : quote(value)

/** Throws when there is anything to complain about. */
export const throwProblems = ([first, ...rest]: readonly ConfigurationProblem[]): void => {
  if (first) throw new ConfigurationError([first, ...rest])
}
