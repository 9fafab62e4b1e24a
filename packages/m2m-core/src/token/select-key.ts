import { quote } from '../errors/quote.js'
import { type Refusal, refuse } from '../errors/refusal.js'
import type { KeyHint } from './check-header.js'
import type { VerificationKey } from './read-key-set.js'

/** The key, a refusal that no fetch could change, or undefined when a fetch might bring it. */
export const selectKey = (
  keys: readonly VerificationKey[],
  { keyId, algorithm }: KeyHint,
  issuer: string,
): VerificationKey | Refusal | undefined => {
  const fitting = keys.filter((key) => key.algorithms.includes(algorithm))
  if (keyId !== undefined) return fitting.find((key) => key.keyId === keyId)
  return fitting.length > 1 ? keyIdMissing(algorithm, fitting.length, issuer) : fitting[0]
}

/** Whether two keys are the same key under the same id, for the same algorithms. */
export const isSameKey = (one: VerificationKey, other: VerificationKey): boolean =>
  one.thumbprint === other.thumbprint &&
  one.keyId === other.keyId &&
  one.algorithms.join() === other.algorithms.join()

/** The refusal of a token whose key is not in a set that is up to date. */
export const keyUnknown = ({ keyId, algorithm }: KeyHint, issuer: string): Refusal =>
  refuse(
    'key_unknown',
    `expected a key of ${issuer}, its key set has none for ${algorithm} with kid ${quote(keyId)}; ` +
      'the token is forged, from another environment, or signed with a key that is withdrawn or ' +
      'not published',
  )
const keyIdMissing = (algorithm: string, count: number, issuer: string): Refusal =>
  refuse(
    'key_unknown',
    `expected a kid, the token has none and ${count} keys of ${issuer} fit ${algorithm}; configure ` +
      'the authorization server to send kid',
  )
