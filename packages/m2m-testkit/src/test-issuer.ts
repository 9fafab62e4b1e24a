import type { FailureMode } from './key-set-endpoint.js'
import type { KeySetServer } from './key-set-server.js'
import type { Mint } from './mint.js'
import type { PublicJwk, SigningAlgorithm } from './signing-key.js'
import type { TokenSpec } from './token-spec.js'

/** What a test issuer is; everything may be left out. */
export interface TestIssuerOptions {
  /** An absolute URL, as it is in the `iss` claim. @defaultValue `'https://issuer.test'` */
  issuer?: string
  /** @defaultValue `'https://api.test'` */
  audience?: string
  /** Of every key of this issuer. @defaultValue `'ES256'` */
  algorithm?: SigningAlgorithm
  /** Epoch milliseconds; all times in tokens come from here. @defaultValue `Date.now` */
  now?: () => number
}

/** A token of any shape, for {@link TestIssuer.sign}. */
export interface RawToken {
  /**
   * Laid over `{ alg, typ: 'at+jwt', kid }` of the current key; `undefined` deletes a member. Text
   * (as UTF-8) or bytes are the whole header as it stands, to write what no object can say: a member
   * twice, broken JSON, broken UTF-8.
   */
  header?: Record<string, unknown> | string | Uint8Array
  /** The whole payload: nothing is added. Text or bytes are signed as they stand, as above. */
  claims: Record<string, unknown> | string | Uint8Array
  /** Which key signs; `'other'` is never in the key set. @defaultValue `'current'` */
  key?: 'current' | 'other'
}

/** A set of public keys (RFC 7517 §5). */
export interface KeySet {
  keys: PublicJwk[]
}

/**
 * An authorization server for tests: signs tokens of any shape and publishes its keys. It has no
 * token endpoint and keeps no record of clients; whoever holds it mints what they like.
 */
export interface TestIssuer {
  /** The `iss` of tokens minted now. */
  readonly issuer: string
  /** The `aud` of tokens minted now. */
  readonly audience: string

  /**
   * A well-formed RFC 9068 token of a service. Header `{ alg, typ: 'at+jwt', kid }`, claims `iss`,
   * `aud`, `sub`, `client_id`, `scope`, `iat`, `exp`, `jti`, where `sub` and `client_id` are `id`.
   */
  service(spec?: TokenSpec): Promise<string>
  /** The same of a user, `sub: 'user-1'`, who came by way of the client `id`. */
  user(spec?: TokenSpec): Promise<string>
  /** A service token that expired one hour ago. */
  expired(spec?: TokenSpec): Promise<string>
  /** A service token for another audience, of which this issuer's audience is a prefix. */
  wrongAudience(spec?: TokenSpec): Promise<string>
  /** A forged service token: it names the current `kid`, and a key not in the set signed it. */
  otherKey(spec?: TokenSpec): Promise<string>
  /** A service token signed by a key that is not in the set, under that key's own `kid`. */
  unknownKey(spec?: TokenSpec): Promise<string>
  /**
   * A service token signed by the key in force before the last {@link TestIssuer.rotate}, under
   * its `kid`: valid only while that key was kept. Rejects when there was no rotation yet.
   */
  retired(spec?: TokenSpec): Promise<string>
  /**
   * Exactly this header and these claims, to the byte when they are given as text or bytes. The
   * signature is always a real one by the chosen key with the issuer's algorithm, whatever `alg`
   * the header claims and whether or not either is JSON.
   */
  sign(token: RawToken): Promise<string>
  /**
   * Tokens as identity providers issue them, of services and of people: `mint.cognito()`,
   * `mint.keycloakUser()`; and tokens of other kinds that look like them: `mint.idToken()`.
   */
  readonly mint: Mint

  /** The public keys in force: a copy, the newest first. */
  jwks(): KeySet
  /** Signs with a new key from now on. @param options - `keepOld` is `false` by default. */
  rotate(options?: { keepOld?: boolean }): Promise<void>

  /** Makes discovery and key set fail from the next request on, in-process and served alike. */
  fail(mode: FailureMode): void
  /** Undoes {@link TestIssuer.fail}; requests that hang go on hanging. */
  heal(): void
  /** The paths asked of discovery and key set, in order, failures included: a copy. */
  readonly requests: readonly string[]

  /**
   * A `fetch` that answers discovery and the key set with no port, under `issuer` and under the
   * URLs of {@link TestIssuer.serve}. Every other URL rejects with a `TypeError`, so a test never
   * reaches a network by mistake. Works without `this`.
   */
  fetch: typeof globalThis.fetch
  /** Options for a guard that fetches the keys in-process. */
  asOptions(): { issuer: string; audience: string; fetch: typeof globalThis.fetch }
  /** Options for a guard that fetches nothing: the keys in force now, blind to later rotations. */
  asStaticOptions(): { issuer: string; audience: string; jwks: KeySet }

  /**
   * Serves discovery and key set over HTTP on a free loopback port until `close()`. Unless an
   * issuer was given in the options, `issuer` is that URL from now on, also after `close()`.
   */
  serve(): Promise<KeySetServer>
}
