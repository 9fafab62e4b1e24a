import { challengeFaults } from './challenge-faults.js'
import type { ConformanceCase, HostileCase } from './hostile-case.js'
import { problemFaults } from './problem-faults.js'
import type { Answer, HostileOutcome } from './run-hostile-case.js'

/**
 * Asserts that a hostile case was refused as it says: status, challenge, problem body, the handler
 * not reached, nothing fetched, nothing of the token repeated; and that its control was admitted.
 *
 * @throws Error that lists every difference
 */
export const assertRefused = (outcome: HostileOutcome, hostileCase: HostileCase): void => {
  const { expect } = hostileCase
  const { response, handlerCalls, outboundConnections } = outcome
  const challenges = response.headers.get('www-authenticate') ?? []
  report(hostileCase, [
    ...controlFaults(outcome),
    ...(response.status === expect.status
      ? []
      : [`status: expected ${expect.status}, got ${response.status}`]),
    ...challengeFaults(expect.challenge, challenges),
    ...problemFaults(expect, response),
    ...(handlerCalls === 0 ? [] : ['the guarded handler was reached']),
    ...(outboundConnections === 0
      ? []
      : [`${outboundConnections} connections to the address that the token names`]),
    ...leaks(outcome),
  ])
}

/**
 * Asserts that a positive case, and its control, were admitted.
 *
 * @throws Error that lists every difference
 */
export const assertAdmitted = (outcome: HostileOutcome, positiveCase: ConformanceCase): void => {
  const faults = admissionFaults(outcome).map((fault) => `${fault}: ${outcome.response.body}`)
  report(positiveCase, [...controlFaults(outcome), ...faults, ...leaks(outcome)])
}

const controlFaults = ({ control }: HostileOutcome): readonly string[] =>
  admissionFaults(control).map((fault) => `positive control, the request unchanged: ${fault}`)

const admissionFaults = ({ response, handlerCalls }: Answer): readonly string[] => [
  ...(response.status === 200 ? [] : [`status: expected 200, got ${response.status}`]),
  ...(handlerCalls === 1 ? [] : [`expected one call of the handler, got ${handlerCalls}`]),
]

const leaks = ({ response, secrets }: HostileOutcome): readonly string[] => {
  const told = [...response.headers].flat(2).join('\n') + response.body
  return secrets.filter((secret) => told.includes(secret)).map((secret) => `repeats "${secret}"`)
}

const report = ({ id, threat, why }: ConformanceCase, faults: readonly string[]): void => {
  if (faults.length === 0) return
  const list = faults.map((fault) => `\n  - ${fault}`).join('')
  throw new Error(`${id} (threat ${threat}: ${why})${list}`)
}
