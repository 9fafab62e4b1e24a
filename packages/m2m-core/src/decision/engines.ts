import { isRefusal, type Refusal } from '../errors/refusal.js'
import type { Facts } from '../policy/facts.js'
import type { Operation } from '../policy/operation.js'
import type { Principal } from '../principal/identify.js'
import { combine, type Decision, decide } from './decide.js'
import { createDecisionCache } from './decision-cache.js'
import { createEngineClient, type EngineAnswer, type EngineSurroundings } from './engine-client.js'
import { createQuestion } from './engine-question.js'
import type { Layers } from './layers.js'
import type { PolicyEngine } from './policy-engine.js'

/** The engines beside the local layers. */
export interface Engines {
  /** Adds the engines' answers to a local decision. A plain value when none has to be awaited. */
  join(
    local: Decision,
    principal: Principal,
    operation: Operation,
    facts: Facts,
  ): Decision | Refusal | Promise<Decision>
  /** Forgets the answers about one service. */
  invalidate(serviceId: string): void
}

/** Asks all engines at once, where no local layer forbids; what one forbids is forbidden. */
export const createEngines = (
  engines: readonly PolicyEngine[],
  surroundings: EngineSurroundings,
): Engines => {
  const cache = createDecisionCache(surroundings.clock)
  const clients = engines.map((engine) => createEngineClient(engine, cache, surroundings))
  const unasked = clients.map((client) => client.unasked)
  return Object.freeze({
    join: (local: Decision, principal: Principal, operation: Operation, facts: Facts) => {
      if (local.layers.some(({ answer }) => answer === 'forbid')) {
        return { ...local, layers: [...local.layers, ...unasked] }
      }
      const question = createQuestion(principal, operation, facts)
      if (isRefusal(question)) return question
      const answers = clients.map((client) => client.ask(question))
      return answers.every((answer) => !(answer instanceof Promise))
        ? joinAnswers(local, answers as EngineAnswer[])
        : Promise.all(answers).then((known) => joinAnswers(local, known))
    },
    invalidate: (serviceId: string) => {
      cache.invalidate(serviceId)
      for (const client of clients) client.invalidate(serviceId)
    },
  })
}

const joinAnswers = (local: Decision, answers: readonly EngineAnswer[]): Decision =>
  combine(
    [...local.layers, ...answers.map(({ layer }) => layer)],
    Math.max(1, ...answers.map(({ retryAfter = 1 }) => retryAfter)),
  )

/** What the local layers and the engines say together. */
export const decideAll = (
  { layers, principal }: { readonly layers: Layers; readonly principal: Principal },
  engines: Engines | undefined,
  operation: Operation,
  facts: Facts,
): Decision | Refusal | Promise<Decision> => {
  const local = decide(layers, operation, facts)
  return engines ? engines.join(local, principal, operation, facts) : local
}
