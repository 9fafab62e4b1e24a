import type { TestIssuer } from 'm2m-testkit'

/** The path under test. */
export const guardedPath = '/internal/transfers'
/** The scope that the guard of the path requires. */
export const requiredScope = 's2s:internal'
/** The operation that the guard of the path requires. */
export const requiredOperation = 'transfers:create'

/**
 * A running server with one guarded route: `/internal/transfers` with every method that Node's
 * parser knows, so that none is refused for want of a route; scope `s2s:internal`, operation
 * `transfers:create`, profile `rfc9068`. Its handler answers 200 and counts its calls.
 */
export interface ConformanceTarget {
  /** The server's port on 127.0.0.1. */
  readonly port: number
  /**
   * The one issuer that the guard trusts; must sign with `ES256`. Serve it (`issuer.serve()`) and
   * let the guard fetch for real: the issuer's in-process fetch would hide a fetch to an address
   * that a token names from the runner's canary.
   */
  readonly issuer: TestIssuer
  /**
   * Every address that the guard has fetched so far, as its `fetch` option saw them; leave it out
   * where no such option is at hand. All must be of the issuer's origin.
   */
  fetched?(): readonly string[]
  /** How often the handler behind the guard has run so far. */
  handlerCalls(): number
  /**
   * Every line that the guard has logged so far, those of a request by the time it is answered; the
   * guard must not cap them (`audit.unauthenticatedPerSecond`). See `captureLog`.
   */
  logged(): readonly string[]
}
