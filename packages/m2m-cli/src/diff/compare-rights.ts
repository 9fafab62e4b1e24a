import type { Condition } from 'm2m-core'
import { askValue, type Truth } from '../condition/ask-value.js'
import { conditionKey } from '../condition/condition-key.js'
import { groupBy } from '../condition/group-by.js'
import { hasWitnesses, witnessesOf } from '../condition/witnesses.js'
import type { Right, RightChange } from './policy-change.js'
import { rightKey } from './right-of.js'

/** What has become of a right. */
export type RightDifference = Exclude<RightChange['kind'], 'denial-changed'> | 'same'

/** So many cases are looked at; beyond, rights that are written differently count as different. */
const mostCases = 4096

/**
 * Compares rights by what they answer, however they are written: in each case that their conditions
 * tell apart. Where these are too many, or an operator such as `contains` leaves open which cases
 * there are, it may call different what is the same, and never the same what is different.
 */
export const compareRights = (before: Right, after: Right): RightDifference => {
  if (rightKey(before) === rightKey(after)) return 'same'
  const cases = casesOf(
    [before, after].flatMap(({ allows, denies }) => [...allows, ...denies].flat()),
  )
  if (!cases) return byWords(before, after)
  let [was, is, isSame] = [false, false, true]
  for (const truths of cases) {
    const [then, now] = [isAllowed(before, truths), isAllowed(after, truths)]
    was ||= then
    is ||= now
    isSame &&= then === now
  }
  if (isSame) return 'same'
  return kindOf(was, is)
}

const byWords = ({ allows: then }: Right, { allows: now }: Right): RightDifference =>
  kindOf(then.length > 0, now.length > 0)

const kindOf = (was: boolean, is: boolean): RightDifference => {
  if (was === is) return 'right-changed'
  return is ? 'right-gained' : 'right-lost'
}

/** The truth of each condition, by its key. */
type Truths = ReadonlyMap<string, Truth>

const isAllowed = ({ allows, denies }: Right, truths: Truths): boolean => {
  const truthOf = (condition: Condition): Truth => truths.get(conditionKey(condition))
  return (
    allows.some((list) => list.every((one) => truthOf(one) === true)) &&
    denies.every((list) => list.some((one) => truthOf(one) === false))
  )
}

/** Every way in which the conditions may be answered; undefined when these are too many. */
const casesOf = (conditions: readonly Condition[]): readonly Truths[] | undefined => {
  const distinct = [...new Map(conditions.map((one) => [conditionKey(one), one])).values()]
  let cases: readonly Truths[] = [new Map()]
  for (const group of groupBy(distinct, ({ field }) => field).values()) {
    for (const answers of answersOf(group)) {
      if (cases.length * answers.length > mostCases) return undefined
      cases = cases.flatMap((known) => answers.map((more) => new Map([...known, ...more])))
    }
  }
  return cases
}

/** Of conditions on one field, ways to answer them: those in one list go together. */
const answersOf = (group: readonly Condition[]): readonly (readonly Truths[])[] => {
  if (!group.every(hasWitnesses)) {
    return group.map((one) =>
      [true, false, undefined].map((truth) => answersTo([one], () => truth)),
    )
  }
  const isId = group.every(({ field }) => field === 'subject.id')
  const ways = witnessesOf(group)
    // Everybody has an id, and it is a text.
    .filter((value) => !isId || typeof value === 'string')
    .map((value) => answersTo(group, (one) => askValue(one, value)))
  // Where what holds the field is no object, nothing is known, not even absence.
  if (group.some(({ field }) => mayHaveNoHolder(field)))
    ways.push(answersTo(group, () => undefined))
  return [
    [...new Map(ways.map((way) => [JSON.stringify([...way.values()].map(String)), way])).values()],
  ]
}

const answersTo = (group: readonly Condition[], answer: (one: Condition) => Truth): Truths =>
  new Map(group.map((one) => [conditionKey(one), answer(one)]))

const mayHaveNoHolder = (field: string): boolean =>
  field.startsWith('context.') || field.split('.').length > 2
