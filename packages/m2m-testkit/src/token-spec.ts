/** What a minted token should say; everything may be left out. */
export interface TokenSpec {
  /** The calling service. @defaultValue `'billing'` */
  id?: string
  /** One string as it is, or a list joined with spaces (RFC 9068 §2.2.3). @defaultValue `'s2s:internal'` */
  scope?: string | readonly string[]
  /** The `allowed_ops` claim; absent by default. */
  allowedOps?: readonly string[]
  /** The `tier` claim; absent by default. */
  tier?: string
  /** The `rate_limit` claim, of any shape; absent by default. */
  rateLimit?: unknown
  /** Laid over all other claims, whichever method mints the token; `undefined` deletes one. */
  claims?: Record<string, unknown>
  /** Laid over `{ alg, typ, kid }`; `undefined` deletes a member. */
  header?: Record<string, unknown>
  /** Seconds from `iat` to `exp`; negative for a token that expires before it is issued. @defaultValue `300` */
  expiresIn?: number
}
