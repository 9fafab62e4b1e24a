import type { Json, NaiveIssuer, NaiveOptions, NaiveService } from './naive-options.js'

const malformed = '401 invalid_token'

/** What a token says of its service; who that is, the operator may know better. */
type Claimed = Omit<NaiveService, 'id' | 'attributes'> & {
  readonly claimedId: string | undefined
  readonly isSubjectOnly: boolean
}

/** Who the operator says it is: a client that is registered is that service, and nobody else is. */
export const naiveRegistered = (
  { claimedId, isSubjectOnly, ...claimed }: Claimed,
  { services = {}, requireRegistered = false }: NaiveOptions,
): NaiveService | string => {
  const refused = '403 service_not_admitted'
  for (const [id, { clients, tier, attributes = {}, disabled }] of Object.entries(services)) {
    for (const { issuer, clientId } of clients) {
      if (issuer !== claimed.issuer || clientId !== claimed.clientId) continue
      // A subject that is called like a client is not that client, and may not be taken for it.
      if (isSubjectOnly) return refused
      if (disabled || (claimedId ?? id) !== id) return refused
      return { ...claimed, id, tier: tier ?? claimed.tier, attributes }
    }
  }
  const id = claimedId ?? claimed.clientId
  if (requireRegistered || Object.keys(services).includes(id)) return refused
  return { ...claimed, id, attributes: {} }
}

/** Whose token it is, or the refusal: only a machine's passes, and only in clean words. */
export const naivePrincipal = (
  claims: Json,
  issuer: NaiveIssuer,
  isOneOfSeveral: boolean,
): Claimed | string => {
  const kind = naiveKind(claims)
  if (kind === 'user' || kind === 'delegated') return '403 principal_type_mismatch'
  const isResolved = issuer.isService === true && !isContradictory(claims)
  if (kind === 'unknown' && !isResolved) return '403 principal_unclassified'
  const trust =
    issuer.trust ?? (isOneOfSeveral ? [] : ['service_id', 'tier', 'allowed_ops', 'rate_limit'])
  const prefix = issuer.claimPrefix ?? ''
  const opsClaim = issuer.allowedOpsFrom ?? `${prefix}allowed_ops`
  /** What the issuer says of it, undefined where it says nothing or is not believed. */
  const said = (name: string, claim = `${prefix}${name}`): unknown =>
    trust.includes(name) ? naiveClaim(claims, claim) : undefined
  const clientId = clientIdsIn(claims)[0] ?? own(claims, 'sub')
  const claimedId = said('service_id')
  const tier = issuer.tier ?? said('tier')
  for (const name of [clientId, claimedId ?? clientId, tier ?? clientId]) {
    if (typeof name !== 'string' || !/^[ -~]{1,256}$/.test(name)) return malformed
  }
  if (claimedId === null || tier === null) return malformed
  const scopes = naiveScopes(claims, issuer)
  const stated = naiveClaim(claims, opsClaim)
  const ops = stated === undefined ? undefined : naiveOps(stated)
  if (scopes === null || ops === null) return malformed
  const isGranted = trust.includes('allowed_ops')
  const [allowedOps, withinOps] = isGranted ? [ops, undefined] : [undefined, ops]
  const budget = said('rate_limit')
  if (budget !== undefined && !isBudget(budget)) return malformed
  const isSubjectOnly = clientIdsIn(claims).length === 0
  const known = { claimedId, clientId, isSubjectOnly }
  return { ...known, issuer: issuer.issuer, tier, scopes, allowedOps, withinOps } as Claimed
}

/** A claim by its name, else by the longest name that begins a path; what is no object ends it. */
const naiveClaim = (claims: Json, path: string): unknown => {
  if (Object.hasOwn(claims, path)) return claims[path]
  const isObject = (value: unknown): value is object =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
  const names = path.split('.')
  for (let count = names.length - 1; count > 0; count -= 1) {
    const name = names.slice(0, count).join('.')
    const inner = own(claims, name)
    if (Object.hasOwn(claims, name)) {
      return isObject(inner) ? naiveClaim(inner as Json, names.slice(count).join('.')) : inner
    }
  }
  return undefined
}

