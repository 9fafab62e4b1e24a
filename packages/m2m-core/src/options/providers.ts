import { ConfigurationError } from '../errors/configuration-error.js'
import { quote } from '../errors/quote.js'
import type { IssuerOptions } from './options.js'

/** What a helper knows of an issuer: spread it into the options, beside `audience` if need be. */
export type ProviderOptions = Pick<IssuerOptions, 'issuer' | 'profile' | 'jwksUri' | 'clientIds'>

/**
 * An Amazon Cognito user pool. Its access tokens name no audience, so `clientIds` lists the app
 * clients that may call. `issuerType` is that of the pool's issuer configuration.
 *
 * @throws ConfigurationError `M2M_CFG_ISSUER_INVALID`
 */
export const cognito = ({
  region,
  userPoolId,
  clientIds,
  issuerType = 'original',
}: {
  readonly region: string
  readonly userPoolId: string
  readonly clientIds: readonly string[]
  /** @defaultValue `'original'`: `https://cognito-idp.…`; `'updated'`: `https://issuer-cognito-idp.…` */
  readonly issuerType?: 'original' | 'updated'
}): ProviderOptions => {
  const isType = issuerType === 'original' || issuerType === 'updated'
  check('issuerType', isType, '"original" or "updated"', issuerType)
  const isRegion = typeof region === 'string' && /^[a-z\d-]+$/.test(region)
  check('region', isRegion, 'a region such as "eu-west-1"', region)
  const isPool = typeof userPoolId === 'string' && /^[\w-]+$/.test(userPoolId)
  check('userPoolId', isPool, 'a user pool id such as "eu-west-1_AbCdEf"', userPoolId)
  const host = issuerType === 'updated' ? 'issuer-cognito-idp' : 'cognito-idp'
  const suffix = region.startsWith('cn-') ? '.cn' : ''
  const issuer = `https://${host}.${region}.amazonaws.com${suffix}/${userPoolId}`
  return { profile: 'cognito', issuer, jwksUri: `${issuer}/.well-known/jwks.json`, clientIds }
}

/**
 * An Auth0 tenant or its custom domain. `audience` is the identifier of the API.
 *
 * @throws ConfigurationError `M2M_CFG_ISSUER_INVALID`
 */
export const auth0 = ({ domain }: { readonly domain: string }): ProviderOptions => ({
  profile: 'auth0',
  issuer: `https://${hostOf('domain', domain, 'acme.eu.auth0.com')}/`,
})

/**
 * A Microsoft Entra tenant. `audience` is the client id of the API's registration for tokens of
 * version 2, and one of its identifier URIs for version 1, which is what a registration issues
 * unless its manifest says otherwise.
 *
 * @throws ConfigurationError `M2M_CFG_ISSUER_INVALID`
 */
export const entra = ({
  tenantId,
  version = 2,
}: {
  readonly tenantId: string
  /** `requestedAccessTokenVersion` of the API's registration. @defaultValue 2 */
  readonly version?: 1 | 2
}): ProviderOptions => {
  const isTenant = typeof tenantId === 'string' && tenantForm.test(tenantId)
  check('tenantId', isTenant, 'the id of one tenant, in lower case', tenantId)
  check('version', version === 1 || version === 2, '1 or 2', version)
  const authority = `https://login.microsoftonline.com/${tenantId}`
  return version === 2
    ? { profile: 'entra', issuer: `${authority}/v2.0` }
    : {
        profile: 'entra',
        issuer: `https://sts.windows.net/${tenantId}/`,
        jwksUri: `${authority}/discovery/keys`,
      }
}

/**
 * An Okta custom authorization server. `audience` is that of the server.
 *
 * @throws ConfigurationError `M2M_CFG_ISSUER_INVALID`
 */
export const okta = ({
  domain,
  authServerId = 'default',
}: {
  readonly domain: string
  /** @defaultValue `'default'` */
  readonly authServerId?: string
}): ProviderOptions => {
  const isServer = typeof authServerId === 'string' && /^\w+$/.test(authServerId)
  check('authServerId', isServer, 'the id of a custom authorization server', authServerId)
  const issuer = `https://${hostOf('domain', domain, 'acme.okta.com')}/oauth2/${authServerId}`
  return { profile: 'okta', issuer, jwksUri: `${issuer}/v1/keys` }
}

/**
 * A Keycloak realm. `audience` is what a mapper puts there: without one it says just `account`.
 *
 * @throws ConfigurationError `M2M_CFG_ISSUER_INVALID`
 */
export const keycloak = ({
  url,
  realm,
  before262 = false,
}: {
  /** The base URL, with `/auth` where the server has it. */
  readonly url: string
  readonly realm: string
  /** Whether the server is older than 26.2. @defaultValue `false` */
  readonly before262?: boolean
}): ProviderOptions => {
  const isUrl = typeof url === 'string' && /^https?:\/\/[^?#\s]+$/.test(url) && URL.canParse(url)
  check('url', isUrl, 'an http(s) URL such as "https://sso.example.com"', url)
  const isRealm = typeof realm === 'string' && /^[^/?#%\s]+$/.test(realm)
  check('realm', isRealm, 'the name of a realm', realm)
  check('before262', typeof before262 === 'boolean', 'true or false', before262)
  const issuer = `${url.replace(/\/+$/, '')}/realms/${realm}`
  return {
    profile: before262 ? 'keycloak-before-26.2' : 'keycloak',
    issuer,
    jwksUri: `${issuer}/protocol/openid-connect/certs`,
  }
}

const tenantForm = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/

const hostOf = (path: string, host: string, example: string): string => {
  const isHost = typeof host === 'string' && /^[a-z\d-]+(?:\.[a-z\d-]+)+$/.test(host)
  check(path, isHost, `a host name such as "${example}", without https://`, host)
  return host
}

const check = (path: string, isRight: boolean, expected: string, value: unknown): void => {
  if (isRight) return
  const message = `expected ${expected}, got ${quote(value)}`
  throw new ConfigurationError([{ code: 'M2M_CFG_ISSUER_INVALID', path, message }])
}
