import type { Decision } from '../../src/decision/decide.js'
import { createEngines, decideAll, type Engines } from '../../src/decision/engines.js'
import type { EngineRequest, PolicyEngine } from '../../src/decision/policy-engine.js'
import { isRefusal } from '../../src/errors/refusal.js'
import type { Context, Resource } from '../../src/policy/resource.js'
import type { Principal } from '../../src/principal/identify.js'
import { createManualClock } from '../token/manual-clock.js'
import { layersOf, operationOf, principalWith } from './fixture.js'

/** An engine in this process that counts, and answers what it is told to. */
export const scriptedEngine = (
  answer: (request: EngineRequest, signal: AbortSignal) => unknown,
  changes: Partial<PolicyEngine> = {},
) => {
  const asked: EngineRequest[] = []
  const engine: PolicyEngine = {
    name: 'pdp',
    decide: async (request, signal) => {
      asked.push(request)
      return (await answer(request, signal)) as never
    },
    ...changes,
  }
  return { engine, asked }
}

/** What is asked, and of whom; what is left out is some service creating a transfer. */
export interface Asking {
  readonly principal?: Partial<Principal>
  readonly operation?: string
  readonly resource?: Partial<Resource>
  readonly context?: Context
  readonly ops?: readonly string[]
}

/** Engines with a clock to turn, and what they announced. */
export const engineWorld = (engines: readonly PolicyEngine[], timeout = 5000) => {
  const clock = createManualClock()
  // A clock that starts at nothing would hide who forgot to ask it.
  clock.advance(1_000_000)
  const announced: string[] = []
  const announce = (_level: string, event: string): void => void announced.push(event)
  const world: Engines = createEngines(engines, { timeout, clock, announce })
  const ask = ({
    principal,
    operation = 'transfers:create',
    resource,
    context = {},
    ops,
  }: Asking = {}) => {
    const asked = operationOf(operation)
    const facts = { resource: { type: asked.type, ...resource }, context }
    const layers = layersOf({ ops, rules: undefined })
    return decideAll(
      { layers, principal: principalWith({ allowedOps: ops, ...principal }) },
      world,
      asked,
      facts,
    )
  }
  const decideOn = async (asking: Asking = {}): Promise<Decision> => {
    const decision = await ask(asking)
    if (isRefusal(decision)) throw new Error(decision.message)
    return decision
  }
  /** The answer of the first engine's layer. */
  const answer = async (asking: Asking = {}): Promise<string> => {
    const { layers } = await decideOn(asking)
    const { answer: said, cached } = layers.find(({ layer }) => layer.startsWith('engine:')) ?? {}
    return cached ? `${said}, remembered` : `${said}`
  }
  return { clock, announced, ask, decideOn, answer, invalidate: world.invalidate }
}
