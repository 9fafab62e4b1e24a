import { commonOperations } from 'm2m-core'

/** Whether an operation or wildcard stands for all that another one stands for. */
export const coversOperation = (wide: string, narrow: string): boolean =>
  wide === narrow || commonOperations(wide, narrow) === narrow
