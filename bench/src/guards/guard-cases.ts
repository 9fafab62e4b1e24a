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
  /**
   * The share of a round's requests that it gets, where they take much longer than others: what
   * matters is how long a batch takes. All of them unless said otherwise.
   */
  readonly share?: number
  /** What it cannot verify, and why. */
  readonly cannot?: { readonly algorithms: readonly SigningAlgorithm[]; readonly because: string }
}

/** An Express server takes several times as long for a request as the others, guarded or not. */
const half = 0.5

/** What is there for every framework. */
const ours = (framework: GuardCase['framework'], share = 1): readonly GuardCase[] => [
  { framework, guard: 'bare', kind: 'bare', isForAllTokens: true, share },
  { framework, guard: 'token only', kind: 'ours', isForAllTokens: false, isExtra: true, share },
  { framework, guard: 'everything', kind: 'ours', isForAllTokens: true, share },
  { framework, guard: 'everything and log', kind: 'ours', isForAllTokens: false, share },
]

const peer = (
  framework: GuardCase['framework'],
  guard: string,
  more: Pick<GuardCase, 'cannot' | 'isExtra' | 'share'> = {},
): GuardCase => ({ framework, guard, kind: 'peer', isForAllTokens: true, ...more })

const noEdDSA = (because: string): NonNullable<GuardCase['cannot']> => ({
  algorithms: ['EdDSA'],
  because,
})

/** All servers of the comparison, those of one framework together. */
export const guardCases: readonly GuardCase[] = [
  ...ours('express', half),
  peer('express', 'express-oauth2-jwt-bearer', { share: half }),
  peer('express', 'express-jwt', {
    ...{ share: half, isExtra: true },
    cannot: noEdDSA('jsonwebtoken, beneath it, has none'),
  }),
  peer('express', 'aws-jwt-verify', { share: half }),
  ...ours('koa'),
  peer('koa', 'koa-jwt', {
    share: half,
    cannot: noEdDSA('jsonwebtoken, beneath it, has none'),
  }),
  ...ours('fastify'),
  peer('fastify', '@fastify/jwt, key set', {
    ...{ share: half, isExtra: true },
    cannot: noEdDSA('get-jwks, beside it, cannot read such keys'),
  }),
  peer('fastify', '@fastify/jwt, key set, cache', {
    share: half,
    cannot: noEdDSA('get-jwks, beside it, cannot read such keys'),
  }),
  // Its fastest way, and less than the others do: the key is given once, and never looked up.
  peer('fastify', '@fastify/jwt, one key, cache'),
]

/** What a case is called in tables and targets. */
export const nameOf = ({ framework, guard }: GuardCase): string => `${framework}, ${guard}`
