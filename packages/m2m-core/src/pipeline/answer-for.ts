import { type Decision, decide } from '../decision/decide.js'
import { decideAll } from '../decision/engines.js'
import { explainDecision, type Judgement } from '../decision/explain.js'
import { readQuestion } from '../decision/read-question.js'
import type { Asked, PrincipalAnswers } from '../decision/service-principal.js'
import { isRefusal, type Refusal } from '../errors/refusal.js'
import { emptyAbility } from '../policy/ability.js'
import { type Caller, checkCaller } from './caller.js'

/** What handlers hear of a caller: the same as a guard decides, and nothing once it is no longer valid. */
export const answerFor: PrincipalAnswers<Caller> = Object.freeze({
  ability: (caller: Caller) => (why(caller) ? noAbility : caller.layers.ability()),
  can: (caller: Caller, question: Asked) => {
    const asked = ask(caller, question)
    return typeof asked !== 'string' && decide(caller.layers, ...asked).admitted
  },
  explain: async (caller: Caller, question: Asked) => {
    if (why(caller)?.cause === 'key_set_unavailable') await caller.issuer.keys.settle()
    const asked = ask(caller, question)
    const found =
      typeof asked === 'string'
        ? asked
        : await decideAll(caller, caller.surroundings.engines, ...asked)
    return explainDecision(question[0], judgementOf(found))
  },
})

const why = (caller: Caller): Refusal | undefined =>
  checkCaller(caller, caller.surroundings.clock.monotonic())

const ask = (caller: Caller, question: Asked): ReturnType<typeof readQuestion> => {
  const asked = readQuestion(...question)
  return typeof asked === 'string' ? asked : (why(caller)?.message ?? asked)
}

/** A text or a refusal says why no layer was asked. */
const judgementOf = (found: Decision | Refusal | string): Judgement => {
  if (typeof found === 'string') return { admitted: false, layers: [], obstacle: found }
  return isRefusal(found) ? judgementOf(found.message) : found
}

const noAbility = emptyAbility()
