import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { createServicePrincipals, type ServicePrincipal } from '../decision/service-principal.js'
import { isRefusal, type Refusal } from '../errors/refusal.js'
import type { ServiceIssuer, StatedPrincipal } from '../principal/identify.js'
import type { VerifiedToken } from '../token/verify-token.js'
import { answerFor } from './answer-for.js'
import { type Caller, createCaller, type Surroundings } from './caller.js'

/** The callers met so far. */
export interface Callers {
  /** What a token is known by; undefined for one that is too long to be even hashed. */
  digestOf(token: string): string | undefined
  /** The caller that this very token was verified to belong to; whether it still is, `checkCaller` says. */
  recall(digest: string | undefined): Caller | undefined
  /**
   * Remembers a caller under its token's digest, unless the registry refuses it; the token itself
   * is not kept.
   */
  admit(
    digest: string | undefined,
    verified: VerifiedToken<ServiceIssuer>,
    stated: StatedPrincipal,
  ): Caller | Refusal
  /** The caller behind a service principal that was handed out; undefined for any other object. */
  behind(service: ServicePrincipal): Caller | undefined
  /** Forgets every token of a service. */
  invalidate(serviceId: string): void
}

/** What callers are made from. */
export interface CallersOptions extends Omit<Surroundings, 'services'> {
  readonly mostTokens: number
  /** Longer ones are not even hashed. */
  readonly maxTokenLength: number
}

/**
 * Keeps verified callers, never longer than their authority: each use compares expiry, the age and
 * generation of the issuer's keys and the versions of registry and policy. The key is a SHA-256 digest of the
 * token, so no two tokens share an entry and no token is kept.
 */
export const createCallers = ({
  mostTokens,
  maxTokenLength,
  ...options
}: CallersOptions): Callers => {
  const byDigest = new LRUCache<string, Caller>({
    max: mostTokens,
    // What a token states costs memory of its own, and so do rules that only its service has.
    maxSize: mostTokens * usualWeight,
    sizeCalculation: weightOf,
  })
  const services = createServicePrincipals(answerFor)
  const surroundings: Surroundings = Object.freeze({ ...options, services })
  return Object.freeze({
    digestOf: (token: string) =>
      token.length > maxTokenLength ? undefined : hash('sha256', token, 'base64'),
    recall: (digest: string | undefined) =>
      digest === undefined ? undefined : byDigest.get(digest),
    admit: (
      digest: string | undefined,
      verified: VerifiedToken<ServiceIssuer>,
      stated: StatedPrincipal,
    ): Caller | Refusal => {
      const principal = options.registry.enrol(stated)
      if (isRefusal(principal)) return principal
      const caller = createCaller(verified, stated, principal, surroundings)
      if (digest !== undefined) byDigest.set(digest, caller)
      return caller
    },
    behind: services.holderOf,
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
