import type { Context, ResourceInput } from 'm2m-core'
import type { Place } from '../problem/policy-problem.js'
import type { AbilitySubject } from '../store/policy-ability.js'
import { type Asked, resourcesOf } from './asked.js'
import type { ReadTest } from './read-tests.js'
import type { ExpectationDocument, PolicyEffect } from './test-document.js'

/** A question of a test, and the answer that it expects. */
export interface PlannedCell {
  readonly who: string
  readonly subject: AbilitySubject
  readonly operation: string
  /** The name of the resource in the test. */
  readonly resource: string | undefined
  readonly facts: { readonly resource: ResourceInput | undefined; readonly context: Context }
  readonly expected: PolicyEffect
  readonly at: Place
}

/** Puts the questions of a test together: whoever it asks about, each operation, each resource. */
export const planTest = ({ document, placeOf }: ReadTest, asked: Asked): readonly PlannedCell[] => {
  const context = { ...document.context, ...(document.now && { time: document.now }) }
  const whole = placeOf([])
  const listed = new Map(
    Object.entries(document.expect).map(([who, operations]) => [
      who,
      new Map(Object.entries(operations)),
    ]),
  )
  const placeFor = (
    who: string,
    operation: string,
    expected: Expectation,
    name?: string,
  ): Place => {
    if (expected === undefined) return whole
    const isNamed =
      name !== undefined && typeof expected === 'object' && Object.hasOwn(expected, name)
    return placeOf(['expect', who, operation, ...(isNamed ? [name] : [])], 'name')
  }
  return [...asked.subjects].flatMap(([who, subject]) =>
    asked.operations.flatMap((operation) => {
      const expected = listed.get(who)?.get(operation)
      const named = resourcesOf(operation, asked)
      const resources = named.length > 0 ? named : [undefined]
      return resources.map((name) => ({
        who,
        subject,
        operation,
        resource: name,
        facts: { resource: name === undefined ? undefined : asked.resources.get(name), context },
        expected: effectOf(expected, name),
        at: placeFor(who, operation, expected, name),
      }))
    }),
  )
}

type Expectation = ExpectationDocument | undefined

const effectOf = (expected: Expectation, resource: string | undefined): PolicyEffect => {
  if (expected === undefined || typeof expected === 'string') return expected ?? 'deny'
  const isNamed = resource !== undefined && Object.hasOwn(expected, resource)
  return isNamed ? (expected[resource] ?? 'deny') : 'deny'
}
