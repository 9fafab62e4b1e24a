import { isUtf8 } from 'node:buffer'
import { type Refusal, refuse } from '../errors/refusal.js'

/** The members of a JOSE header or a claims set: own properties only, whatever their names. */
export type JsonObject = Readonly<Record<string, unknown>>

/** A compact token taken apart; nothing of it is verified. */
export interface UnverifiedToken {
  readonly header: JsonObject
  readonly claims: JsonObject
}

const threeParts = /^[\w-]+\.[\w-]+\.[\w-]+$/

/**
 * Admits exactly one spelling of a token: three unpadded, canonical base64url parts within the
 * length cap (RFC 7515 §2), header and claims each a JSON object in valid UTF-8. Without this a
 * valid token has many spellings, each a cache entry or a deny-list miss of its own.
 */
export const readCompact = (token: string, longest: number): UnverifiedToken | Refusal => {
  if (token.length > longest) return tooLong(token.length, longest)
  if (!threeParts.test(token)) return misspelt
  const [header, claims, signature] = token.split('.') as [string, string, string]
  if (!isCanonical(header) || !isCanonical(claims) || !isCanonical(signature)) return misspelt
  const parsedHeader = parseObject(header)
  const parsedClaims = parseObject(claims)
  return parsedHeader && parsedClaims ? { header: parsedHeader, claims: parsedClaims } : notJson
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Whether the part re-encodes to itself: the bits that its last character wastes are zero. */
const isCanonical = (part: string): boolean => {
  const rest = part.length % 4
  if (rest === 0) return true
  if (rest === 1) return false
  const wasted = rest === 2 ? 0b1111 : 0b11
  return (alphabet.indexOf(part.charAt(part.length - 1)) & wasted) === 0
}

/** Decodes one part, verified or not, to a JSON object; undefined when it is none. */
const parseObject = (part: string): JsonObject | undefined => {
  try {
    const bytes = Buffer.from(part, 'base64url')
    const value: unknown = isUtf8(bytes) ? JSON.parse(bytes.toString('utf8')) : undefined
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Whether a parsed JSON value is an object (and neither an array nor null). */
export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Whether a value is text, and not empty. */
export const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

/** A member of a parsed JSON object; never one that its prototype lends. */
export const member = (object: JsonObject, name: string): unknown =>
  Object.hasOwn(object, name) ? object[name] : undefined

const tooLong = (length: number, longest: number): Refusal =>
  refuse(
    'token_too_long',
    `expected a token of at most ${longest} characters, got ${length}; shorten its claims or ` +
      'raise maxTokenLength (16384 at most)',
  )
const misspelt = refuse(
  'token_spelling',
  'expected a JWT in its one canonical spelling: three base64url parts, no padding, no white ' +
    'space; an opaque token cannot be verified locally, ask the authorization server for a JWT',
)
const notJson = refuse(
  'token_not_json',
  'expected header and claims of the token to be JSON objects in UTF-8; it is no JWT',
)
