import { decodeJwt, decodeProtectedHeader, generateKeyPair, SignJWT } from 'jose'

/** Rewrites claims and keeps header and signature, as somebody would who has no key at all. */
export const editPayload = (token: string, claims: Readonly<Record<string, unknown>>): string => {
  const [header, , signature] = token.split('.')
  const payload = JSON.stringify({ ...decodeJwt(token), ...claims })
  return [header, Buffer.from(payload).toString('base64url'), signature].join('.')
}

/** The forger's own, which no server knows. */
const forgersKey = generateKeyPair('RS256')

/** Signs a token's own claims with that key, under the id of the right key or another id. */
export const signAgain = async (token: string, keyId?: string): Promise<string> => {
  const { privateKey } = await forgersKey
  const header = { ...decodeProtectedHeader(token), alg: 'RS256', ...(keyId && { kid: keyId }) }
  return new SignJWT(decodeJwt(token)).setProtectedHeader(header).sign(privateKey)
}
