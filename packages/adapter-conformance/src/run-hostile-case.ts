import { setTimeout as sleep } from 'node:timers/promises'
import { createAttackerKey } from './attacker-key.js'
import { openCanary } from './canary.js'
import { applyChange } from './changes/apply-change.js'
import type { ConformanceTarget } from './conformance-target.js'
import type { ConformanceCase } from './hostile-case.js'
import { prepareMaterial } from './material.js'
import type { RawResponse } from './parse-response.js'
import { presentToken, type RequestParts, toBytes } from './request-parts.js'
import { secretsOf } from './secrets-of.js'
import { sendRaw } from './send-raw.js'
import { strayFetchesOf } from './stray-fetches.js'

/** An answer, how often the guarded handler ran for it, and what the guard logged. */
export interface Answer {
  readonly response: RawResponse
  readonly handlerCalls: number
  readonly logged: readonly string[]
}

/** Everything that happened when a case was run. */
export interface HostileOutcome extends Answer {
  readonly id: string
  /** Of the changed request. */
  readonly method: string
  /** The positive control: the same request without the change, sent just before. */
  readonly control: Answer
  /** The same bytes once more: what the guard remembers must not change its mind. */
  readonly again: Answer
  /** How often someone connected to the address that the token names. */
  readonly outboundConnections: number
  /** What the guard itself fetched meanwhile from elsewhere than its issuer. */
  readonly strayFetches: readonly string[]
  /** What the response must not repeat. */
  readonly secrets: readonly string[]
  /** What the log must not repeat any part of. */
  readonly tokens: readonly string[]
}

/**
 * How long after the answer a connection to an address that the token names is still waited for. A
 * fetch by the guard itself that starts later counts against a later case, or see
 * `assertNoStrayFetch`.
 */
const settleTime = 50

/**
 * Sends the base request, then twice the same with the one change of `conformanceCase`, each over
 * a connection of its own. Asserts nothing. Run one case at a time: the handler's calls are counted
 * over the whole server.
 */
export const runHostileCase = async (
  target: ConformanceTarget,
  conformanceCase: ConformanceCase,
): Promise<HostileOutcome> => {
  const { id, change } = conformanceCase
  const fetchedBefore = target.fetched?.().length
  const attacker = createAttackerKey()
  const canary = await openCanary(attacker.publicJwk)
  try {
    const material = await prepareMaterial(target.issuer, canary.url, attacker)
    const changed = await applyChange(material, change)
    const tokens = [material.token, changed.token]
    const control = await ask(target, presentToken(material.token))
    const answer = await ask(target, changed)
    const again = await ask(target, changed)
    if (namesCanary(conformanceCase)) await sleep(settleTime)
    return {
      id,
      method: changed.method ?? 'POST',
      ...answer,
      control,
      again,
      outboundConnections: canary.connections(),
      strayFetches: strayFetchesOf(target, fetchedBefore),
      secrets: secretsOf(tokens),
      tokens,
    }
  } catch (cause) {
    throw new Error(`Case ${id} could not be run`, { cause })
  } finally {
    await canary.close()
  }
}

const ask = async (target: ConformanceTarget, request: RequestParts): Promise<Answer> => {
  const before = target.handlerCalls()
  const lines = target.logged().length
  const response = await sendRaw(target.port, toBytes(request, target.port))
  const handlerCalls = target.handlerCalls() - before
  return { response, handlerCalls, logged: target.logged().slice(lines) }
}

const namesCanary = ({ change }: ConformanceCase): boolean =>
  'ownKey' in change || JSON.stringify(change).includes('{canary}')
