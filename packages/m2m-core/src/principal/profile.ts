import type { JsonObject } from '../token/compact.js'
import type { TokenRules } from '../token/token-rules.js'
import type { Classification } from './classify.js'

/** What one kind of authorization server puts into its access tokens, as data. */
export interface Profile {
  readonly name: string
  readonly token: TokenRules
  /** Whether `clientIds` may pin the callers where tokens carry no `aud`. */
  readonly allowsClientIds: boolean
  readonly classify: (claims: JsonObject) => Classification
}
