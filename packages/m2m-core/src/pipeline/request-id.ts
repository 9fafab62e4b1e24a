import { randomUUID } from 'node:crypto'
import type { M2MRequest } from '../http/request.js'

const wellFormed = /^[\w.:@=+/-]{1,64}$/
const nameKey: unique symbol = Symbol.for('m2m.request-id')
type Named = M2MRequest & { [nameKey]?: unknown }

/**
 * Names a request for the record: by `x-request-id` when that is short and harmless, else as
 * `nameRequest` said, else by a random UUID that stays with the request, whichever M2M looks at it.
 */
export const requestIdOf = (request: M2MRequest | undefined): string => {
  if (request === undefined) return randomUUID()
  const given = request.headers['x-request-id']
  if (typeof given === 'string' && wellFormed.test(given)) return given
  const name = (request as Named)[nameKey]
  if (typeof name === 'string') return name
  const id = randomUUID()
  keepName(request, id)
  return id
}

/**
 * Names a request as its framework does, so that record and the framework's own log show the same
 * where the caller sends no `x-request-id`. The first name stays; one that is no text of 1 to 64 harmless characters is not taken.
 */
export const nameRequest = (request: M2MRequest, id: unknown): void => {
  if (Object.hasOwn(request, nameKey) || typeof id !== 'string' || !wellFormed.test(id)) return
  keepName(request, id)
}

/** A plain member: a hidden one would take longer than all else about the name. Not kept where none can be. */
const keepName = (request: Named, name: string): void => {
  Reflect.set(request, nameKey, name)
}
