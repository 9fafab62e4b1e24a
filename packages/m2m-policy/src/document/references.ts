import type { Place } from '../problem/policy-problem.js'
import type { Path } from '../source/plain-node.js'
import type { Reference } from './checked-file.js'

/** Where something stands in the document at hand. */
export type PlaceOf = (path: Path, what?: 'value' | 'name') => Place

/** Finds references, also in what is otherwise wrong: all problems are told at once. */
export type FindReferences = (document: unknown, placeOf: PlaceOf) => readonly Reference[]

/** To the tier and the roles of a service. */
export const referencesOfService: FindReferences = (document, placeOf) => {
  const tier = memberOf(document, 'tier')
  const ofTier: readonly Reference[] =
    typeof tier === 'string' ? [{ to: 'tier', name: tier, at: placeOf(['tier']) }] : []
  return [...ofTier, ...rolesAt('roles', document, placeOf)]
}

/** To the roles that a role includes. */
export const referencesOfRole: FindReferences = (document, placeOf) =>
  rolesAt('includes', document, placeOf)

/** To the services, roles and tiers that a policy is about. */
export const referencesOfPolicy: FindReferences = (document, placeOf) =>
  textsAt('subjects', document).flatMap(([subject, path]) => {
    const [, to, name] = /^(service|role|tier):(?!\*$)(.+)$/.exec(subject) ?? []
    if (to === undefined || name === undefined) return []
    return [{ to: to as Reference['to'], name, at: placeOf(path) }]
  })

const rolesAt = (member: string, document: unknown, placeOf: PlaceOf): readonly Reference[] =>
  textsAt(member, document).map(([name, path]) => ({ to: 'role', name, at: placeOf(path) }))

const textsAt = (member: string, document: unknown): readonly (readonly [string, Path])[] => {
  const list: unknown = memberOf(document, member)
  if (!Array.isArray(list)) return []
  return list.flatMap((text: unknown, index) =>
    typeof text === 'string' ? [[text, [member, index]] as const] : [],
  )
}

/** A member of what may be no object. */
export const memberOf = (value: unknown, name: string): unknown =>
  isObject(value) ? value[name] : undefined

/** Whether a value is an object and no list. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
