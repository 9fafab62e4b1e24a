import type { Condition } from 'm2m-core'

/** The same text for conditions that always answer alike: the order of a list tells nothing. */
export const conditionKey = ({ field, operator, value }: Condition): string =>
  JSON.stringify([field, operator, Array.isArray(value) ? asSet(value) : value])

const asSet = (values: readonly unknown[]): readonly string[] =>
  [...new Set(values.map((value) => JSON.stringify(value)))].sort()
