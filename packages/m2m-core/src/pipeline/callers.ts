import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { createServicePrincipals, type ServicePrincipal } from '../decision/service-principal.js'
import { isRefusal, type Refusal } from '../errors/refusal.js'
import type { ServiceIssuer, StatedPrincipal } from '../principal/identify.js'
import type { VerifiedToken } from '../token/verify-token.js'
import { type Caller, type CallerOptions, createCaller } from './caller.js'

/** The callers met so far. */
export interface Callers {
  /** The caller that this very token was verified to belong to; whether it still is, it says. */
  recall(token: string): Caller | undefined
  /**
   * Remembers a caller under its token's digest, unless the registry refuses it; the token itself
   * is not kept.
   */
  admit(
    token: string,
    verified: VerifiedToken<ServiceIssuer>,
    stated: StatedPrincipal,
  ): Caller | Refusal
  /** The caller behind a service principal that was handed out; undefined for any other object. */
  behind(service: ServicePrincipal): Caller | undefined
  /** Forgets every token of a service. */
  invalidate(serviceId: string): void
}

/** What callers are made from. */
export interface CallersOptions extends Omit<CallerOptions, 'makeService' | 'onService'> {
  readonly mostTokens: number
  /** Longer ones are not even hashed. */
  readonly maxTokenLength: number
}

/**
 * Keeps verified callers, never longer than their authority: each use compares expiry, the age and
 * generation of the issuer's keys and the versions of registry and policy. The key is a SHA-256 digest of the
 * token, so no two tokens share an entry and no token is kept.
 */
export const createCallers = (options: CallersOptions): Callers => {
  const byDigest = new LRUCache<string, Caller>({
    max: options.mostTokens,
    // What a token states costs memory of its own, and so do rules that only its service has.
    maxSize: options.mostTokens * usualWeight,
    sizeCalculation: weightOf,
  })
  const byService = new WeakMap<ServicePrincipal, () => Caller>()
  const makeService = createServicePrincipals()
  return Object.freeze({
    recall: (token: string) =>
      token.length > options.maxTokenLength ? undefined : byDigest.get(digestOf(token)),
    admit: (
      token: string,
      verified: VerifiedToken<ServiceIssuer>,
      stated: StatedPrincipal,
    ): Caller | Refusal => {
      const principal = options.registry.enrol(stated)
      if (isRefusal(principal)) return principal
      const caller = createCaller(verified, stated, principal, {
        ...options,
        makeService,
        onService: (service) => byService.set(service, () => caller),
      })
      byDigest.set(digestOf(token), caller)
      return caller
    },
    behind: (service: ServicePrincipal) => byService.get(service)?.(),
    invalidate: (serviceId: string) => {
      for (const [digest, { principal }] of byDigest.entries()) {
        if (principal.id === serviceId) byDigest.delete(digest)
      }
    },
  })
}

const usualWeight = 10
const weightOf = ({ principal, layers, budgets }: Caller): number => {
  const { scopes, token } = principal
  const ops = principal.allowedOps ?? principal.withinOps ?? []
  const tokenId = (token.jti?.length ?? 0) / 64
  return 1 + ops.length + scopes.length + Math.ceil(tokenId) + layers.cost + (budgets?.size ?? 0)
}
const digestOf = (token: string): string => hash('sha256', token, 'base64')
