import type { SignatureChange } from './changes/change-signature.js'
import type { HmacSecret } from './changes/hmac-with.js'
import type { OwnKey } from './changes/own-key.js'
import type { Spelling } from './changes/respell.js'
import type { Json, JsonObject } from './json.js'
import type { HeaderLine } from './request-parts.js'

/**
 * The closed vocabulary of changes: every way in which a case departs from the base request.
 * The first group changes the token, the second the place or spelling in which it is presented.
 * Templates hold the token as `{token}`; JSON values may hold markers, see `resolveMarkers`.
 */
export interface Vocabulary {
  /** Members laid over the JOSE header; signed anew by the issuer. */
  readonly header: JsonObject
  /** Members laid over the claims; signed anew by the issuer. */
  readonly claims: JsonObject
  /** Members laid over the claims; the signature stays that of the base token. */
  readonly tamper: JsonObject
  /** A JSON value in place of the whole JOSE header; signed by the issuer. */
  readonly replaceHeader: Json
  /** A JSON value in place of the whole claims set; signed by the issuer. */
  readonly replaceClaims: Json
  /** This text in place of the JOSE header's JSON; signed by the issuer. See `fillPart`. */
  readonly headerText: string
  /** This text in place of the claims' JSON; signed by the issuer. See `fillPart`. */
  readonly claimsText: string
  /** This `alg` and an empty signature (RFC 7519 §6). */
  readonly unsecured: string
  /** `HS256` with this secret, which is no secret. */
  readonly hmacWith: HmacSecret
  /** Signed by a foreign key that the header itself brings along. */
  readonly ownKey: OwnKey
  /** Another signature over the same header and claims. */
  readonly signature: SignatureChange
  /** The same token, written differently. */
  readonly spelling: Spelling

  /** The value of the one `Authorization` line. */
  readonly authorization: string
  /** These lines in place of the one `Authorization` line. */
  readonly headers: readonly HeaderLine[]
  /** No `Authorization` line, but this query. */
  readonly query: string
  /** No `Authorization` line, but this form body (`application/x-www-form-urlencoded`). */
  readonly body: string
  /** No `Authorization` line, but this cookie. */
  readonly cookie: string
  /** No `Authorization` line, but this `method`, `target` and these `lines`, or some of them. */
  readonly withoutToken: JsonObject
}

/** The name of one kind of change. */
export type ChangeName = keyof Vocabulary

/** Exactly one change: an object with one member of the vocabulary. */
export type Change = { [Name in ChangeName]: Readonly<Record<Name, Vocabulary[Name]>> }[ChangeName]
