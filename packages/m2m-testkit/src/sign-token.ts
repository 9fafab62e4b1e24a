import { base64url } from 'jose'
import type { SigningKey } from './signing-key.js'

/** A header or claims: members to write as JSON, or the text (as UTF-8) or bytes themselves. */
export type TokenPart = Record<string, unknown> | string | Uint8Array

/**
 * Signs `header` and `claims` as they are into a compact JWS (RFC 7515 §7.1); members that are
 * `undefined` are left out, text and bytes are not looked at. The signature is a real one by `key`,
 * with the algorithm of `key`.
 *
 * Checks nothing: the header may claim another `alg`, an unknown `crit`, a foreign `kid`, or be no
 * JSON. That is why it does not go through jose's signer, which refuses such headers.
 */
export async function signToken(
  key: SigningKey,
  header: TokenPart,
  claims: TokenPart,
): Promise<string> {
  const input = `${encodePart(header)}.${encodePart(claims)}`
  const signature = await key.sign(new TextEncoder().encode(input))
  return `${input}.${base64url.encode(signature)}`
}

/** Whether a part is given as it is to be signed, to the byte. */
export function isWritten(part: TokenPart | undefined): part is string | Uint8Array {
  return typeof part === 'string' || ArrayBuffer.isView(part)
}

function encodePart(part: TokenPart): string {
  return base64url.encode(isWritten(part) ? part : JSON.stringify(part))
}
