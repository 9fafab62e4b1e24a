import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  type ParsedNode,
  parseDocument,
  type YAMLMap,
} from 'yaml'
import type { Place, PolicyProblem } from '../problem/policy-problem.js'
import { quote } from '../problem/quote.js'

/** Names and indexes from the top of a document down. */
export type Path = readonly (string | number)[]

/** A document as plain values, and where each of them stands. */
export interface ParsedText {
  readonly value: unknown
  readonly problems: readonly PolicyProblem[]
  /** Where the value stands, or the name before it; the closest one above where there is none. */
  placeOf(path: Path, what?: 'value' | 'name'): Place
}

const mostProblems = 20
const deepest = 16

/**
 * Reads YAML 1.2, which JSON is part of, as plain data only: no aliases, tags, merge keys or other
 * versions, so that what a reviewer sees is what is decided on.
 */
export const parseText = (text: string, file: string): ParsedText => {
  const lineCounter = new LineCounter()
  const problems: PolicyProblem[] = []
  const members: Members = new WeakMap()
  const placeAt = (offset: number): Place => {
    const { line, col } = lineCounter.linePos(offset)
    return { file, line: Math.max(1, line), column: Math.max(1, col) }
  }
  const refuse = (offset: number, message: string): void => {
    if (problems.length < mostProblems) problems.push({ ...placeAt(offset), message })
  }
  const failed = (message: string): ParsedText => {
    const place = { file, line: 1, column: 1 }
    return { value: undefined, problems: [{ ...place, message }], placeOf: () => place }
  }

  try {
    // Names that are given twice are found below, in linear time.
    const options = { lineCounter, prettyErrors: false, stringKeys: true, uniqueKeys: false }
    const document = parseDocument(text, { ...options, logLevel: 'error' })
    for (const { message, pos } of [...document.errors, ...document.warnings]) {
      refuse(pos[0], `is no plain YAML: ${message}`)
    }
    const { explicit, version } = document.directives.yaml
    if (explicit && version !== '1.2') refuse(0, `expected YAML 1.2, got ${quote(version)}`)
    const value = problems.length > 0 ? undefined : plain(document.contents, refuse)
    return {
      value,
      problems,
      placeOf: (path, what) => placeAt(offsetOf(document.contents, path, what === 'name', members)),
    }
  } catch (fault) {
    if (fault instanceof RangeError) return failed('is nested too deeply')
    return failed(`is no plain YAML: ${quote(String(fault))}`)
  }
}

type Refuse = (offset: number, message: string) => void

const plain = (node: ParsedNode | null, refuse: Refuse, depth = 0): unknown => {
  if (node === null) return null
  const [offset] = node.range
  if (depth > deepest) return refuse(offset, `is nested deeper than ${deepest} levels`)
  if (isAlias(node)) return refuse(offset, 'expected the value itself, got an alias of it')
  if (node.tag !== undefined) return refuse(offset, `expected no tag, got ${quote(node.tag)}`)
  if (isScalar(node)) return scalar(node.value, offset, refuse)
  if (isSeq(node)) return node.items.map((item) => plain(item as ParsedNode, refuse, depth + 1))
  const object: Record<string, unknown> = {}
  for (const { key, value } of node.items) {
    const name = isScalar(key) ? String(key.value) : ''
    const [start] = (key as ParsedNode).range
    if (name === '__proto__') refuse(start, 'there is no "__proto__"; choose another name')
    else if (Object.hasOwn(object, name))
      refuse(start, `expected ${quote(name)} once, got it twice`)
    else object[name] = plain(value as ParsedNode | null, refuse, depth + 1)
  }
  return object
}

const scalar = (value: unknown, offset: number, refuse: Refuse): unknown => {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value
  if (typeof value !== 'number') return refuse(offset, 'expected text, a number, true or false')
  const isExact =
    Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))
  return isExact ? value : refuse(offset, 'expected a number that can be held exactly; quote it')
}

/** The members of each object by their names: a search for each of many would take long. */
type Members = WeakMap<YAMLMap, ReadonlyMap<unknown, Pair>>

const membersOf = (map: YAMLMap, members: Members): ReadonlyMap<unknown, Pair> => {
  const known = members.get(map)
  if (known) return known
  const byName = new Map(map.items.map((pair) => [nameOf(pair.key), pair]))
  members.set(map, byName)
  return byName
}

/** Where the value at a path begins, or the last name on it. */
const offsetOf = (root: Node | null, path: Path, isName: boolean, members: Members): number => {
  let node: unknown = root
  let offset = startOf(root) ?? 0
  for (const [index, step] of path.entries()) {
    const pair = isMap(node) ? membersOf(node, members).get(step) : undefined
    const next = isSeq(node) ? node.items[Number(step)] : pair?.value
    const isLast = index === path.length - 1
    const name = pair && startOf(pair.key)
    offset = (isLast && isName ? name : (startOf(next) ?? name)) ?? offset
    node = next
  }
  return offset
}

const nameOf = (key: unknown): unknown => (isScalar(key) ? String(key.value) : undefined)
const startOf = (node: unknown): number | undefined => (isNode(node) ? node.range?.[0] : undefined)
