import { base64url } from 'jose'
import type { SigningKey } from './signing-key.js'

/**
 * Signs `header` and `claims` as they are into a compact JWS (RFC 7515 §7.1); members that are
 * `undefined` are left out. The signature is a real one by `key`, with the algorithm of `key`.
 *
 * Checks nothing: the header may claim another `alg`, an unknown `crit`, a foreign `kid`. That is
 * why it does not go through jose's signer, which refuses such headers.
 */
export async function signToken(
  key: SigningKey,
  header: Record<string, unknown>,
  claims: Record<string, unknown>,
): Promise<string> {
  const encodedHeader = base64url.encode(JSON.stringify(header))
  const input = `${encodedHeader}.${base64url.encode(JSON.stringify(claims))}`
  const signature = await key.sign(new TextEncoder().encode(input))
  return `${input}.${base64url.encode(signature)}`
}
