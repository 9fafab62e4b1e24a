import { askCondition, type Condition } from 'm2m-core'

/** True, false, or undefined: not known. */
export type Truth = boolean | undefined

/** Whether a condition holds where its field has this value; undefined as a value means missing. */
export const askValue = ({ operator, value }: Condition, actual: unknown): Truth =>
  askCondition({ field: 'context.actual', operator, value }, { context: { actual } })
