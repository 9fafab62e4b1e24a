import type { RawResponse } from './parse-response.js'
import type { HostileOutcome } from './run-hostile-case.js'

/**
 * Asserts that these answers cannot be told apart: equal status, challenge, header names and body
 * bytes. Meant for all cases that expect `invalid_token`, whose causes a caller must not learn.
 *
 * @throws Error that names the cases which answer otherwise than the first
 */
export const assertSameAnswer = (outcomes: readonly HostileOutcome[]): void => {
  const [first, ...others] = outcomes
  if (first === undefined) throw new Error('No answers to compare')
  const expected = fingerprint(first.response)
  const differing = others.filter(({ response }) => fingerprint(response) !== expected)
  if (differing.length === 0) return
  const list = [first, ...differing].map(
    ({ id, response }) => `\n  ${id}: ${fingerprint(response)}`,
  )
  throw new Error(`These answers can be told apart:${list.join('')}`)
}

/** All of a response that a caller can compare. */
export const fingerprint = ({ status, headers, body }: RawResponse): string =>
  JSON.stringify([status, headers.get('www-authenticate'), [...headers.keys()].sort(), body])
