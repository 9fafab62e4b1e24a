import type { Issuance } from '../service-claims.js'

/** What a token says, however its provider spells it. */
export interface TokenFacts extends Issuance {
  readonly clientId: string
  readonly scopes: readonly string[]
}

/** How one provider writes one kind of token. */
export interface TokenShape {
  /** The client, in the form that the provider gives its ids. */
  readonly clientId: string
  /** Laid over `{ alg, kid }`. */
  readonly header: Readonly<Record<string, unknown>>
  readonly claims: (facts: TokenFacts) => Record<string, unknown>
}
