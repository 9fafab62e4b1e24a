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
  const expected = fingerprint(first)
  const differing = others.filter((outcome) => fingerprint(outcome) !== expected)
  if (differing.length === 0) return
  const list = [first, ...differing].map((outcome) => `\n  ${outcome.id}: ${fingerprint(outcome)}`)
  throw new Error(`These answers can be told apart:${list.join('')}`)
}

const fingerprint = ({ response: { status, headers, body } }: HostileOutcome): string =>
  JSON.stringify([status, headers.get('www-authenticate'), [...headers.keys()].sort(), body])
