import { quantile } from './quantile.js'

/** What the rounds of one run came to. */
export interface Spread {
  readonly median: number
  /** The quarter of the rounds below. */
  readonly low: number
  /** The quarter of the rounds above. */
  readonly high: number
}

/** The median and the quartiles around it. */
export const spreadOf = (samples: readonly number[]): Spread => ({
  median: quantile(samples, 0.5),
  low: quantile(samples, 0.25),
  high: quantile(samples, 0.75),
})
