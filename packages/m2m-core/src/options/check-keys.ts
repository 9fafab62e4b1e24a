import { createPublicKey, type JsonWebKey } from 'node:crypto'
import { quote } from '../errors/quote.js'
import { type Algorithm, algorithmsOf } from '../token/algorithms.js'
import { isJsonObject } from '../token/compact.js'
import { isPlainUrl } from '../token/key-source.js'
import { faultOf, repeatedKeyIds } from '../token/read-key-set.js'
import type { Problems } from './problems.js'

/** Where an option stands among all options, for messages. */
export type At = (name: string) => string

/**
 * Checks where an issuer's keys are to come from: `jwks` or `jwksUri`, not both; keys given as they
 * are must be public signature keys, at least one of them for one of the algorithms.
 */
export const checkKeys = (
  { jwks, jwksUri }: Readonly<Record<string, unknown>>,
  algorithms: readonly Algorithm[],
  at: At,
  problems: Problems,
): void => {
  const fault = (name: string, message: string): void =>
    problems.add('M2M_CFG_KEYS_INVALID', at(name), message)
  if (jwks !== undefined && jwksUri !== undefined) {
    fault('jwks', 'expected jwks or jwksUri, got both')
  }
  if (jwksUri !== undefined && !(typeof jwksUri === 'string' && isPlainUrl(jwksUri))) {
    fault('jwksUri', 'expected an http(s) URL without user name and password')
  }
  if (jwks === undefined) return
  const keys: unknown = isJsonObject(jwks) ? jwks['keys'] : undefined
  if (!Array.isArray(keys) || keys.length === 0) {
    fault('jwks', `expected { keys: [...] } with at least one public key, got ${quote(jwks)}`)
    return
  }
  const repeated = repeatedKeyIds(keys)
  for (const [index, jwk] of keys.entries()) {
    const isRepeated = isJsonObject(jwk) && repeated.has(jwk['kid'])
    const wrong = faultOf(jwk) ?? (isRepeated ? 'several keys have its kid' : materialFaultOf(jwk))
    if (wrong) fault(`jwks.keys[${index}]`, `expected a public signature key; ${wrong}`)
  }
  const fits = (jwk: unknown): boolean =>
    isJsonObject(jwk) &&
    algorithmsOf(jwk['kty'], jwk['crv']).some(
      (algorithm) => algorithms.includes(algorithm) && (jwk['alg'] ?? algorithm) === algorithm,
    )
  const areUsable = keys.every((jwk) => faultOf(jwk) === undefined)
  if (areUsable && !keys.some(fits)) fault('jwks', 'expected a key for one of the algorithms')
}

const materialFaultOf = (jwk: unknown): string | undefined => {
  try {
    createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' })
    return undefined
  } catch {
    return 'its members do not make a key'
  }
}
