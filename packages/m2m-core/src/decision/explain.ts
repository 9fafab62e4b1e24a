import { printable } from '../errors/quote.js'
import type { Decision } from './decide.js'
import type { LayerAnswer } from './layer-answer.js'

/** Why an operation is admitted or refused: every layer's answer, as data and as text. */
export interface Explanation {
  readonly operation: string
  readonly admitted: boolean
  readonly layers: readonly LayerAnswer[]
  /** The same for people: one line, then one per layer. */
  readonly text: string
}

/** A decision, or why no layer was even asked. */
export interface Judgement extends Decision {
  readonly obstacle?: string
}

/** Puts a decision into words. */
export const explainDecision = (
  operation: string,
  { admitted, layers, obstacle }: Judgement,
): Explanation => {
  const because = obstacle === undefined ? '' : ` (${obstacle})`
  const name = printable(operation, 128)
  const headline = `${name}: ${admitted ? 'admitted' : 'refused'}${because}`
  const text = [headline, ...layers.map((layer) => `  ${describeLayer(layer)}`)].join('\n')
  return Object.freeze({ operation: name, admitted, layers, text })
}

/** One layer's answer in a line. */
export const describeLayer = ({ layer, answer, rule, note, cached }: LayerAnswer): string => {
  const isByRules = !layer.startsWith('engine:')
  const because = rule ?? (isByRules && answer === 'forbid' ? 'no rule allows it' : undefined)
  const words = [`${layer}: ${answer}`, because && `(${because})`, note && `[${note}]`]
  return [...words, cached && '[remembered]'].filter(Boolean).join(' ')
}
