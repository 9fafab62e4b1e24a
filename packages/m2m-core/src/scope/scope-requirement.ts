import type { ConfigurationProblem } from '../errors/configuration-error.js'
import { quote } from '../errors/quote.js'
import { type Refusal, refuse } from '../errors/refusal.js'

/**
 * What `requiredScope` may be: one scope, a list of which all are needed, `{ any: [...] }` of which
 * one is needed, or `null` to say in words that no scope is required.
 */
export type RequiredScope = string | readonly string[] | { readonly any: readonly string[] } | null

/** A required scope, checked and ready for the request path. */
export interface ScopeRequirement {
  readonly mode: 'all' | 'any'
  readonly scopes: readonly string[]
  /** The refusal, made once: it is the same for every request. */
  readonly refusal: Refusal
}

/** RFC 6749 §3.3 scope-token. */
const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]+$/
/** At least one, and none of them a hole in the list. */
const areScopeTokens = (values: readonly unknown[]): values is readonly string[] =>
  values.length > 0 &&
  Array.from(values).every((value) => typeof value === 'string' && scopeToken.test(value))

/**
 * Checks a `requiredScope` option; what is wrong with it comes back as a problem. Never takes an
 * empty or malformed value for "nothing required".
 */
export const parseRequiredScope = (value: unknown): ScopeRequirement | ConfigurationProblem => {
  if (value === undefined) return missing
  if (value === null) return requirement('all', [])
  if (typeof value === 'string') return checked('all', [value])
  if (Array.isArray(value)) return checked('all', value)
  const any: unknown = typeof value === 'object' && 'any' in value ? value.any : undefined
  return Array.isArray(any) ? checked('any', any) : malformed(value)
}

const checked = (
  mode: ScopeRequirement['mode'],
  scopes: readonly unknown[],
): ScopeRequirement | ConfigurationProblem =>
  areScopeTokens(scopes) ? requirement(mode, scopes) : malformed(scopes)

const requirement = (
  mode: ScopeRequirement['mode'],
  scopes: readonly string[],
): ScopeRequirement => {
  const wanted = `${mode === 'any' && scopes.length > 1 ? 'one of ' : ''}${quote(scopes)}`
  const message =
    `expected scope ${wanted}, the token lacks it; grant it to this client at the authorization ` +
    'server and request it when fetching the token'
  const refusal = refuse('scope_missing', message, { scope: scopes.join(' ') })
  return Object.freeze({ mode, scopes: Object.freeze([...scopes]), refusal })
}

/** Refuses unless the requirement is met; scopes are compared code point by code point. */
export const checkScope = (
  { mode, scopes, refusal }: ScopeRequirement,
  granted: readonly string[],
): Refusal | undefined => {
  // All: the first one that is lacking decides. Any: the first one that is there.
  const isAll = mode === 'all'
  for (const scope of scopes) {
    if (granted.includes(scope) !== isAll) return isAll ? refusal : undefined
  }
  return isAll ? undefined : refusal
}

const missing: ConfigurationProblem = {
  code: 'M2M_CFG_SCOPE_MISSING',
  path: 'requiredScope',
  message:
    "expected the scope that callers need, such as 's2s:internal', got nothing; pass null to " +
    'require none',
}
const malformed = (value: unknown): ConfigurationProblem => ({
  code: 'M2M_CFG_SCOPE_INVALID',
  path: 'requiredScope',
  message:
    `expected one scope, a list of scopes (all needed) or { any: [...] }, got ${quote(value)}; a ` +
    'scope has no spaces and a list is not empty',
})
