import { didYouMean } from '../errors/did-you-mean.js'
import { quote } from '../errors/quote.js'
import type { ClaimSources, TrustedClaim } from '../principal/identify.js'
import type { Profile } from '../principal/profile.js'
import { profiles, providerOf } from '../principal/profiles/profiles.js'
import { rfc9068 } from '../principal/profiles/rfc9068.js'
import { type Algorithm, isAlgorithm, supportedAlgorithms } from '../token/algorithms.js'
import { isJsonObject } from '../token/compact.js'
import { isPlainUrl } from '../token/key-source.js'
import { type At, checkKeys } from './check-keys.js'
import type { IssuerOptions, StaticKeys } from './options.js'
import type { Problems } from './problems.js'
import { readClaimSources } from './read-claim-sources.js'
import { textsOf } from './texts-of.js'

/** One issuer, checked and with every default filled in. */
export interface IssuerSettings {
  readonly issuer: string
  readonly profile: Profile
  readonly audience: readonly string[]
  readonly clientIds: readonly string[] | undefined
  readonly algorithms: readonly Algorithm[]
  readonly jwksUri: string | undefined
  readonly jwks: StaticKeys | undefined
  readonly trust: readonly TrustedClaim[]
  readonly claims: ClaimSources
  readonly tier: string | undefined
  readonly isService: IssuerOptions['isService']
}

/** The options that describe one issuer. */
export const issuerOptionNames: readonly (keyof IssuerOptions)[] = Object.freeze([
  'issuer',
  'profile',
  'audience',
  'clientIds',
  'algorithms',
  'jwksUri',
  'jwks',
  'trust',
  'grantsFrom',
  'scopePrefix',
  'allowedOpsFrom',
  'claimPrefix',
  'tier',
  'isService',
])

const trustable: readonly TrustedClaim[] = ['service_id', 'tier', 'allowed_ops', 'rate_limit']

/** Checks one issuer; what is wrong is added to the problems under `path`. */
export const readIssuer = (
  options: Readonly<Record<string, unknown>>,
  path: string,
  isOnlyOne: boolean,
  problems: Problems,
): IssuerSettings => {
  const { isService, tier } = options
  const at = (name: string): string => `${path}${name}`
  const isText = tier === undefined || (typeof tier === 'string' && tier.length > 0)
  problems.expect(isText, at('tier'), 'a tier name', tier)
  const isFunction = isService === undefined || typeof isService === 'function'
  problems.expect(isFunction, at('isService'), 'a function', isService)
  const profile = readProfile(options, at('profile'), problems)
  checkProvider(options, profile, at, problems)
  const algorithms = readAlgorithms(options['algorithms'], at('algorithms'), problems)
  checkKeys(options, algorithms, at, problems)
  return {
    issuer: readIssuerName(options, at, problems),
    profile,
    ...readAudience(options, at, profile, problems),
    algorithms,
    jwksUri: options['jwksUri'] as string | undefined,
    // A copy: keys that someone adds to the caller's object later were never checked.
    jwks: copyOf(options['jwks']) as StaticKeys | undefined,
    trust: readTrust(options['trust'], at('trust'), isOnlyOne, problems),
    claims: readClaimSources(options, profile, at, problems),
    tier: tier as string | undefined,
    isService: isService as IssuerOptions['isService'],
  }
}

const copyOf = (jwks: unknown): unknown =>
  isJsonObject(jwks) && Array.isArray(jwks['keys'])
    ? { keys: jwks['keys'].map((jwk: object) => ({ ...jwk })) }
    : undefined

const readIssuerName = (
  { issuer, jwks, jwksUri }: Readonly<Record<string, unknown>>,
  at: At,
  problems: Problems,
): string => {
  if (typeof issuer !== 'string' || issuer === '') {
    const message = `expected the iss of your authorization server, got ${quote(issuer)}; set issuer, or leave it out and set M2M_ISSUER`
    problems.add('M2M_CFG_ISSUER_MISSING', at('issuer'), message)
    return ''
  }
  const isDiscovered = jwks === undefined && jwksUri === undefined
  if (isDiscovered && !isWebUrl(issuer)) {
    const message = `expected an http(s) URL without query and fragment, got ${quote(issuer)}; or set jwksUri`
    problems.add('M2M_CFG_ISSUER_INVALID', at('issuer'), message)
  }
  return issuer
}

