import { quote } from '../errors/quote.js'
import { type Refusal, refuse } from '../errors/refusal.js'
import { type Algorithm, isAlgorithm } from './algorithms.js'
import { type JsonObject, member } from './compact.js'
import type { IssuerRules } from './token-rules.js'

/** What the JOSE header may decide: which of the issuer's keys, with which algorithm. */
export interface KeyHint {
  readonly algorithm: Algorithm
  readonly keyId: string | undefined
}

/** Members by which a token would bring its own key, point to one, or change how it is read. */
const forbidden = ['jku', 'x5u', 'jwk', 'x5c', 'crit', 'b64', 'zip', 'enc'] as const

/**
 * Checks a JOSE header before any key is looked up: algorithm, `typ` of the profile (RFC 9068 §4,
 * RFC 8725 §3.11), a `kid` that is text, and none of the members by which a token could name its
 * own key (RFC 8725 §3.10). Verifies no signature.
 */
export const checkHeader = (header: JsonObject, rules: IssuerRules): KeyHint | Refusal => {
  const intruder = forbidden.find((name) => Object.hasOwn(header, name))
  if (intruder) return forbiddenMember(intruder)
  const algorithm = member(header, 'alg')
  if (!isAlgorithm(algorithm) || !rules.algorithms.includes(algorithm)) {
    return wrongAlgorithm(algorithm, rules)
  }
  const type = member(header, 'typ')
  if (!isExpectedType(type, rules)) return wrongType(type, rules)
  const keyId = member(header, 'kid')
  if (keyId !== undefined && typeof keyId !== 'string') return wrongKeyId(keyId)
  return { algorithm, keyId }
}

const isExpectedType = (type: unknown, { types }: IssuerRules): boolean => {
  if (type === undefined) return types.includes(undefined)
  if (typeof type !== 'string') return false
  return types.includes(type.toLowerCase().replace(/^application\//, ''))
}

const forbiddenMember = (name: string): Refusal =>
  refuse(
    'header_member_forbidden',
    `expected a header that leaves the choice of the key to us, found "${name}"; configure the ` +
      'authorization server to leave it out',
  )
const wrongAlgorithm = (algorithm: unknown, { algorithms, issuer }: IssuerRules): Refusal =>
  refuse(
    'algorithm_not_allowed',
    `expected alg to be one of ${algorithms.join(', ')}, got ${quote(algorithm)}; if ${issuer} ` +
      'really signs with it, add it to algorithms (asymmetric ones only)',
  )
const wrongType = (type: unknown, { types, issuer }: IssuerRules): Refusal =>
  refuse(
    'type_not_allowed',
    `expected typ to be one of ${types.map((name) => name ?? '(none)').join(', ')}, got ` +
      `${quote(type)}; if the access tokens of ${issuer} really have this typ, choose the profile ` +
      'that fits it (an ID token is never accepted)',
  )
const wrongKeyId = (keyId: unknown): Refusal =>
  refuse(
    'key_id_malformed',
    `expected kid to be text, got ${quote(keyId)}; mend it at the authorization server`,
  )
