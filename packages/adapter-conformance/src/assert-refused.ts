import { fingerprint } from './assert-same-answer.js'
import { challengeFaults } from './challenge-faults.js'
import type { ConformanceCase, ExpectedRefusal, HostileCase } from './hostile-case.js'
import { libraryTextsIn } from './library-texts.js'
import { logFaults } from './log-faults.js'
import type { RawResponse } from './parse-response.js'
import { problemFaults } from './problem-faults.js'
import type { Answer, HostileOutcome } from './run-hostile-case.js'
import { isUnrouted } from './unrouted.js'

/**
 * Asserts that a hostile case was refused as it says, both times: status, challenge, problem body,
 * the handler not reached, nothing fetched; nothing of the token in response or log, the refusal
 * recorded once; and that its control was admitted.
 *
 * @throws Error that lists every difference
 */
export const assertRefused = (outcome: HostileOutcome, hostileCase: HostileCase): void => {
  const { outboundConnections: connections, strayFetches } = outcome
  report(hostileCase, [
    ...controlFaults(outcome),
    ...refusalFaults(outcome, outcome, hostileCase),
    ...refusalFaults(outcome.again, outcome, hostileCase).map(again),
    ...differenceFaults(outcome),
    ...(connections === 0
      ? []
      : [`${connections} connections to the address that the token names`]),
    ...strayFetches.map((url) => `the guard fetched ${url}, which is not its issuer's`),
  ])
}

/**
 * Asserts that a positive case, and its control, were admitted, both times, without a trace of the
 * token in response or log.
 *
 * @throws Error that lists every difference
 */
export const assertAdmitted = (outcome: HostileOutcome, positiveCase: ConformanceCase): void => {
  const faults = (answer: Answer): readonly string[] => [
    ...admissionFaults(answer).map((fault) => `${fault}: ${answer.response.body}`),
    ...leaks(answer.response, outcome),
    ...logFaults(answer.logged, outcome.tokens, 'admitted'),
  ]
  report(positiveCase, [
    ...controlFaults(outcome),
    ...faults(outcome),
    ...faults(outcome.again).map(again),
    ...differenceFaults(outcome),
  ])
}

const again = (fault: string): string => `the same bytes again: ${fault}`

const refusalFaults = (
  { response, handlerCalls, logged }: Answer,
  outcome: HostileOutcome,
  { expect }: HostileCase,
): readonly string[] => {
  const isElsewhere = expect.orUnrouted === true && isUnrouted(response)
  return [
    ...(isElsewhere ? [] : answerFaults(expect, response, outcome.method)),
    ...(handlerCalls === 0 ? [] : ['the guarded handler was reached']),
    ...leaks(response, outcome),
    ...logFaults(logged, outcome.tokens, isElsewhere ? 'unrouted' : expect),
  ]
}

const answerFaults = (
  expect: ExpectedRefusal,
  response: RawResponse,
  method: string,
): readonly string[] => [
  ...(response.status === expect.status
    ? []
    : [`status: expected ${expect.status}, got ${response.status}`]),
  ...challengeFaults(expect.challenge, response.headers.get('www-authenticate') ?? []),
  ...(method === 'HEAD' ? [] : problemFaults(expect, response)),
]

const differenceFaults = ({ response, again }: HostileOutcome): readonly string[] => {
  const [first, second] = [fingerprint(response), fingerprint(again.response)]
  return first === second ? [] : [`the same bytes again got another answer: ${first}, ${second}`]
}

const controlFaults = ({ control, tokens }: HostileOutcome): readonly string[] =>
  [...admissionFaults(control), ...logFaults(control.logged, tokens, 'admitted')].map(
    (fault) => `positive control, the request unchanged: ${fault}`,
  )

const admissionFaults = ({ response, handlerCalls }: Answer): readonly string[] => [
  ...(response.status === 200 ? [] : [`status: expected 200, got ${response.status}`]),
  ...(handlerCalls === 1 ? [] : [`expected one call of the handler, got ${handlerCalls}`]),
]

const leaks = ({ headers, body }: RawResponse, { secrets }: HostileOutcome): readonly string[] => {
  const told = [...headers].flat(2).join('\n') + body
  const repeated = secrets.filter((secret) => told.includes(secret))
  return [...repeated, ...libraryTextsIn(told)].map((text) => `repeats "${text}"`)
}

const report = ({ id, threat, why }: ConformanceCase, faults: readonly string[]): void => {
  if (faults.length === 0) return
  const list = faults.map((fault) => `\n  - ${fault}`).join('')
  throw new Error(`${id} (threat ${threat}: ${why})${list}`)
}
