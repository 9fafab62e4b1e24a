import type { PolicyStore } from 'm2m-policy'
import { groupBy } from '../condition/group-by.js'
import { everybody } from './everybody.js'
import type { PolicyChange, RightChange, Who } from './policy-change.js'
import { createPolicySide } from './policy-side.js'
import { createReachMaker } from './reach.js'
import { createRightComparison, type UnownedChange } from './right-changes.js'
import { serviceChanges } from './service-changes.js'

/**
 * All that is different between two policies for those who call: what they may do, and who they are
 * said to be. Not how it is written: names of policies, their order, and rules that come to the same
 * are no change. What an API asks for, and what tokens and engines say, is not known here.
 */
export const comparePolicies = (
  before: PolicyStore,
  after: PolicyStore,
): readonly PolicyChange[] => {
  const makeReach = createReachMaker()
  const rightsOf = createRightComparison(
    createPolicySide(before, makeReach),
    createPolicySide(after, makeReach),
  )
  // The same object for all of whom the policies say the same: only a few are ever compared.
  const whoOf = new Map<UnownedChange, Who[]>()
  for (const { who, like, holders = [] } of everybody(before.model, after.model)) {
    const told = new Set((like ? rightsOf(like) : []).map((change) => JSON.stringify(change)))
    const changes = rightsOf(who)
    const ofHolders = new Set(
      (changes.length > 0 ? holders : []).flatMap(rightsOf).map(({ operation }) => operation),
    )
    for (const change of changes) {
      if (told.size > 0 && told.has(JSON.stringify(change))) continue
      if (ofHolders.has(change.operation)) continue
      const known = whoOf.get(change)
      if (known) known.push(who)
      else whoOf.set(change, [who])
    }
  }
  const rights = [...whoOf].map(([change, who]): RightChange => ({ ...change, who }))
  return [...together(serviceChanges(before, after)), ...together(rights)]
}

/** One change for all whom it is the same for. */
const together = <Change extends PolicyChange>(changes: readonly Change[]): readonly Change[] =>
  [...groupBy(changes, ({ who, ...rest }) => JSON.stringify(rest)).values()].flatMap((group) => {
    const [first] = group
    return first ? [{ ...first, who: group.flatMap(({ who }) => who) }] : []
  })
