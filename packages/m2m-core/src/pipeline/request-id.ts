import { randomUUID } from 'node:crypto'
import type { M2MRequest } from '../http/request.js'

const wellFormed = /^[\w.:@=+/-]{1,64}$/
const madeKey = Symbol.for('m2m.request-id')

/**
 * Names a request for the record: by `x-request-id` when that is short and harmless, else by a
 * random UUID that stays with the request, whichever M2M looks at it.
 */
export const requestIdOf = (request: M2MRequest | undefined): string => {
  if (request === undefined) return randomUUID()
  const given = request.headers['x-request-id']
  if (typeof given === 'string' && wellFormed.test(given)) return given
  const made: unknown = Reflect.get(request, madeKey)
  if (typeof made === 'string') return made
  const id = randomUUID()
  Reflect.defineProperty(request, madeKey, { value: id })
  return id
}
