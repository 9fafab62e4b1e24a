import { type Refusal, refuse } from '../errors/refusal.js'
import type { M2MRequest } from '../http/request.js'

/** What a request presents, unverified. */
export interface Credential {
  readonly token: string
}

const scheme = 'bearer '
/** Node drops headers after the 2000th, and with them a second credential. */
const mostRawHeaders = 4000

/** The header that RFC 6750 §2.1 names. */
export const authorization = 'authorization'

/**
 * Reads the bearer token of the one `Authorization` header (RFC 6750 §2.1, scheme in any case), or
 * of another header of that form, named in lower case. Query, body and cookies are never looked at;
 * another scheme counts as no credential. Does not look at the token itself, see `checkOneToken`.
 */
export const readBearer = (request: M2MRequest, header = authorization): Credential | Refusal => {
  const value = credentialIn(request, header)
  if (typeof value !== 'string') return value ?? noCredential(header)
  const isBearer =
    value.startsWith('Bearer ') || value.slice(0, scheme.length).toLowerCase() === scheme
  if (!isBearer) return otherScheme(value, header)
  const token = value.slice(scheme.length)
  return token.length === 0 ? noCredential(header) : { token }
}

/**
 * Refuses a credential that is not one token: a list, or more than the one space that separates
 * scheme and token. Apart from `readBearer`, since a token that is known already needs no such look.
 */
export const checkOneToken = ({ token }: Credential): Refusal | undefined =>
  token.includes(',') || token.includes(' ') || token.includes('\t') ? malformed : undefined

/** Node keeps the first of two `Authorization` headers; only `rawHeaders` shows the second. */
const credentialIn = (
  { headers, rawHeaders }: M2MRequest,
  header: string,
): string | Refusal | undefined => {
  if (rawHeaders !== undefined) {
    if (rawHeaders.length >= mostRawHeaders) return tooMany
    if (countOf(header, rawHeaders) > 1) return duplicated(header)
  }
  const value = Object.hasOwn(headers, header) ? headers[header] : undefined
  if (typeof value === 'string' || value === undefined) return value
  if (!Array.isArray(value)) return malformed
  if (value.length > 1) return duplicated(header)
  // Transports other than Node's hand over bytes and numbers, too.
  const only: unknown = value[0]
  return typeof only === 'string' || only === undefined ? only : malformed
}

const countOf = (header: string, rawHeaders: readonly string[]): number => {
  let count = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]
    if (name?.length === header.length && name.toLowerCase() === header) count += 1
  }
  return count
}

/** `Bearer` followed by anything that cannot continue a scheme name was meant as ours. */
const otherScheme = (value: string, header: string): Refusal =>
  /^bearer[^\w!#$%&'*+.^`|~-]/i.test(value) ? malformed : noCredential(header)

const noCredential = (header: string): Refusal =>
  refuse(
    'no_bearer_credential',
    `expected one ${header} header with a bearer token, found none; the calling service must ` +
      `fetch an access token and send "${header}: Bearer <token>"`,
  )
const duplicated = (header: string): Refusal =>
  refuse(
    'credential_duplicated',
    `expected one ${header} header, found several; look for a proxy or client that adds a second`,
  )
const tooMany = refuse(
  'credential_malformed',
  'expected fewer than 2000 headers, so that a second credential cannot hide; look at what the ' +
    'client or a proxy adds',
)
const malformed = refuse(
  'credential_malformed',
  'expected "Bearer", one space and one token, found more white space or a comma; ' +
    'look at how the client builds the header',
)