const own = (object: object, name: string): unknown =>
  Object.getOwnPropertyDescriptor(object, name)?.value

const people = [
  ...['sid', 'uid', 'username', 'user_id', 'cognito:groups', 'upn', 'unique_name'],
  ...['given_name', 'family_name', 'amr'],
]

/** An actor, then any sign of a person, then any doubt; what is left is a machine's. */
const naiveKind = (claims: Json): 'service' | 'user' | 'delegated' | 'unknown' => {
  const has = (name: string): boolean => Object.hasOwn(claims, name)
  const { act, sub, gty, idtyp } = claims
  if (typeof act === 'object' && act !== null && !Array.isArray(act)) return 'delegated'
  if (people.some(has)) return 'user'
  if ((has('gty') && gty !== 'client-credentials') || (has('idtyp') && idtyp !== 'app')) {
    return 'user'
  }
  const clientIds = clientIdsIn(claims)
  const isClient = clientIds.some((id) => sub === id)
  if (clientIds.length > 0 && has('sub') && !isClient) return 'user'
  const named = ['client_id', 'azp', 'cid', 'appid'].filter(has)
  const isClear = new Set(clientIds).size === 1 && named.length === clientIds.length
  return isClear && !has('act') ? 'service' : 'unknown'
}

/** Claims that speak against each other: an actor that is none, clients that differ or are no text. */
const isContradictory = (claims: Json): boolean => {
  const named = ['client_id', 'azp', 'cid', 'appid'].filter((name) => Object.hasOwn(claims, name))
  const clientIds = clientIdsIn(claims)
  return (
    Object.hasOwn(claims, 'act') || new Set(clientIds).size > 1 || named.length > clientIds.length
  )
}

const clientIdsIn = (claims: Json): readonly string[] =>
  ['client_id', 'azp', 'cid', 'appid']
    .map((name) => own(claims, name))
    .filter((id): id is string => typeof id === 'string' && id !== '')

/** RFC 6749 §3.3; some servers write lists. Null: of another type. */
const naiveScopes = (
  claims: Json,
  { grantsFrom = ['scope', 'scp'], scopePrefix = '' }: NaiveIssuer,
): readonly string[] | null => {
  const granted: string[] = []
  for (const name of grantsFrom) {
    const scope = naiveClaim(claims, name)
    if (scope === undefined) continue
    if (typeof scope === 'string') granted.push(...scope.split(' ').filter(Boolean))
    else if (isTexts(scope)) granted.push(...scope)
    else return null
  }
  const ours = granted.filter((scope) => scope.startsWith(scopePrefix))
  return [...new Set(ours.map((scope) => scope.slice(scopePrefix.length)))]
}

const naiveOps = (value: unknown): readonly string[] | null => {
  if (isTexts(value)) return [...new Set(value)]
  if (typeof value !== 'string') return null
  if (!value.startsWith('[')) return [...new Set(value.split(/[ ,]/).filter(Boolean))]
  try {
    const parsed: unknown = JSON.parse(value)
    return isTexts(parsed) ? [...new Set(parsed)] : null
  } catch {
    return null
  }
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string')

const isBudget = (value: unknown): boolean => {
  const isAmount = (one: unknown): boolean => Number.isFinite(one) && (one as number) >= 0
  if (typeof value === 'string' && value.startsWith('{')) {
    const object = naiveJsonIn(value)
    return object !== undefined && isBudget(object)
  }
  if (typeof value === 'string') return /^[0-9]{1,9}\/(s|min|h|d)(;burst=[0-9]{1,9})?$/.test(value)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return isAmount(value)
  const { limit, window = 60, burst = 0 } = value as Record<string, unknown>
  if (limit !== undefined) {
    return isAmount(limit) && isAmount(window) && window !== 0 && isAmount(burst)
  }
  const entries = Object.entries(value)
  const isSimple = (one: unknown): boolean =>
    isBudget(one) && (typeof one !== 'object' || Object.hasOwn(one as object, 'limit'))
  return entries.length > 0 && entries.every(([name, one]) => name.includes(':') && isSimple(one))
}

const naiveJsonIn = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
