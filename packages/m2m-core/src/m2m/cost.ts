/** What an operation may cost. */
export const aCost = 'a whole number from 1 to 1000000'

/** Whether a value is a cost, in calls. */
export const isCost = (value: unknown): boolean =>
  Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= 1_000_000
