import { randomUUID } from 'node:crypto'
import type { M2MRequest } from '../http/request.js'

const wellFormed = /^[\w.:@=+/-]{1,64}$/
const nameKey = Symbol.for('m2m.request-id')

/**
 * Names a request for the record: by `x-request-id` when that is short and harmless, else as
 * `nameRequest` said, else by a random UUID that stays with the request, whichever M2M looks at it.
 */
export const requestIdOf = (request: M2MRequest | undefined): string => {
  if (request === undefined) return randomUUID()
  const given = request.headers['x-request-id']
  if (typeof given === 'string' && wellFormed.test(given)) return given
  const name: unknown = Reflect.get(request, nameKey)
  if (typeof name === 'string') return name
  const id = randomUUID()
  Reflect.defineProperty(request, nameKey, { value: id })
  return id
}

/**
 * Names a request as its framework does, so that record and the framework's own log show the same
 * where the caller sends no `x-request-id`. The first name stays; one that is no text of 1 to 64 harmless characters is not taken.
 */
export const nameRequest = (request: M2MRequest, id: unknown): void => {
  if (typeof id !== 'string' || !wellFormed.test(id) || Object.hasOwn(request, nameKey)) return
  Reflect.defineProperty(request, nameKey, { value: id })
}
