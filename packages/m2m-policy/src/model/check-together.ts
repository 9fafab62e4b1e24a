import type { CheckedFile, Owned, Reference } from '../document/checked-file.js'
import { didYouMean } from '../problem/did-you-mean.js'
import { type PolicyProblem, placeText } from '../problem/policy-problem.js'
import { quote } from '../problem/quote.js'
import { roleCycles } from './role-tree.js'

/** The names that references may use; undefined where a file that gives them cannot be read. */
export type KnownNames = Readonly<Record<Reference['to'], ReadonlySet<string> | undefined>>

/** The names that some files give, those of entries with faults too: one fault, one problem. */
export const namesIn = (files: readonly CheckedFile[]): KnownNames => {
  const givers: Readonly<Record<Reference['to'], readonly CheckedFile['kind'][]>> = {
    service: ['service', 'whole'],
    role: ['roles', 'whole'],
    tier: ['tiers', 'whole'],
  }
  const namesOf = (to: Reference['to']): ReadonlySet<string> | undefined => {
    const own = files.filter(({ kind }) => givers[to].includes(kind))
    if (own.some(({ problems, declared }) => problems.length > 0 && declared.length === 0)) {
      return undefined
    }
    const declared = own.flatMap((file) => file.declared)
    return new Set(declared.filter((one) => one.to === to).map(({ name }) => name))
  }
  return { service: namesOf('service'), role: namesOf('role'), tier: namesOf('tier') }
}

/** References to what nobody declares. */
export const unknownReferences = (
  references: readonly Reference[],
  known: KnownNames,
): readonly PolicyProblem[] => {
  let hints = 0
  return references.flatMap(({ to, name, at }) => {
    const names = known[to]
    if (names === undefined || names.has(name)) return []
    // Each hint compares with all names: whoever renamed them all sees it by then.
    hints += 1
    const hint = hints > mostHints ? '' : didYouMean(name, names)
    return [{ ...at, message: `there is no ${to} ${quote(name)}${hint}` }]
  })
}

const mostHints = 20

/** What only one entry may have, and others, or this one, have already. */
export const ownedTwice = (
  owned: readonly Owned[],
  owners: ReadonlyMap<string, Owned>,
): readonly PolicyProblem[] => {
  const seen = new Map<string, Owned>()
  return owned.flatMap((one) => {
    const other = owners.get(one.key) ?? seen.get(one.key)
    if (!other) {
      seen.set(one.key, one)
      return []
    }
    const message = `expected ${one.label} once, it is at ${placeText(other.at)} too`
    return [{ ...one.at, message }]
  })
}

/** Makes them the owner of what is nobody's yet. */
export const own = (owned: readonly Owned[], owners: Map<string, Owned>): void => {
  for (const one of owned) if (!owners.has(one.key)) owners.set(one.key, one)
}

/** All that is wrong between roles, tiers and policies, and services that stand beside them. */
export const checkTogether = (
  files: readonly CheckedFile[],
  known: KnownNames,
): readonly PolicyProblem[] => {
  const found = files.flatMap(({ services, roles, tiers, policies }) => [
    ...services,
    ...roles,
    ...tiers,
    ...policies,
  ])
  const owners = new Map<string, Owned>()
  const twice = found.flatMap(({ owned }) => {
    const problems = ownedTwice(owned, owners)
    own(owned, owners)
    return problems
  })
  const roles = new Map(files.flatMap((file) => file.roles.map(({ entry }) => [entry.name, entry])))
  const cyclic = roleCycles(roles).flatMap((way) => {
    const at = roles.get(way[0] ?? '')?.at
    return at ? [{ ...at, message: `includes itself: ${way.map(quote).join(' includes ')}` }] : []
  })
  return [
    ...[...found, ...files].flatMap(({ references }) => unknownReferences(references, known)),
    ...twice,
    ...cyclic,
    ...openFloor(files),
  ]
}

/** Whoever has no tier is in the lowest: without a ceiling there, having none would be the most. */
const openFloor = (files: readonly CheckedFile[]): readonly PolicyProblem[] => {
  const [lowest, ...higher] = files.flatMap(({ tiers }) => tiers.map(({ entry }) => entry))
  if (!lowest || lowest.operations || higher.every(({ operations }) => !operations)) return []
  const message = `expected operations in the lowest tier, ${quote(lowest.name)}, since higher ones have them: services without a tier are in it`
  return [{ ...lowest.at, message }]
}
