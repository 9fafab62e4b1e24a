import type { Facts } from '../policy/facts.js'
import type { Operation } from '../policy/operation.js'
import type { LayerAnswer, Layers } from './layers.js'

/** What all layers together say. */
export interface Decision {
  readonly admitted: boolean
  readonly layers: readonly LayerAnswer[]
}

/**
 * Authority only narrows: admitted when at least one layer permits and none forbids. Two layers
 * that abstain admit nothing.
 */
export const decide = (layers: Layers, operation: Operation, facts: Facts): Decision => {
  const answers = layers.answer(operation, facts)
  let permits = false
  let forbids = false
  for (const { answer } of answers) {
    permits ||= answer === 'permit'
    forbids ||= answer === 'forbid'
  }
  return { admitted: permits && !forbids, layers: answers }
}
