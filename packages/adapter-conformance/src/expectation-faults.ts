import type { AuditRecord } from 'm2m-core'
import { isJsonObject } from './json.js'
import type { Observation } from './run-scenario.js'
import type { Expected } from './scenarios/scenario.js'

/** Every way in which an observation is not as expected. */
export const expectationFaults = (
  observation: Observation,
  expected: Expected,
): readonly string[] => {
  const { status, headers, body } = observation
  const { code, by } = parse(body)
  const isProblem = headers['content-type']?.startsWith('application/problem+json') === true
  const reached = expected.reached ?? (expected.status === 200 ? 1 : 0)
  return [
    ...difference('status', expected.status, status),
    ...difference('code', expected.code, isProblem ? code : undefined),
    ...('by' in expected ? difference('by', expected.by, by) : []),
    ...sideFaults(observation, { ...expected, reached }),
    ...Object.entries(expected.headers ?? {}).flatMap(([name, value]) =>
      difference(`header ${name}`, value, headers[name] ?? null),
    ),
  ]
}

/** The same for what callers do not see. */
export const sideFaults = (
  { reached, records }: Pick<Observation, 'reached' | 'records'>,
  expected: Pick<Expected, 'reached' | 'records'>,
): readonly string[] => [
  ...difference('calls of handlers', expected.reached, reached),
  ...difference('records', expected.records, records.map(inShort)),
]

const inShort = ({ stage, outcome, cause }: AuditRecord): string =>
  [stage, outcome, cause].filter((part) => part !== undefined).join(' ')

const difference = (what: string, wanted: unknown, found: unknown): readonly string[] =>
  show(wanted) === show(found) ? [] : [`${what}: expected ${show(wanted)}, got ${show(found)}`]

const show = (value: unknown): string => JSON.stringify(value) ?? 'none'

const parse = (body: string): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(body)
    return isJsonObject(value) ? value : {}
  } catch {
    return {}
  }
}
