import type { PolicyProblem } from '../problem/policy-problem.js'
import { quote } from '../problem/quote.js'
import type { ParsedText } from './parse-text.js'

const file = '(object)'
const place = Object.freeze({ file, line: 0, column: 0 })
const deepest = 16

/**
 * What bounds what is allowed. In JavaScript a member that is undefined is usually one that was left
 * out; one of these may as well have been lost on its way here, and then everything would be allowed.
 */
const bounds =
  /^\.(?:tiers|policies\[\d+\]\.conditions|tiers\[\d+\]\.operations|services\[\d+\]\.disabled)$/
const lost = 'expected a value, got undefined;'

/**
 * Copies a policy that was given as an object. Only what JSON could hold: a function in the place of
 * conditions must not become "no conditions".
 */
export const parseObject = (given: unknown): ParsedText => {
  const problems: PolicyProblem[] = []
  const refuse = (path: string, text: string): undefined => {
    problems.push({ ...place, message: path === '' ? text : `${path.slice(1)}: ${text}` })
    return undefined
  }
  const copy = (value: unknown, path: string, depth: number): unknown => {
    if (depth > deepest) return refuse(path, `is nested deeper than ${deepest} levels`)
    if (Array.isArray(value)) {
      // Holes are faults too; `map` would skip them.
      return Array.from(value, (item: unknown, index) => copy(item, `${path}[${index}]`, depth + 1))
    }
    if (isPlain(value)) return copyMembers(value, path, depth)
    const isScalar = value === null || ['string', 'boolean'].includes(typeof value)
    if (isScalar || Number.isFinite(value)) return value
    return refuse(path, `expected what JSON can hold, got ${quote(value)}`)
  }
  const copyMembers = (value: object, path: string, depth: number): object => {
    const members = Object.entries(value).flatMap(([name, member]): [string, unknown][] => {
      if (member === undefined) {
        const isLost = bounds.test(`${path}.${name}`)
        if (isLost) refuse(`${path}.${name}`, `${lost} leave ${name} out to have none`)
        return []
      }
      if (name !== '__proto__') return [[name, copy(member, `${path}.${name}`, depth + 1)]]
      refuse(path, 'there is no "__proto__"; choose another name')
      return []
    })
    return Object.fromEntries(members)
  }
  const value = copy(given, '', 0)
  return { value, problems, placeOf: () => place }
}

const isPlain = (value: unknown): value is object => {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  // Not compared with ours: objects may come from another realm, as in Jest.
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
