import { type Refusal, refuse } from '../errors/refusal.js'
import type { M2MRequest } from '../http/request.js'

/** What a request presents, unverified. */
export interface Credential {
  readonly token: string
}

const scheme = 'bearer '
/** Node drops headers after the 2000th, and with them a second credential. */
const mostRawHeaders = 4000

/**
 * Reads the bearer token of the one `Authorization` header (RFC 6750 §2.1, scheme in any case).
 * Query, body and cookies are never looked at; another scheme counts as no credential.
 * Does not look at the token itself, see `checkOneToken`.
 */
export const readBearer = (request: M2MRequest): Credential | Refusal => {
  const value = authorizationOf(request)
  if (typeof value !== 'string') return value ?? noCredential
  const isBearer =
    value.startsWith('Bearer ') || value.slice(0, scheme.length).toLowerCase() === scheme
  if (!isBearer) return otherScheme(value)
  const token = value.slice(scheme.length)
  return token.length === 0 ? noCredential : { token }
}

/**
 * Refuses a credential that is not one token: a list, or more than the one space that separates
 * scheme and token. Apart from `readBearer`, since a token that is known already needs no such look.
 */
export const checkOneToken = ({ token }: Credential): Refusal | undefined =>
  token.includes(',') || token.includes(' ') || token.includes('\t') ? malformed : undefined

/** Node keeps the first of two `Authorization` headers; only `rawHeaders` shows the second. */
const authorizationOf = ({ headers, rawHeaders }: M2MRequest): string | Refusal | undefined => {
  if (rawHeaders !== undefined) {
    if (rawHeaders.length >= mostRawHeaders) return tooMany
    if (countAuthorization(rawHeaders) > 1) return duplicated
  }
  const value = Object.hasOwn(headers, 'authorization') ? headers['authorization'] : undefined
  if (typeof value === 'string' || value === undefined) return value
  if (!Array.isArray(value)) return malformed
  if (value.length > 1) return duplicated
  // Transports other than Node's hand over bytes and numbers, too.
  const only: unknown = value[0]
  return typeof only === 'string' || only === undefined ? only : malformed
}

const countAuthorization = (rawHeaders: readonly string[]): number => {
  let count = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]
    if (name?.length === 13 && name.toLowerCase() === 'authorization') count += 1
  }
  return count
}

/** `Bearer` followed by anything that cannot continue a scheme name was meant as ours. */
const otherScheme = (value: string): Refusal =>
  /^bearer[^\w!#$%&'*+.^`|~-]/i.test(value) ? malformed : noCredential

const noCredential = refuse(
  'no_bearer_credential',
  'expected one Authorization header with a bearer token, found none; the calling service must ' +
    'fetch an access token and send "Authorization: Bearer <token>"',
)
const duplicated = refuse(
  'credential_duplicated',
  'expected one Authorization header, found several; look for a proxy or client that adds a second',
)
const tooMany = refuse(
  'credential_malformed',
  'expected fewer than 2000 headers, so that a second Authorization header cannot hide; look at ' +
    'what the client or a proxy adds',
)
const malformed = refuse(
  'credential_malformed',
  'expected "Bearer", one space and one token, found more white space or a comma; ' +
    'look at how the client builds the header',
)
