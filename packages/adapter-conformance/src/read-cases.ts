import { readFileSync } from 'node:fs'
import { changeNames } from './changes/apply-change.js'
import type { ConformanceCase, HostileCase, PositiveCase } from './hostile-case.js'
import { isJsonObject, type Json, type JsonObject } from './json.js'

/**
 * Reads the corpus of requests that must be refused.
 *
 * @throws Error that lists every malformed case
 */
export const readHostileCases = (): readonly HostileCase[] => {
  const cases = readChecked('hostile-corpus.json', (item) => [
    ...commonFaults(item),
    ...expectFaults(item),
  ])
  return cases as readonly unknown[] as readonly HostileCase[]
}

/**
 * Reads the corpus of requests that must be admitted.
 *
 * @throws Error that lists every malformed case
 */
export const readPositiveCases = (): readonly PositiveCase[] =>
  readChecked('positive-corpus.json', commonFaults) as readonly unknown[] as readonly PositiveCase[]

/**
 * The files lie beside this module. They are not imported: a bundler turns imported JSON into an
 * object literal, in which a member `__proto__` sets the prototype.
 */
const readJson = (file: string): Json =>
  JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as Json

const threats = readJson('threats.json') as JsonObject

const readChecked = (
  file: string,
  faultsOf: (item: JsonObject) => readonly string[],
): readonly JsonObject[] => {
  const cases = readJson(file) as readonly JsonObject[]
  const faults = cases.flatMap((item, index) => {
    const { id } = item
    return faultsOf(item).map((fault) => `\n  [${index}] ${String(id)}: ${fault}`)
  })
  if (faults.length > 0) throw new Error(`${file} is malformed:${faults.join('')}`)
  return cases
}

const commonFaults = ({ id, threat, why, base, change }: Partial<ConformanceCase>): string[] => {
  const names = isJsonObject(change) ? Object.keys(change) : []
  const checks: readonly (readonly [boolean, string])[] = [
    [/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(String(id)), 'id is not in kebab-case'],
    [Object.hasOwn(threats, String(threat)), 'threat is no row of threats.json'],
    [typeof why === 'string' && why.length > 0, 'why is missing'],
    [base === 'service', 'base is unknown'],
    [names.length === 1, 'change must have exactly one member'],
    [names.every((name) => changeNames.some((known) => known === name)), 'change is unknown'],
  ]
  return checks.flatMap(([isGood, fault]) => (isGood ? [] : [fault]))
}

const expectFaults = ({ expect }: JsonObject): string[] => {
  if (!isJsonObject(expect)) return ['expect is missing']
  const { status, code, challenge, orUnrouted = true } = expect
  const isGood =
    typeof status === 'number' &&
    typeof code === 'string' &&
    (typeof challenge === 'string' || challenge === null) &&
    orUnrouted === true
  return isGood ? [] : ['expect needs status, code and challenge; orUnrouted is true or absent']
}
