import type { TokenRules } from '../token/token-rules.js'
import type { Classifier } from './classify.js'

/** What one kind of authorization server puts into its access tokens, as data. */
export interface Profile extends Classifier {
  readonly name: string
  readonly token: TokenRules
  /** Whether `clientIds` may pin the callers where tokens carry no `aud`. */
  readonly allowsClientIds: boolean
  /** The claims that hold a service's scopes. */
  readonly grantsFrom: readonly string[]
  /** What stands before the names of claims that the operator adds. */
  readonly claimPrefix: string
  /** Whether an issuer of this name is this provider's, so that a forgotten profile is noticed. */
  readonly isIssuer: (issuer: string) => boolean
  /** Why tokens of an issuer of this name cannot be verified, if they cannot. */
  readonly issuerFault?: (issuer: string) => string | undefined
  /** Whether the keys cannot be discovered from the issuer's name. */
  readonly needsKeyAddress?: boolean
}
