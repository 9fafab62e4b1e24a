import { parseChallenge } from './parse-challenge.js'

/** RFC 6750 §3: what an `error_description` may hold. */
const describable = /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/

/**
 * What is wrong with the `WWW-Authenticate` lines of a response. The order of parameters does not
 * count, and where an `error` is expected an `error_description` may stand beside it.
 */
export const challengeFaults = (
  expected: string | null,
  lines: readonly string[],
): readonly string[] => {
  const actual = lines.length === 0 ? null : lines.join(' and ')
  const wrong = [`WWW-Authenticate: expected ${expected ?? 'none'}, got ${actual ?? 'none'}`]
  if (expected === null || actual === null) return expected === actual ? [] : wrong
  const wanted = parseChallenge(expected)
  const given = lines.length === 1 ? parseChallenge(actual) : undefined
  if (wanted === undefined || given === undefined) return wrong
  const parameters = new Map(given.parameters)
  const description = parameters.get('error_description')
  if (wanted.parameters.has('error')) parameters.delete('error_description')
  const isSame =
    given.scheme === wanted.scheme &&
    parameters.size === wanted.parameters.size &&
    [...wanted.parameters].every(([name, value]) => parameters.get(name) === value)
  if (!isSame) return wrong
  return description === undefined || describable.test(description)
    ? []
    : [`error_description: holds characters outside RFC 6750 §3: ${description}`]
}
