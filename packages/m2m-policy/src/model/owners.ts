import type { Owned } from '../document/checked-file.js'
import { type PolicyProblem, placeText } from '../problem/policy-problem.js'
import { quote } from '../problem/quote.js'

/** Whose each name and each client is. */
export interface Owners {
  find(one: Owned): Owned | undefined
  /** Makes these the owner of what is nobody's yet. */
  add(owned: readonly Owned[]): void
}

/** Starts where nobody owns anything. */
export const createOwners = (): Owners => {
  const byKind = new Map<Owned['kind'], Map<string, Owned>>()
  return {
    find: (one) => byKind.get(one.kind)?.get(keyOf(one)),
    add: (owned) => {
      for (const one of owned) {
        const known = byKind.get(one.kind) ?? new Map<string, Owned>()
        byKind.set(one.kind, known)
        const key = keyOf(one)
        if (!known.has(key)) known.set(key, one)
      }
    },
  }
}

/** What only one entry may have, and others, or this one, have already. */
export const ownedTwice = (owned: readonly Owned[], owners: Owners): readonly PolicyProblem[] => {
  const here = createOwners()
  return owned.flatMap((one) => {
    const other = owners.find(one) ?? here.find(one)
    if (!other) {
      here.add([one])
      return []
    }
    const of = one.issuer === undefined ? '' : ` of ${one.issuer}`
    const label = `${one.kind} ${quote(one.name)}${of}`
    return [{ ...one.at, message: `expected ${label} once, it is at ${placeText(other.at)} too` }]
  })
}

/** Whether somebody owns all of this who owned that. */
export const ownsNothingNew = (owned: readonly Owned[], before: readonly Owned[]): boolean => {
  const owners = createOwners()
  owners.add(before)
  return owned.every((one) => owners.find(one) !== undefined)
}

const keyOf = ({ kind, name, issuer }: Owned): string =>
  kind === 'client' ? `${issuer ?? ''}\0${name}` : name