const isWebUrl = (text: string): boolean => {
  if (!isPlainUrl(text)) return false
  const { search, hash } = new URL(text)
  return `${search}${hash}` === ''
}

const readProfile = (
  { profile: name, issuer }: Readonly<Record<string, unknown>>,
  path: string,
  problems: Problems,
): Profile => {
  const provider = typeof issuer === 'string' ? providerOf(issuer) : undefined
  if (name === undefined && provider) {
    const message = `${quote(issuer)} looks like an issuer of another kind than rfc9068; did you mean profile: "${provider.name}"? If not, say profile: "rfc9068"`
    problems.add('M2M_CFG_PROFILE_MISSING', path, message)
    return provider
  }
  const profile = name === undefined ? rfc9068 : profiles.get(name as string)
  if (profile) return profile
  const names = [...profiles.keys()]
  const message = `expected one of ${names.join(', ')}, got ${quote(name)}${typeof name === 'string' ? didYouMean(name, names) : ''}`
  problems.add('M2M_CFG_PROFILE_UNKNOWN', path, message)
  return rfc9068
}

/** What a provider's issuer and keys must be beyond what all must. */
const checkProvider = (
  { issuer, jwks, jwksUri }: Readonly<Record<string, unknown>>,
  { name, issuerFault, needsKeyAddress }: Profile,
  at: At,
  problems: Problems,
): void => {
  const fault = typeof issuer === 'string' ? issuerFault?.(issuer) : undefined
  if (fault !== undefined) {
    problems.add('M2M_CFG_ISSUER_INVALID', at('issuer'), `${fault}; got ${quote(issuer)}`)
  }
  if (needsKeyAddress && jwks === undefined && jwksUri === undefined) {
    const message = `expected the address of your own keys: those of profile ${name} cannot be discovered from the issuer`
    problems.add('M2M_CFG_KEYS_INVALID', at('jwksUri'), message)
  }
}

const readAudience = (
  { audience, clientIds }: Readonly<Record<string, unknown>>,
  at: At,
  profile: Profile,
  problems: Problems,
): Pick<IssuerSettings, 'audience' | 'clientIds'> => {
  const audiences = textsOf(audience)
  const clients = textsOf(clientIds)
  const isPinned = clientIds !== undefined && profile.allowsClientIds
  if (audience === undefined && !isPinned) {
    const message = profile.allowsClientIds
      ? 'expected the aud that tokens for this API carry, got nothing; set audience (or ' +
        'M2M_AUDIENCE beside M2M_ISSUER), or clientIds where tokens name no audience'
      : 'expected the aud that tokens for this API carry, got nothing; set audience (or ' +
        `M2M_AUDIENCE beside M2M_ISSUER); clientIds cannot stand in for it with profile ${profile.name}`
    problems.add('M2M_CFG_AUDIENCE_MISSING', at('audience'), message)
  } else if (audience !== undefined && audiences === undefined) {
    const message = `expected one audience or a list of them, got ${quote(audience)}`
    problems.add('M2M_CFG_AUDIENCE_INVALID', at('audience'), message)
  }
  if (clientIds !== undefined) {
    problems.expect(clients !== undefined, at('clientIds'), 'a list of client ids', clientIds)
  }
  return { audience: audiences ?? [], clientIds: clients }
}

const readAlgorithms = (value: unknown, path: string, problems: Problems): readonly Algorithm[] => {
  if (value === undefined) return supportedAlgorithms
  const list: readonly unknown[] = Array.isArray(value) ? Array.from(value) : []
  if (list.length > 0 && list.every(isAlgorithm)) return [...list]
  const message = `expected some of ${supportedAlgorithms.join(', ')}, got ${quote(value)}; shared secrets (HS256) and none are never accepted`
  problems.add('M2M_CFG_ALGORITHM_UNSUPPORTED', path, message)
  return supportedAlgorithms
}

const readTrust = (
  value: unknown,
  path: string,
  isOnlyOne: boolean,
  problems: Problems,
): readonly TrustedClaim[] => {
  if (value === undefined) return isOnlyOne ? trustable : []
  const list: readonly unknown[] = Array.isArray(value) ? Array.from(value) : [undefined]
  const isRight = list.every((one) => (trustable as readonly unknown[]).includes(one))
  const isUsable = problems.expect(isRight, path, `some of ${trustable.join(', ')}`, value)
  return isUsable ? (list as readonly TrustedClaim[]) : []
}
