import type { Condition } from 'm2m-core'
import { conditionKey } from '../condition/condition-key.js'
import { coversOperation } from '../operation/covers-operation.js'
import type { Right } from './policy-change.js'
import type { Reach } from './reach.js'

/** Nobody may. */
export const never: Right = Object.freeze({ allows: [], denies: [] })

/** What a policy says of one operation, in as few words as it takes. */
export const rightOf = ({ grants, ceiling }: Reach, operation: string): Right => {
  const isIn = (patterns: readonly string[]): boolean =>
    patterns.some((pattern) => coversOperation(pattern, operation))
  if (ceiling && !isIn(ceiling)) return never
  const ours = grants.filter(({ operations }) => isIn(operations))
  const conditionsOf = (effect: 'allow' | 'deny') =>
    withoutNeedless(ours.filter((grant) => grant.effect === effect).map((one) => one.conditions))
  const [allows, denies] = [conditionsOf('allow'), conditionsOf('deny')]
  const isDenied = denies.some((conditions) => conditions.length === 0)
  return allows.length === 0 || isDenied ? never : { allows, denies }
}

/** Where fewer conditions do, more are needless; in an order that is always the same. */
const withoutNeedless = (lists: readonly (readonly Condition[])[]): Right['allows'] => {
  const keyed = lists
    .map((list) => {
      const byKey = new Map(list.map((condition) => [conditionKey(condition), condition]))
      const keys = [...byKey.keys()].sort()
      return { keys, text: keys.join(), conditions: keys.flatMap((key) => byKey.get(key) ?? []) }
    })
    .sort((one, other) => one.keys.length - other.keys.length || compare(one.text, other.text))
  const kept: (typeof keyed)[number][] = []
  for (const list of keyed) {
    if (!kept.some(({ keys }) => keys.every((key) => list.keys.includes(key)))) kept.push(list)
  }
  return kept.map(({ conditions }) => conditions)
}

const compare = (one: string, other: string): number => (one < other ? -1 : Number(one > other))

/** The same text for rights that are written alike. */
export const rightKey = ({ allows, denies }: Right): string =>
  JSON.stringify([allows, denies].map((lists) => lists.map((list) => list.map(conditionKey))))
