import type { JsonObject } from './json.js'

/** A compact JWS taken apart (RFC 7515 §7.1). */
export interface CompactToken {
  readonly header: JsonObject
  readonly claims: JsonObject
  /** The three parts as they are written. */
  readonly parts: readonly [header: string, claims: string, signature: string]
}

/** Takes a well-formed token apart. Verifies nothing. */
export const readToken = (token: string): CompactToken => {
  const [header = '', claims = '', signature = ''] = token.split('.')
  return {
    header: decodePart(header),
    claims: decodePart(claims),
    parts: [header, claims, signature],
  }
}

/** Writes one part of a token. */
export const encodePart = (value: unknown): string =>
  Buffer.from(JSON.stringify(value)).toString('base64url')

const decodePart = (part: string): JsonObject =>
  JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as JsonObject
