import { printable, quote } from '../errors/quote.js'
import { isJsonObject } from '../token/compact.js'

/** What an engine said. */
export interface EngineVerdict {
  readonly allows: boolean
  readonly reason: string | undefined
}

const longestContext = 65_536

/**
 * Reads an engine's answer. Only `true` and `false` are decisions: a text, a number or nothing is a
 * fault of the engine, and so is more context than anybody asked for.
 *
 * @throws Error for everything that is no answer
 */
export const readVerdict = (answer: unknown): EngineVerdict => {
  if (!isJsonObject(answer)) throw new Error(`it answered ${quote(answer)}`)
  const { decision, context } = answer
  if (decision !== true && decision !== false) {
    throw new Error(`it answered with the decision ${quote(decision)}`)
  }
  if (context === undefined || context === null) return verdict(decision, undefined)
  if (!isJsonObject(context)) throw new Error(`it answered with the context ${quote(context)}`)
  if (JSON.stringify(context).length > longestContext) {
    throw new Error('it answered with more than 64 KiB of context')
  }
  return verdict(decision, context['reason'])
}

const verdict = (allows: boolean, reason: unknown): EngineVerdict =>
  Object.freeze({
    allows,
    reason: typeof reason === 'string' && reason !== '' ? printable(reason, 256) : undefined,
  })
