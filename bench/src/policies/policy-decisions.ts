import { loadPolicy } from 'm2m-policy'
import { expectAdmitted } from '../calls/expect-verdict.js'
import { type Contender, compareBatches, type Figure } from '../figures/compare-batches.js'
import type { TokenMint } from '../floods/token-mint.js'
import { bareOperation, context, guarded, idOf, resource, wholePolicy } from './policy-documents.js'
import { createPolicyWorld } from './policy-world.js'

/** What decisions cost under a policy of few services and under one of many. */
export interface DecisionFigures {
  readonly figures: readonly Figure[]
  /** How many times as much each decision costs with many services. */
  readonly ratios: readonly { readonly name: string; readonly ratio: number }[]
}

/** Services that are asked in turn, so that nothing is at hand of the last one. */
const asked = 10
const bareMicros = 2
const guardedMicros = 5

/** Times decisions of policies of both sizes in one run, interleaved. */
export const measureDecisions = async (
  mint: TokenMint,
  few: number,
  many: number,
): Promise<DecisionFigures> => {
  const [small, large] = [await decisionsOf(mint, few), await decisionsOf(mint, many)]
  const contenders = small.flatMap((one, index) => [one, large[index] ?? one])
  const figures = compareBatches(contenders)
  const ratios = small.map(({ name }, index) => {
    const [one, other] = [figures[index * 2], figures[index * 2 + 1]]
    return {
      name: name.replace(/,[^,]*$/, ''),
      ratio: (other?.median ?? Number.NaN) / (one?.median ?? Number.NaN),
    }
  })
  return { figures, ratios }
}

const decisionsOf = async (mint: TokenMint, services: number): Promise<readonly Contender[]> => {
  const policy = loadPolicy(wholePolicy(services))
  const { m2m, enter } = await createPolicyWorld(mint, policy)
  // Spread over all of them: neighbours in a file may lie side by side in memory too.
  const indexes = Array.from({ length: asked }, (_, at) => Math.floor((at * services) / asked))
  const principals = await Promise.all(indexes.map((index) => enter(index)))
  const inTurn = <T>(all: readonly T[], call: (one: T) => void): (() => void) => {
    let next = 0
    return () => {
      call(all[next] as T)
      next = (next + 1) % all.length
    }
  }
  const authorize = (operation: string): (() => void) =>
    inTurn(principals, (service) =>
      expectAdmitted(m2m.authorize(service, operation, resource, context)),
    )
  const abilities = indexes.map((index) => policy.abilityFor({ type: 'service', id: idOf(index) }))
  const roles = ['area_3']
  const asUser = indexes.map((index) => ({ type: 'user', id: idOf(index), roles }) as const)
  const expectAllowed = (isAllowed: boolean): void => {
    if (!isAllowed) throw new Error('expected to be allowed')
  }
  const of = `, ${services} services`
  return [
    {
      name: `authorize, no conditions${of}`,
      boundMicros: bareMicros,
      call: inTurn(principals, (service) => expectAdmitted(m2m.authorize(service, bareOperation))),
    },
    {
      name: `authorize, 3 conditions (equals less_than_or_equal in)${of}`,
      boundMicros: guardedMicros,
      call: authorize(guarded.scalars),
    },
    {
      name: `authorize, 3 conditions (starts_with contains before)${of}`,
      boundMicros: guardedMicros,
      call: authorize(guarded.lists),
    },
    {
      name: `authorize, 3 conditions (equals cidr not_equals)${of}`,
      boundMicros: guardedMicros,
      call: authorize(guarded.cidr),
    },
    {
      name: `authorize, 3 conditions (cidr cidr cidr)${of}`,
      boundMicros: guardedMicros,
      call: authorize(guarded.cidrs),
    },
    {
      name: `abilityFor(service).can, no conditions${of}`,
      boundMicros: guardedMicros,
      call: inTurn(abilities, (ability) => expectAllowed(ability.can(bareOperation))),
    },
    {
      name: `abilityFor(user) made anew, can, no conditions${of}`,
      boundMicros: guardedMicros,
      call: inTurn(asUser, (user) => expectAllowed(policy.abilityFor(user).can('refunds:list'))),
    },
  ]
}
