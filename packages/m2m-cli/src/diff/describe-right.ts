import type { Condition } from 'm2m-core'
import { conditionKey } from '../condition/condition-key.js'
import type { Right } from './policy-change.js'

/** When somebody may: ` where resource.state equals "closed"`; empty: always. */
export const whenText = ({ allows, denies }: Right): string => {
  const ways = allows.filter((list) => list.length > 0).map(listText)
  const where = ways.length > 0 ? ` where ${ways.join(', or where ')}` : ''
  return `${where}${unlessText(denies)}`
}

/** What a right was: only a value where nothing else has changed. */
export const wasText = (before: Right, after: Right): string => {
  const [then, now] = [before, after].map(({ allows, denies }) => [...allows, ...denies].flat())
  const isAlikeBuilt = shapeOf(before) === shapeOf(after)
  const changed = (then ?? []).filter((one, index) => {
    const other = now?.[index]
    return !other || conditionKey(one) !== conditionKey(other)
  })
  const [only, ...others] = changed
  const isValueOnly = isAlikeBuilt && only !== undefined && others.length === 0
  return isValueOnly ? JSON.stringify(only.value) : whenText(before).trim() || 'always'
}

/** Denials, which hold too where their conditions are not known. */
const unlessText = (denies: Right['denies']): string =>
  denies.map((list) => `${separator}not where ${listText(list)}`).join('')

const separator = ', but '

const shapeOf = ({ allows, denies }: Right): string =>
  JSON.stringify(
    [allows, denies].map((lists) =>
      lists.map((list) => list.map(({ field, operator }) => [field, operator])),
    ),
  )

const listText = (list: readonly Condition[]): string =>
  list
    .map(({ field, operator, value }) => `${field} ${operator} ${JSON.stringify(value)}`)
    .join(' and ')
