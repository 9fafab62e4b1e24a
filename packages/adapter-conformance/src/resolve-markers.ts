import { isJsonObject, type Json, type JsonObject } from './json.js'
import type { Material } from './material.js'

/** What markers refer to. */
export type MarkerContext = Pick<Material, 'header' | 'claims' | 'canary'>

/**
 * Replaces the markers in a JSON value, at any depth:
 *
 * - `{ "$now": -3600 }`: a time in seconds, counted from the `iat` of the base token
 * - `{ "$text": "{iss}/", "case": "upper" }`: a text in which `{name}` is a member of the base
 *   header or claims, or `{canary}` the URL of the canary; `case` may be left out
 * - `{ "$repeat": "x", "times": 9000 }`: a text or a list repeated
 * - `{ "$nest": 2000 }`: that many lists in one another
 *
 * @throws Error on an unknown marker
 */
export const resolveMarkers = (value: Json, context: MarkerContext): Json => {
  if (Array.isArray(value)) return value.map((item: Json) => resolveMarkers(item, context))
  if (!isJsonObject(value)) return value
  if (Object.keys(value).some((name) => name.startsWith('$'))) return resolveMarker(value, context)
  // fromEntries, unlike assignment, keeps a member named __proto__ a member.
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, resolveMarkers(item, context)]),
  )
}

/**
 * Lays members over an object: `{ "$delete": true }` deletes the member of that name, all other
 * values have their markers resolved.
 */
export const overlay = (
  base: JsonObject,
  changes: JsonObject,
  context: MarkerContext,
): JsonObject => {
  const kept = Object.entries(base).filter(([name]) => !Object.hasOwn(changes, name))
  const laid = Object.entries(changes)
    .filter(([, value]) => !isDeletion(value))
    .map(([name, value]): [string, Json] => [name, resolveMarkers(value, context)])
  return Object.fromEntries([...kept, ...laid])
}

const isDeletion = (value: Json): boolean => {
  const { $delete } = isJsonObject(value) ? value : {}
  return $delete === true
}

const resolveMarker = (value: JsonObject, context: MarkerContext): Json => {
  const { $now, $text, $repeat, $nest, case: letters, times } = value
  if (typeof $now === 'number') return issuedAt(context) + $now
  if (typeof $text === 'string') return inCase(letters, fillText($text, context))
  if ($repeat !== undefined) return repeat($repeat, Number(times))
  if (typeof $nest === 'number') return nest($nest)
  throw new Error(`The corpus uses ${JSON.stringify(value)}, which is no marker`)
}

const issuedAt = ({ claims: { iat } }: MarkerContext): number => Number(iat)

const inCase = (letters: Json | undefined, text: string): string => {
  if (letters === 'upper') return text.toUpperCase()
  return letters === 'lower' ? text.toLowerCase() : text
}

const fillText = (template: string, { header, claims, canary }: MarkerContext): string => {
  const members: JsonObject = { ...header, ...claims, canary }
  return template.replace(/\{(\w+)\}/g, (_match, name: string) => {
    const value = members[name]
    if (typeof value === 'string' || typeof value === 'number') return String(value)
    throw new Error(`The corpus refers to {${name}}, which the base token does not have as text`)
  })
}

const repeat = (value: Json, times: number): Json => {
  if (typeof value === 'string') return value.repeat(times)
  if (Array.isArray(value))
    return Array.from({ length: times }, () => value as readonly Json[]).flat()
  throw new Error('The corpus repeats what is neither a text nor a list')
}

const nest = (levels: number): Json => {
  let nested: Json = []
  for (let level = 1; level < levels; level += 1) nested = [nested]
  return nested
}
