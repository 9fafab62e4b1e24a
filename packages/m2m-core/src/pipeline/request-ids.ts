import { randomUUID } from 'node:crypto'
import type { M2MRequest } from '../http/request.js'

const wellFormed = /^[\w.:@=+/-]{1,128}$/

/**
 * Names requests for the record: by `x-request-id` when it is short and harmless, else by a random
 * UUID. The same request gets the same name each time.
 */
export const createRequestIds = (): ((request: M2MRequest | undefined) => string) => {
  const made = new WeakMap<M2MRequest, string>()
  return (request) => {
    if (request === undefined) return randomUUID()
    const given = request.headers['x-request-id']
    if (typeof given === 'string' && wellFormed.test(given)) return given
    const known = made.get(request) ?? randomUUID()
    made.set(request, known)
    return known
  }
}
