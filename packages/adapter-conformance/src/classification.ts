import type { TokenKind } from 'm2m-testkit'

/** The profiles whose tokens `classification.json` holds. */
export const classifiedProfiles = [
  'cognito',
  'auth0',
  'entra',
  'okta',
  'keycloak',
  'keycloak-before-26.2',
  'oidcProvider',
  'duende',
  'hydra',
  'stytch',
  'oracle',
  'rfc9068',
  'generic',
] as const

/** The name of one of them. */
export type ClassifiedProfile = (typeof classifiedProfiles)[number]

/**
 * What a guard makes of each class on a route for services; `code` of the problem body.
 * `'other-kind'` is no access token, or not one for this API: whose it is is not asked.
 */
export const classAnswers = {
  service: { status: 200, code: undefined },
  user: { status: 403, code: 'principal_type_mismatch' },
  delegated: { status: 403, code: 'principal_type_mismatch' },
  unknown: { status: 403, code: 'principal_unclassified' },
  'other-kind': { status: 401, code: 'invalid_token' },
} as const

/** What a token is, as far as a profile can tell. */
export type TokenClass = keyof typeof classAnswers

/** A token, and what a profile must make of it. */
export interface ClassifiedToken {
  /** Unique, in kebab-case, beginning with the profile: the name of the test. */
  readonly id: string
  readonly profile: ClassifiedProfile
  /** Which method of `mint` makes the token. */
  readonly token: TokenKind
  /** For that method, which deletes what is undefined here. */
  readonly header: Record<string, unknown>
  readonly claims: Record<string, unknown>
  readonly expect: TokenClass
  /** What to expect instead where `clientIds` stands in for the audience: the client is not named. */
  readonly whenPinned?: 'other-kind'
  /** One sentence that names what decides. */
  readonly why: string
}
