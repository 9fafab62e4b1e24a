import { createCircuitBreaker, type Pass } from '../clock/circuit-breaker.js'
import type { Clock } from '../clock/clock.js'
import { within } from '../clock/within.js'
import { whyFailed } from '../errors/why-failed.js'
import type { DecisionCache } from './decision-cache.js'
import type { EngineQuestion } from './engine-question.js'
import { type EngineVerdict, readVerdict } from './engine-verdict.js'
import type { LayerAnswer } from './layer-answer.js'
import type { PolicyEngine } from './policy-engine.js'

/** What engines are asked with. */
export interface EngineSurroundings {
  /** Milliseconds that an answer may take. */
  readonly timeout: number
  readonly clock: Clock
  readonly announce: (level: 'info' | 'warn', event: string, message: string) => void
}

/** An engine's layer, and when to ask again where it is unavailable. */
export interface EngineAnswer {
  readonly layer: LayerAnswer
  /** Seconds. */
  readonly retryAfter?: number
}

/** One engine, behind everything that keeps it from harming the API. */
export interface EngineClient {
  /** A plain value when the answer is known, or known not to come. Never rejects. */
  ask(question: EngineQuestion): EngineAnswer | Promise<EngineAnswer>
  /** What its layer says when another layer has decided already. */
  readonly unasked: LayerAnswer
  invalidate(serviceId: string): void
}

interface Flight {
  readonly answer: Promise<EngineAnswer>
  readonly serviceId: string
}

/** Asks one engine: once for equal questions, not for ever, and not at all while it keeps failing. */
export const createEngineClient = (
  engine: PolicyEngine,
  cache: DecisionCache,
  { timeout, clock, announce }: EngineSurroundings,
): EngineClient => {
  const { name, cacheable = false } = engine
  const layer = `engine:${name}` as const
  const flights = new Map<string, Flight>()
  const breaker = createCircuitBreaker(clock, (state) =>
    state === 'open'
      ? announce('warn', 'engine_unavailable', `engine ${name} failed five times in a row: ${why}`)
      : announce('info', 'engine_available', `engine ${name} answers again`),
  )
  let why = ''
  const answerOf = (
    { allows, reason }: EngineVerdict,
    mark: Pick<LayerAnswer, 'cached'> = {},
  ): EngineAnswer => ({
    layer: { layer, answer: allows ? 'permit' : 'forbid', note: reason, ...mark },
  })
  const unavailable = (note: string, milliseconds: number): EngineAnswer => ({
    layer: { layer, answer: 'unavailable', note },
    retryAfter: Math.max(1, Math.ceil(milliseconds / 1000)),
  })
  const consult = async (
    question: EngineQuestion,
    pass: Pass,
    keep: (verdict: EngineVerdict, askedAt: number) => void,
  ): Promise<EngineAnswer> => {
    const askedAt = clock.monotonic()
    try {
      const request = question.request()
      const said = await within(timeout, (signal) => engine.decide(request, signal))
      const verdict = readVerdict(said)
      pass.settle(true)
      keep(verdict, askedAt)
      return answerOf(verdict)
    } catch (fault) {
      why = whyFailed(fault)
      pass.settle(false)
      return unavailable(why, 1000)
    }
  }
  const ask = (question: EngineQuestion): EngineAnswer | Promise<EngineAnswer> => {
    const key = question.keyFor(name)
    const known = cache.get(key)
    if (known) return answerOf(known, { cached: true })
    const under = flights.get(key)
    if (under) return under.answer
    const pass = breaker.admit()
    if (typeof pass === 'number') return unavailable('it failed lately and is not asked', pass)
    const { serviceId } = question
    const isCurrent = (): boolean => flights.get(key) === flight
    const keep = (verdict: EngineVerdict, askedAt: number): void => {
      if (isCurrent()) cache.keep(key, verdict, { serviceId, askedAt, cacheable })
    }
    const answer = Promise.resolve()
      .then(() => consult(question, pass, keep))
      .finally(() => isCurrent() && flights.delete(key))
    const flight: Flight = { answer, serviceId }
    flights.set(key, flight)
    return answer
  }
  return Object.freeze({
    ask,
    unasked: Object.freeze({ layer, answer: 'abstain', note: 'not asked' } as const),
    invalidate: (serviceId: string) => {
      // What is under way was asked before: nobody who comes now may have its answer.
      for (const [key, flight] of flights) if (flight.serviceId === serviceId) flights.delete(key)
    },
  })
}
