import { operationClasses } from '../operation/operation-classes.js'
import { compareRights, type RightDifference } from './compare-rights.js'
import type { Right, RightChange, Who } from './policy-change.js'
import type { PolicySide } from './policy-side.js'
import type { Reach } from './reach.js'
import { rightKey, rightOf } from './right-of.js'

/** What has become of the rights of some. Those of whom the policies say the same are looked at once. */
export const createRightComparison = (before: PolicySide, after: PolicySide) => {
  const compare = remembering(compareRights)
  const changesOf = new Map<string, readonly UnownedChange[]>()

  const changesBetween = (was: Reach, is: Reach): readonly UnownedChange[] => {
    if (was.key === is.key) return []
    const key = `${was.key}\n${is.key}`
    const known = changesOf.get(key)
    if (known) return known
    const patterns = [was, is].flatMap(({ grants, ceiling }) => [
      ...grants.flatMap(({ operations }) => operations),
      ...(ceiling ?? []),
    ])
    const found = operationClasses(patterns).flatMap((asked): UnownedChange[] => {
      const rights = { before: rightOf(was, asked.operation), after: rightOf(is, asked.operation) }
      const kind = compare(rights.before, rights.after)
      return kind === 'same' ? [] : [{ kind, ...asked, ...rights }]
    })
    changesOf.set(key, found)
    return found
  }

  return (who: Who): readonly UnownedChange[] => [
    ...changesBetween(before.reachOf(who), after.reachOf(who)),
    ...changesBetween(before.denialsOf(who), after.denialsOf(who)).map((change) => ({
      ...change,
      kind: 'denial-changed' as const,
    })),
  ]
}

/** A change of which nobody has been named yet. */
export type UnownedChange = Omit<RightChange, 'who'>

const remembering = (compare: typeof compareRights) => {
  const known = new Map<string, RightDifference>()
  return (before: Right, after: Right): RightDifference => {
    const key = `${rightKey(before)}\n${rightKey(after)}`
    const difference = known.get(key) ?? compare(before, after)
    known.set(key, difference)
    return difference
  }
}
