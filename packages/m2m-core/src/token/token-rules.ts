import type { Algorithm } from './algorithms.js'

/** What a profile says of the token itself (who it belongs to is the principal stage's matter). */
export interface TokenRules {
  /**
   * The `typ` header values that are access tokens, lower case and without `application/`;
   * `undefined` in the list admits a token without `typ`.
   */
  readonly types: readonly (string | undefined)[]
  /** Claims that must be present, beside `iss`, `exp` and what pins the audience. */
  readonly requiredClaims: readonly string[]
  /** The claim that says what kind of token this is, and what it says of an access token. */
  readonly kind?: { readonly claim: string; readonly value: string }
  /** The claims that name the client, the first that is there counts. */
  readonly clientIdClaims: readonly string[]
}

/** What one issuer's tokens must satisfy. */
export interface IssuerRules extends TokenRules {
  /** Compared with `iss` code point by code point. */
  readonly issuer: string
  /** One of these must be in `aud`; empty only where `clientIds` pins the callers instead. */
  readonly audience: readonly string[]
  /** When given, the token's client id must be one of these. */
  readonly clientIds: readonly string[] | undefined
  readonly algorithms: readonly Algorithm[]
  /** Seconds by which the issuer's clock may differ from ours. */
  readonly clockTolerance: number
  /** The longest time in seconds from `iat` to `exp`. */
  readonly maxTokenLifetime: number
}
