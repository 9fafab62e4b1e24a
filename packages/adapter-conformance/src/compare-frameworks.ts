import type { AuditRecord } from 'm2m-core'
import type { TestIssuer } from 'm2m-testkit'
import type { Framework } from './api-plan.js'
import { createAttackerKey } from './attacker-key.js'
import { openCanary } from './canary.js'
import { applyChange } from './changes/apply-change.js'
import type { RunningTarget } from './corpus-target.js'
import type { ConformanceCase } from './hostile-case.js'
import { isJsonObject } from './json.js'
import { prepareMaterial } from './material.js'
import { toBytes } from './request-parts.js'
import { type Observation, runScenario } from './run-scenario.js'
import type { Scenario } from './scenarios/scenario.js'
import { sendRaw } from './send-raw.js'
import { isUnrouted } from './unrouted.js'

/** A framework by its title, and what it showed as text; null where it is listed as different. */
export type Shown = readonly (readonly [title: string, shown: readonly (string | null)[]])[]

/** Plays a scenario in each framework: status, headers, body and audit records of every request. */
export const showScenario = async (
  frameworks: readonly Framework[],
  scenario: Scenario,
): Promise<Shown> => {
  const all: [string, readonly (string | null)[]][] = []
  for (const framework of frameworks) {
    const { seen } = await runScenario(framework, scenario)
    all.push([framework.title, seen.map(([what, value]) => show(what, value))])
  }
  return all
}

/**
 * Sends the very same bytes to each target, which must trust the same issuer. Where a router or
 * Node's parser answered instead of the guard, only that is told.
 */
export const showCase = async (
  targets: readonly (readonly [title: string, target: RunningTarget])[],
  issuer: TestIssuer,
  { change }: ConformanceCase,
): Promise<Shown> => {
  const attacker = createAttackerKey()
  const canary = await openCanary(attacker.publicJwk)
  try {
    const request = await applyChange(await prepareMaterial(issuer, canary.url, attacker), change)
    const bytes = toBytes(request, 80)
    const all: [string, readonly (string | null)[]][] = []
    for (const [title, target] of targets) {
      const before = target.logged().length
      const response = await sendRaw(target.port, bytes)
      const headers = Object.fromEntries(
        [...response.headers].map(([name, all]) => [name, `${all}`]),
      )
      const answer = isUnrouted(response) ? null : answerOf({ ...response, headers })
      const records = target.logged().slice(before).flatMap(recordIn)
      all.push([title, [answer === null ? null : [answer, ...records].join('\n    ')]])
    }
    return all
  } finally {
    await canary.close()
  }
}

/**
 * Every way in which frameworks differ that should not.
 *
 * @throws Error when there is nothing to compare
 */
export const disagreements = (shown: Shown): readonly string[] => {
  const [first, ...others] = shown
  if (first === undefined || others.length === 0) throw new Error('Nothing to compare')
  const length = Math.max(...shown.map(([, list]) => list.length))
  return Array.from({ length }, (_, index) => index).flatMap((index) => {
    const told = shown.filter(([, list]) => list[index] !== null)
    const variants = new Set(told.map(([, list]) => list[index]))
    if (variants.size <= 1) return []
    return [told.map(([title, list]) => `\n  ${title}: ${list[index]}`).join('')]
  })
}

const show = (what: string, value: unknown): string | null => {
  if (value === null) return null
  const { records, reached, ...answer } = value as Observation
  const told = 'status' in answer ? answerOf(answer) : ''
  return [what, told, `reached ${reached}`, ...records.map(recordOf)].join('\n    ')
}

/** Of an answer of the guard all that it wrote; of a handler's the body; else status and challenge. */
const answerOf = ({ status, headers, body }: Pick<Observation, 'status' | 'headers' | 'body'>) => {
  if (headers['content-type']?.startsWith('application/problem+json')) {
    const own = Object.entries(headers).filter(([name]) => !foreignHeaders.has(name))
    return JSON.stringify([status, own.sort(), body])
  }
  const challenge = headers['www-authenticate'] ?? null
  return JSON.stringify(status === 200 ? [status, body] : [status, challenge])
}

/** Node's, and the one that Express adds to every answer unless told not to. */
const foreignHeaders = new Set(['date', 'connection', 'keep-alive', 'x-powered-by'])

/** What a record says, but for what differs from call to call. */
const recordOf = ({ time, requestId, durationMicros, ...rest }: AuditRecord): string =>
  JSON.stringify(rest, (key, value) => {
    if (key === 'tokenId') return 'a token'
    if (key === 'resetAfter' || key === 'retryAfter') return 'seconds'
    return key === 'message' ? value.replace(/\d+ s\b/, 'n s') : value
  })

const recordIn = (line: string): readonly string[] => {
  if (!line.startsWith('{')) return []
  const record: unknown = JSON.parse(line)
  return isJsonObject(record) ? [recordOf(record as unknown as AuditRecord)] : []
}
