import { quote } from '../errors/quote.js'
import { isJsonObject, member } from './compact.js'
import { endAfter } from './end-after.js'
import { fetchJson } from './fetch-json.js'

/** Fetches an issuer's raw key set; rejects when the issuer does not answer well. */
export type KeySource = (signal: AbortSignal) => Promise<unknown>

/** Where an issuer's keys come from. */
export interface KeySourceOptions {
  readonly issuer: string
  /** Without it the address is discovered from the issuer's metadata. */
  readonly jwksUri: string | undefined
  readonly fetch: typeof globalThis.fetch
}

/**
 * A key source over HTTP: `jwksUri` when given, else discovery by RFC 8414 §3, then by OpenID
 * Connect Discovery §4, anew each time. Metadata count only when their `issuer` is exactly the
 * configured one (RFC 8414 §3.3). While discovery fails the address found last is asked.
 */
export const createKeySource = ({ issuer, jwksUri, fetch }: KeySourceOptions): KeySource => {
  let discovered: string | undefined
  return async (signal) => {
    if (jwksUri !== undefined) return fetchJson(fetch, jwksUri, signal)
    discovered = await discover(issuer, fetch, signal).catch((fault: unknown) => {
      if (discovered === undefined) throw fault
      return discovered
    })
    return fetchJson(fetch, discovered, signal)
  }
}

/** Milliseconds for each address, so that one which hangs leaves time for the next and the keys. */
const discoveryTimeout = 1500

const discover = async (
  issuer: string,
  fetch: typeof globalThis.fetch,
  signal: AbortSignal,
): Promise<string> => {
  const faults: string[] = []
  for (const url of metadataUrls(issuer)) {
    try {
      const metadata = await endAfter(discoveryTimeout, signal, (own) => fetchJson(fetch, url, own))
      return readJwksUri(metadata, issuer, url)
    } catch (fault) {
      faults.push(fault instanceof Error ? fault.message : String(fault))
    }
  }
  throw new Error(`discovery failed: ${faults.join('; ')}; check issuer or set jwksUri`)
}

const metadataUrls = (issuer: string): readonly [string, string] => {
  const { origin, pathname } = new URL(issuer)
  const path = pathname.replace(/\/$/, '')
  return [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
  ]
}

const readJwksUri = (metadata: unknown, issuer: string, url: string): string => {
  if (!isJsonObject(metadata)) throw new Error(`expected a JSON object from ${url}`)
  if (member(metadata, 'issuer') !== issuer) {
    throw new Error(
      `the metadata at ${url} name another issuer than ${issuer}: ${quote(member(metadata, 'issuer'))}`,
    )
  }
  const jwksUri = member(metadata, 'jwks_uri')
  if (typeof jwksUri !== 'string' || !isPlainUrl(jwksUri)) {
    throw new Error(`the metadata at ${url} have no usable jwks_uri`)
  }
  if (new URL(issuer).protocol === 'https:' && !jwksUri.startsWith('https:')) {
    throw new Error(`the jwks_uri at ${url} is not https`)
  }
  return jwksUri
}

/** An http(s) URL without credentials, which fetching refuses and messages would show. */
export const isPlainUrl = (text: string): boolean => {
  if (!URL.canParse(text)) return false
  const { protocol, username, password } = new URL(text)
  return /^https?:$/.test(protocol) && `${username}${password}` === ''
}
