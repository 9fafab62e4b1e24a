import type { JsonObject } from '../token/compact.js'

/** Whose token it is. Only a service passes machine routes. */
export type PrincipalKind = 'service' | 'user' | 'delegated' | 'unknown'

/** A kind with what spoke for it, for the log and the record. */
export interface Classification {
  readonly kind: PrincipalKind
  readonly evidence: string
  /** What to do at the authorization server so that its tokens can be told. */
  readonly remedy?: string
  /** Whether claims speak against each other, so that nobody may resolve what is unknown. */
  readonly isContradiction?: true
}

/** Whose a token is, asked from both sides: what one side must doubt, the other may not trust. */
export interface Classifier {
  /** For routes of services: whatever speaks for a user outweighs all else. */
  readonly classify: (claims: JsonObject) => Classification
  /** For routes of users: whether all that makes a service is there, whatever else is. */
  readonly looksLikeService: (claims: JsonObject) => boolean
}
