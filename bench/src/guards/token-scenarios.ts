import type { GuardCase } from './guard-cases.js'
import type { SigningAlgorithm, TokenMint } from './token-mint.js'

/** Which tokens callers bring. */
export interface TokenScenario {
  /** What is added to the name of a case; empty for the usual one. */
  readonly suffix: string
  readonly algorithm: SigningAlgorithm
  /** Characters of a token. */
  readonly length: number
  /** How many different ones are used in turn; `new`: each once, and never again. */
  readonly tokens: number | 'new'
}

/** A service that has one token and uses it until it expires, which is what a client should do. */
export const usualTokens: TokenScenario = {
  suffix: '',
  algorithm: 'RS256',
  length: 900,
  tokens: 1,
}

/** Everybody else. */
export const otherTokens: readonly TokenScenario[] = [
  { ...usualTokens, suffix: ', 1 000 tokens', tokens: 1000 },
  { ...usualTokens, suffix: ', new tokens', tokens: 'new' },
  { ...usualTokens, suffix: ', ES256', algorithm: 'ES256' },
  { ...usualTokens, suffix: ', EdDSA', algorithm: 'EdDSA' },
  { ...usualTokens, suffix: ', 2 200 characters', length: 2200 },
]

/** Gives the tokens of each round: the same ones again, or new ones for all cases of the round. */
export const tokensByRound = (
  { tokens }: TokenScenario,
  mint: TokenMint,
  requests: number,
): (() => readonly string[]) => {
  const mintAll = (count: number): readonly string[] =>
    Array.from({ length: count }, () => mint.mint())
  if (tokens === 'new') return () => mintAll(requests)
  const minted = mintAll(tokens)
  return () => minted
}

/**
 * Over how many connections a case gets requests, of those that the others have: as many over each, since
 * a connection costs as much as several requests.
 */
export const connectionsOf = (
  { guard, share = 1 }: GuardCase,
  { algorithm }: TokenScenario,
  most: number,
): number => {
  // get-jwks makes PEM of such a key on every request, which takes it milliseconds.
  const isVerySlow = algorithm === 'ES256' && guard.includes('key set')
  return Math.ceil(most * (isVerySlow ? 0.05 : share))
}

/** Why a case has no figure in a scenario; undefined where it has one. */
export const reasonAgainst = (
  { cannot }: GuardCase,
  { algorithm }: TokenScenario,
): string | undefined => (cannot?.algorithms.includes(algorithm) ? cannot.because : undefined)
