import { readFileSync } from 'node:fs'
import { tokenKinds } from 'm2m-testkit'
import {
  type ClassifiedProfile,
  type ClassifiedToken,
  classAnswers,
  classifiedProfiles,
} from './classification.js'
import { isJsonObject, type Json, type JsonObject } from './json.js'

/**
 * Reads the tokens of every profile with the class that each must get. They are written down from
 * what the providers document and publish, never from what the profiles do.
 *
 * @throws Error that lists everything malformed
 */
export const readClassification = (): readonly ClassifiedToken[] => {
  const file = new URL('classification.json', import.meta.url)
  return checkClassification(JSON.parse(readFileSync(file, 'utf8')) as Json)
}

/**
 * Checks rows and spreads each that has `each` into one token for every claim in it. In `header`,
 * `claims` and `each`, `{ "$absent": true }` deletes a member.
 *
 * @throws Error that lists everything malformed
 */
export const checkClassification = (rows: Json): readonly ClassifiedToken[] => {
  const items = Array.isArray(rows) ? (rows as readonly Json[]).filter(isJsonObject) : []
  const faults = items.flatMap((row) => rowFaults(row).map((fault) => `${idOf(row)}: ${fault}`))
  if (faults.length > 0) throw malformed(faults)
  const tokens = items.flatMap(tokensOf)
  const others = [...repeatedIds(tokens), ...classifiedProfiles.flatMap((one) => gaps(one, tokens))]
  if (others.length > 0) throw malformed(others)
  return tokens
}

const malformed = (faults: readonly string[]): Error =>
  new Error(`classification.json is malformed:\n  ${faults.join('\n  ')}`)

const members = [
  'id',
  'profile',
  'token',
  'header',
  'claims',
  'each',
  'expect',
  'whenPinned',
  'why',
]
const profileNames: readonly string[] = classifiedProfiles
const kinds: readonly string[] = tokenKinds

const rowFaults = (row: JsonObject): readonly string[] => {
  const { profile, token, expect, whenPinned, why } = row
  const parts = [row['header'], row['claims'], row['each']].filter((part) => part !== undefined)
  const unknown = Object.keys(row).filter((name) => !members.includes(name))
  const begin = slug(String(profile))
  const checks: readonly (readonly [boolean, string])[] = [
    [unknown.length === 0, `${unknown.join(', ')} is no member of a row`],
    [profileNames.includes(String(profile)), 'profile is unknown'],
    [/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(idOf(row)), 'id is not in kebab-case'],
    [idOf(row).startsWith(`${begin}-`), `id does not begin with ${begin}-`],
    [kinds.includes(String(token)), 'token is no method of mint'],
    [Object.hasOwn(classAnswers, String(expect)), 'expect is no class'],
    [typeof why === 'string' && why.length > 0, 'why is missing'],
    [whenPinned === undefined || whenPinned === 'other-kind', 'whenPinned is unknown'],
    [whenPinned === undefined || whenPinned !== expect, 'whenPinned says nothing new'],
    [parts.every(isLaid), 'header, claims and each are objects with members'],
  ]
  return checks.flatMap(([isGood, fault]) => (isGood ? [] : [fault]))
}

const isLaid = (part: Json): boolean => isJsonObject(part) && Object.keys(part).length > 0

const tokensOf = ({ each, ...row }: JsonObject): readonly ClassifiedToken[] => {
  if (!isJsonObject(each)) return [tokenOf(row)]
  return Object.entries(each).map(([name, value]) =>
    tokenOf({
      ...row,
      id: `${idOf(row)}-${slug(name)}`,
      claims: { ...(row['claims'] as JsonObject | undefined), [name]: value },
      why: `${name}: ${String(row['why'])}`,
    }),
  )
}

const tokenOf = (row: JsonObject): ClassifiedToken =>
  ({
    ...row,
    header: withoutMarkers(row['header']),
    claims: withoutMarkers(row['claims']),
  }) as unknown as ClassifiedToken

const withoutMarkers = (part: Json | undefined): Record<string, unknown> => {
  const laid = isJsonObject(part) ? Object.entries(part) : []
  return Object.fromEntries(
    laid.map(([name, value]) => [name, isAbsent(value) ? undefined : value]),
  )
}

const isAbsent = (value: Json): boolean => isJsonObject(value) && value['$absent'] === true

const idOf = ({ id }: JsonObject): string => String(id)

const slug = (name: string): string =>
  name
    .replace(/([a-z])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')

const repeatedIds = (tokens: readonly ClassifiedToken[]): readonly string[] => {
  const ids = tokens.map(({ id }) => id)
  return ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `${id}: twice`)
}

/** What every profile must have, by the ends of the ids. */
const needed = [
  ['service', 'service'],
  ['user', 'user'],
  ['id-token', 'other-kind'],
  ['delegated', 'delegated'],
  ['refresh-token', 'other-kind'],
  ['logout-token', 'other-kind'],
  ['dpop-proof', 'other-kind'],
] as const

const gaps = (profile: ClassifiedProfile, tokens: readonly ClassifiedToken[]) =>
  needed.flatMap(([end, expected]) => {
    const id = `${slug(profile)}-${end}`
    const isThere = tokens.some((one) => one.id === id && one.expect === expected)
    return isThere ? [] : [`${id}: no such row that expects ${expected}`]
  })
