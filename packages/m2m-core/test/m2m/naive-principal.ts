import type { Json, NaiveIssuer, NaiveService } from './naive-options.js'

const malformed = '401 invalid_token'

/** Whose token it is, or the refusal: only a machine's passes, and only in clean words. */
export const naivePrincipal = (
  claims: Json,
  issuer: NaiveIssuer,
  isOneOfSeveral: boolean,
): NaiveService | string => {
  const kind = naiveKind(claims)
  if (kind === 'user' || kind === 'delegated') return '403 principal_type_mismatch'
  if (kind === 'unknown' && issuer.isService !== true) return '403 principal_unclassified'
  const trust =
    issuer.trust ?? (isOneOfSeveral ? [] : ['service_id', 'tier', 'allowed_ops', 'rate_limit'])
  const says = (name: string): boolean => trust.includes(name) && Object.hasOwn(claims, name)
  const clientId = clientIdsIn(claims)[0] ?? own(claims, 'sub')
  const id = says('service_id') ? claims['service_id'] : clientId
  const hasTier = issuer.tier !== undefined || says('tier')
  const tier = issuer.tier ?? (hasTier ? claims['tier'] : undefined)
  for (const name of [clientId, id, ...(hasTier ? [tier] : [])]) {
    if (typeof name !== 'string' || !/^[ -~]{1,256}$/.test(name)) return malformed
  }
  const scopes = naiveScopes(claims)
  const allowedOps = says('allowed_ops') ? naiveOps(claims['allowed_ops']) : undefined
  if (scopes === null || allowedOps === null) return malformed
  if (says('rate_limit') && !isBudget(claims['rate_limit'])) return malformed
  return {
    id,
    clientId,
    issuer: issuer.issuer,
    tier,
    scopes: [...new Set(scopes)],
    allowedOps,
  } as NaiveService
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
  const isClient = clientIds.some((id) => sub === id || sub === `${id}@clients`)
  if (clientIds.length > 0 && has('sub') && !isClient) return 'user'
  const named = ['client_id', 'azp', 'cid', 'appid'].filter(has)
  const isClear = new Set(clientIds).size === 1 && named.length === clientIds.length
  return isClear && !has('act') ? 'service' : 'unknown'
}

const clientIdsIn = (claims: Json): readonly string[] =>
  ['client_id', 'azp', 'cid', 'appid']
    .map((name) => own(claims, name))
    .filter((id): id is string => typeof id === 'string' && id !== '')

/** RFC 6749 §3.3; some servers write lists. Null: of another type. */
const naiveScopes = (claims: Json): readonly string[] | null => {
  const scope = Object.hasOwn(claims, 'scope') ? claims['scope'] : own(claims, 'scp')
  if (scope === undefined) return []
  if (typeof scope === 'string') return scope.split(' ').filter(Boolean)
  return isTexts(scope) ? scope : null
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
