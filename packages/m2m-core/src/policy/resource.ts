import { isJsonObject } from '../token/compact.js'

/** What an operation is done to. `attributes` are AuthZEN's `properties`. */
export interface Resource {
  readonly type: string
  readonly id?: string | undefined
  readonly attributes?: Readonly<Record<string, unknown>> | undefined
}

/** A resource whose type, when left out, is the operation's. */
export type ResourceInput = Omit<Resource, 'type'> & { readonly type?: string | undefined }

/** What else a decision may depend on: time of day, origin, channel. */
export type Context = Readonly<Record<string, unknown>>

/** Whether resource or context may be asked about: an object, or nothing at all. */
export const isFact = (value: unknown): boolean =>
  value === undefined || value === null || isJsonObject(value)

/** Under this key an object names another one in which names that it lacks are looked up. */
export const further = Symbol('further')

/** What a path leads to where something on the way is there but cannot be looked into. */
export const noObject = Symbol('no object')

/**
 * Looks a dotted path up through own properties only; undefined when any step is missing, `noObject`
 * when one is there and no plain object, so that nothing beyond it is known. Copies nothing: what is
 * looked into may be large and an attacker's.
 */
export const lookUp = (root: unknown, path: readonly string[]): unknown => {
  let value = root
  for (const name of path) {
    if (!isJsonObject(value)) return missingOr(value)
    const holder: unknown = Object.hasOwn(value, name) ? value : Reflect.get(value, further)
    if (!isJsonObject(holder)) return missingOr(holder)
    if (!Object.hasOwn(holder, name)) return undefined
    value = holder[name]
  }
  return value
}

const missingOr = (value: unknown): typeof noObject | undefined =>
  value === undefined || value === null ? undefined : noObject
