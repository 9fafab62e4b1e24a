import type { CheckedFile } from '../document/checked-file.js'
import type { PolicyProblem } from '../problem/policy-problem.js'
import { quote } from '../problem/quote.js'
import { forEach, type Steps } from '../turns/steps.js'
import type { KnownNames, ReferenceCheck } from './known-names.js'
import { createOwners, ownedTwice } from './owners.js'
import { roleCycles } from './role-tree.js'

/** All that is wrong between roles, tiers and policies, and services that stand beside them. */
export function* checkTogether(
  files: readonly CheckedFile[],
  known: KnownNames,
  unknownReferences: ReferenceCheck,
): Steps<readonly PolicyProblem[]> {
  const problems: PolicyProblem[] = []
  const owners = createOwners()
  const found = files.flatMap(({ services, roles, tiers, policies }) => [
    ...services,
    ...roles,
    ...tiers,
    ...policies,
  ])
  yield* forEach(found, ({ references, owned }) => {
    problems.push(...unknownReferences(references, known), ...ownedTwice(owned, owners))
    owners.add(owned)
  })
  for (const { references } of files) problems.push(...unknownReferences(references, known))
  return [...problems, ...cyclicRoles(files), ...openFloor(files)]
}

const cyclicRoles = (files: readonly CheckedFile[]): readonly PolicyProblem[] => {
  const roles = new Map(files.flatMap((file) => file.roles.map(({ entry }) => [entry.name, entry])))
  return roleCycles(roles).flatMap((way) => {
    const at = roles.get(way[0] ?? '')?.at
    return at ? [{ ...at, message: `includes itself: ${wayText(way)}` }] : []
  })
}

const mostNames = 20

const wayText = (way: readonly string[]): string => {
  const names = way.map((name) => quote(name))
  const shown =
    names.length <= mostNames ? names : [...names.slice(0, mostNames), '…', names.at(-1)]
  return shown.join(' includes ')
}

/** Whoever has no tier is in the lowest: without a ceiling there, having none would be the most. */
const openFloor = (files: readonly CheckedFile[]): readonly PolicyProblem[] => {
  const [lowest, ...higher] = files.flatMap(({ tiers }) => tiers.map(({ entry }) => entry))
  if (!lowest) return []
  const open = (['operations', 'rate'] as const).filter(
    (member) => lowest[member] === undefined && higher.some((tier) => tier[member] !== undefined),
  )
  return open.map((member) => ({
    ...lowest.at,
    message: `expected ${member} in the lowest tier, ${quote(lowest.name)}, since higher ones have them: services without a tier are in it`,
  }))
}
