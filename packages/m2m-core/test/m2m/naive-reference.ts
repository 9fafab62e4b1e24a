import { naiveDecision } from './naive-decision.js'
import type { Json, NaiveCall, NaiveIssuer, NaiveOptions, NaiveService } from './naive-options.js'
import { naivePrincipal, naiveRegistered } from './naive-principal.js'
import { isCanonical, naiveJson, naiveSignature } from './naive-signature.js'

/** A refusal, as status and code; or who it is, with a yes or no for each question. */
export type NaiveAnswer = string | { readonly service: NaiveService; readonly answers: boolean[] }

const invalidToken = '401 invalid_token'

/**
 * What the answer must be, by the specifications alone: RFC 6750, 7515, 7519, 9068 and 9110 and the
 * rules of CONTRIBUTING.md, written down once more with plain ifs, Node's own crypto and no memory.
 * Imports nothing that it is compared with.
 *
 * @param now - seconds since the epoch
 */
export const naiveAnswer = (call: NaiveCall, options: NaiveOptions, now: number): NaiveAnswer => {
  const credential = naiveCredential(call)
  if (typeof credential === 'string') return credential
  const { token } = credential
  if (token.length > (options.maxTokenLength ?? 8192)) return invalidToken
  const parts = token.split('.')
  const [header, claims] = parts.map(naiveJson)
  if (parts.length !== 3 || !parts.every(isCanonical) || !header || !claims) return invalidToken
  const issuer = options.issuers.find((one) => one.issuer === own(claims, 'iss'))
  if (!issuer || !naiveSignature(token, header, issuer)) return invalidToken
  const fault = naiveClaims(claims, issuer, options, now)
  if (fault) return fault
  const claimed = naivePrincipal(claims, issuer, options.issuers.length > 1)
  if (typeof claimed === 'string') return claimed
  const service = naiveRegistered(claimed, options)
  if (typeof service === 'string') return service
  if (!hasScope(service.scopes, call.requiredScope)) return '403 insufficient_scope'
  const answers = call.questions.map((question) => naiveDecision(service, question, options))
  return { service, answers }
}

const own = (object: object, name: string): unknown =>
  Object.getOwnPropertyDescriptor(object, name)?.value

/** RFC 9110 §11.6.2 and RFC 6750 §2.1: one header, the scheme in any case, one space, one token. */
const naiveCredential = ({ headers, rawHeaders = [] }: NaiveCall): { token: string } | string => {
  const names = rawHeaders.filter((_one, index) => index % 2 === 0)
  const given = own(headers, 'authorization') as string | readonly string[] | undefined
  const values = given === undefined ? [] : [given].flat()
  const count = names.filter((name) => name.toLowerCase() === 'authorization').length
  if (count > 1 || values.length > 1) return '400 invalid_request'
  const [value = ''] = values
  const scheme = /^[!#$%&'*+.^_`|~0-9a-z-]*/i.exec(value)?.[0] ?? ''
  if (scheme.toLowerCase() !== 'bearer') return '401 credentials_missing'
  const rest = value.slice(scheme.length)
  if (rest === '' || rest === ' ') return '401 credentials_missing'
  const token = rest.slice(1)
  const isOne = rest.startsWith(' ') && !/[ \t,]/.test(token)
  return isOne ? { token } : '400 invalid_request'
}

/** RFC 7519 §4.1, RFC 9068 §2.2. What is wrong beside the time is told before the time is. */
const naiveClaims = (
  claims: Json,
  issuer: NaiveIssuer,
  { clockTolerance = 5, maxTokenLifetime = 86_400 }: NaiveOptions,
  now: number,
): string | undefined => {
  const has = (name: string): boolean => Object.hasOwn(claims, name)
  const required = issuer.profile === 'rfc9068' ? ['sub', 'client_id', 'iat', 'jti'] : []
  if (!['exp', ...required].every(has)) return invalidToken
  for (const name of ['sub', 'jti', 'client_id', 'azp']) {
    if (has(name) && typeof claims[name] !== 'string') return invalidToken
  }
  if (['nonce', 'at_hash', 'c_hash', 's_hash', 'events', 'cnf'].some(has)) return invalidToken
  if (has('token_use') && claims['token_use'] !== 'access') return invalidToken
  // Keycloak and Oracle say so among the claims: Bearer and AT are access tokens, ID and IT are not.
  for (const name of ['typ', 'tok_type']) {
    if (has(name) && !['Bearer', 'AT', 'at+jwt'].includes(claims[name] as string)) {
      return invalidToken
    }
  }
  const listed = [claims['aud']].flat() as readonly unknown[]
  if (has('aud') && !listed.every((one) => typeof one === 'string')) return invalidToken
  if (issuer.audience !== undefined || issuer.clientIds === undefined) {
    const expected = [issuer.audience].flat()
    if (!has('aud') || !listed.some((one) => expected.includes(one as string))) return invalidToken
  } else if (has('aud') && listed.some((one) => !issuer.clientIds?.includes(one as string))) {
    // Meant for somebody else beside the clients that are known here.
    return invalidToken
  }
  if (issuer.clientIds) {
    const names = ['client_id', 'azp', 'cid', 'appid'].map((name) => own(claims, name))
    const clientId = names.find((one) => typeof one === 'string' && one !== '')
    if (!issuer.clientIds.includes(clientId as string)) return invalidToken
  }
  const { exp, iat, nbf } = claims
  for (const time of [exp, iat ?? 0, nbf ?? 0]) if (!Number.isFinite(time)) return invalidToken
  if (iat === null || nbf === null) return invalidToken
  if (now >= (exp as number) + clockTolerance) return '401 token_expired'
  for (const time of [iat, nbf] as (number | undefined)[]) {
    if (time !== undefined && time > now + clockTolerance) return invalidToken
  }
  const lifetime = (exp as number) - ((iat as number | undefined) ?? now)
  return lifetime > maxTokenLifetime ? invalidToken : undefined
}

const hasScope = (scopes: readonly string[], required: NaiveCall['requiredScope']): boolean => {
  if (required === null) return true
  if (typeof required === 'string') return scopes.includes(required)
  if ('any' in required) return required.any.some((scope) => scopes.includes(scope))
  return required.every((scope) => scopes.includes(scope))
}
