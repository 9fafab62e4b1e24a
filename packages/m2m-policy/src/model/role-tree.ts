import type { RoleEntry } from './policy-model.js'

/** All that someone holds who was given these roles: those, and what they include. */
export const heldRoles = (
  given: readonly string[],
  roles: ReadonlyMap<string, RoleEntry>,
): ReadonlySet<string> => {
  const held = new Set(given)
  // A set goes on over what is added meanwhile.
  for (const role of held) {
    for (const included of roles.get(role)?.includes ?? []) held.add(included)
  }
  return held
}

const mostCycles = 20

/**
 * Roles that include themselves over others: each time the roles on the way round, once. Of many
 * cycles the first ones: there may be as many as ways, and each as long as a file.
 */
export const roleCycles = (
  roles: ReadonlyMap<string, RoleEntry>,
): readonly (readonly string[])[] => {
  const cycles: (readonly string[])[] = []
  const done = new Set<string>()
  for (const start of roles.keys()) {
    // Not recursive: a chain of roles may be as long as a file.
    const way: { readonly role: string; readonly rest: Iterator<string> }[] = []
    const onWay = new Set<string>()
    const enter = (role: string): void => {
      onWay.add(role)
      way.push({ role, rest: (roles.get(role)?.includes ?? []).values() })
    }
    if (!done.has(start)) enter(start)
    for (let top = way.at(-1); top; top = way.at(-1)) {
      const next = top.rest.next()
      if (next.done) {
        way.pop()
        onWay.delete(top.role)
        done.add(top.role)
      } else if (onWay.has(next.value)) {
        const from = way.findIndex(({ role }) => role === next.value)
        cycles.push([...way.slice(from).map(({ role }) => role), next.value])
        if (cycles.length === mostCycles) return cycles
      } else if (!done.has(next.value)) enter(next.value)
    }
  }
  return cycles
}
