import type { SigningAlgorithm } from './token-mint.js'

/** A server of the comparison. */
export interface GuardCase {
  readonly framework: 'express' | 'koa' | 'fastify'
  readonly guard: string
  /** Against what others are held, ours, or what ours is held against. */
  readonly kind: 'bare' | 'ours' | 'peer'
  /** Measured for other tokens too: those that cost something else. */
  readonly isForAllTokens: boolean
  /** Left out of the quick run: no target needs it, and a peer that costs less is there. */
  readonly isExtra?: true
  /** What it cannot verify, and why. */
  readonly cannot?: { readonly algorithms: readonly SigningAlgorithm[]; readonly because: string }
}

/** What our own cases do, by name. */
const ours = (framework: GuardCase['framework']): readonly GuardCase[] => [
  { framework, guard: 'bare', kind: 'bare', isForAllTokens: true },
  { framework, guard: 'token only', kind: 'ours', isForAllTokens: false, isExtra: true },
  { framework, guard: 'everything', kind: 'ours', isForAllTokens: true },
  { framework, guard: 'everything and log', kind: 'ours', isForAllTokens: false },
]

const peer = (
  framework: GuardCase['framework'],
  guard: string,
  more: Pick<GuardCase, 'cannot' | 'isExtra'> = {},
): GuardCase => ({ framework, guard, kind: 'peer', isForAllTokens: true, ...more })

/** All servers of the comparison, those of one framework together. */
export const guardCases: readonly GuardCase[] = [
  ...ours('express'),
  peer('express', 'express-oauth2-jwt-bearer'),
  peer('express', 'express-jwt', {
    isExtra: true,
    cannot: { algorithms: ['EdDSA'], because: 'jsonwebtoken, beneath it, has no EdDSA' },
  }),
  peer('express', 'aws-jwt-verify'),
  ...ours('koa'),
  peer('koa', 'koa-jwt', {
    cannot: { algorithms: ['EdDSA'], because: 'jsonwebtoken, beneath it, has no EdDSA' },
  }),
  ...ours('fastify'),
  peer('fastify', '@fastify/jwt, key set', {
    isExtra: true,
    cannot: { algorithms: ['EdDSA'], because: 'get-jwks, beside it, cannot read such keys' },
  }),
  peer('fastify', '@fastify/jwt, key set, cache', {
    isExtra: true,
    cannot: { algorithms: ['EdDSA'], because: 'get-jwks, beside it, cannot read such keys' },
  }),
  // Its fastest way, and less than the others do: the key is given once, and never looked up.
  peer('fastify', '@fastify/jwt, one key, cache'),
]

/** What a case is called in tables and targets. */
export const nameOf = ({ framework, guard }: GuardCase): string => `${framework}, ${guard}`
