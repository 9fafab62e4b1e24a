import type { Facts } from '../policy/facts.js'
import type { Operation } from '../policy/operation.js'
import type { LayerAnswer } from './layer-answer.js'
import type { Layers } from './layers.js'

/** What all layers together say. */
export interface Decision {
  readonly admitted: boolean
  readonly layers: readonly LayerAnswer[]
  /** Set where only an engine that gave no answer stands in the way: seconds to wait. */
  readonly retryAfter?: number
}

/**
 * Authority only narrows: admitted when at least one layer permits and none forbids. Two layers
 * that abstain admit nothing.
 */
export const decide = (layers: Layers, operation: Operation, facts: Facts): Decision => {
  return combine(layers.answer(operation, facts))
}

/** The rule by which answers become one. */
export const combine = (layers: readonly LayerAnswer[], retryAfter = 1): Decision => {
  let permits = false
  let forbids = false
  let isUnavailable = false
  for (const { answer } of layers) {
    permits ||= answer === 'permit'
    forbids ||= answer === 'forbid'
    isUnavailable ||= answer === 'unavailable'
  }
  if (isUnavailable && !forbids) return { admitted: false, layers, retryAfter }
  return { admitted: permits && !forbids, layers }
}
