/** What a token of {@link Mint} should say; everything may be left out. */
export interface MintSpec {
  /** The client. @defaultValue an id in the form that the provider gives them */
  clientId?: string
  /** What the client may do, in the claim where the provider puts it. @defaultValue `['s2s:internal']` */
  scopes?: readonly string[]
  /** Laid over all other claims; `undefined` deletes one. */
  claims?: Record<string, unknown>
  /** Laid over the header; `undefined` deletes a member. */
  header?: Record<string, unknown>
}

/** Signs one kind of token. */
export type MintToken = (spec?: MintSpec) => Promise<string>

/**
 * Tokens as identity providers issue them, header and claims: `cognito()` is the token of a service,
 * `cognitoUser()` that of a person who came by way of the same client, and so on. Each is valid now,
 * has this issuer's `iss`, `kid` and `alg`, and this issuer's audience where the provider states one.
 *
 * The shapes come from the providers' documentation and source and from published tokens, as of
 * November 2026. What customers can configure (hooks, mappers, custom claims) goes into `claims`.
 */
export interface Mint {
  /** Amazon Cognito user pools, client credentials. Has no `aud`: pin client ids instead. */
  cognito: MintToken
  /** Amazon Cognito user pools, a person's access token. */
  cognitoUser: MintToken
  /** Auth0, default access token profile, client credentials. */
  auth0: MintToken
  /** Auth0, default access token profile, a person's. */
  auth0User: MintToken
  /** Auth0, RFC 9068 access token profile, client credentials. */
  auth0Rfc9068: MintToken
  /** Auth0, RFC 9068 access token profile, a person's. */
  auth0Rfc9068User: MintToken
  /** Microsoft Entra ID v2.0, app-only, with the optional claim `idtyp`. Scopes are `roles`. */
  entra: MintToken
  /** Microsoft Entra ID v2.0, a person's. Scopes are `scp`, one text. */
  entraUser: MintToken
  /** Microsoft Entra ID v1.0, app-only, with the optional claim `idtyp`. Scopes are `roles`. */
  entraV1: MintToken
  /** Microsoft Entra ID v1.0, a person's. Scopes are `scp`, one text. */
  entraV1User: MintToken
  /** Okta, custom authorization server, client credentials. Scopes are `scp`, a list. */
  okta: MintToken
  /** Okta, custom authorization server, a person's. */
  oktaUser: MintToken
  /** Keycloak 26.2 and newer, the service account of a client. */
  keycloak: MintToken
  /** Keycloak 26.2 and newer, a person's. */
  keycloakUser: MintToken
  /** Keycloak 21.1 to 26.1, the service account of a client. */
  keycloakBefore262: MintToken
  /** Keycloak before 26.2, a person's. */
  keycloakBefore262User: MintToken
  /** panva's oidc-provider 9, client credentials with `accessTokenFormat: 'jwt'`. */
  oidcProvider: MintToken
  /** panva's oidc-provider 9, a person's: only `sub` differs. */
  oidcProviderUser: MintToken
  /** Duende IdentityServer, client credentials. Has no `sub`; scopes are a list. */
  duende: MintToken
  /** Duende IdentityServer, a person's. */
  duendeUser: MintToken
  /** Ory Hydra with JWT access tokens, client credentials. Scopes are `scp`, a list. */
  hydra: MintToken
  /** Ory Hydra with JWT access tokens, a person's: only `sub` differs. */
  hydraUser: MintToken
  /** Stytch M2M, client credentials. The client is `sub`; the audience is the project. */
  stytch: MintToken
  /** Stytch, a person's session, under the same issuer, audience and keys. Names no client or scope. */
  stytchUser: MintToken
  /** Oracle identity domains (IDCS), client credentials. */
  oracle: MintToken
  /** Oracle identity domains (IDCS), a person's. */
  oracleUser: MintToken

  /** No access token: an OpenID Connect ID token, whose audience is this API all the same. */
  idToken: MintToken
  /** No access token: a refresh token that is a JWT, as Keycloak's are. */
  refreshToken: MintToken
  /** No access token: a DPoP proof (RFC 9449), with `iss`, `aud` and `exp` as if it were one. */
  dpopProof: MintToken
  /** No access token: an OpenID Connect back-channel logout token. */
  logoutToken: MintToken
  /** A person's access token in the hands of a service that acts for them (`act`, RFC 8693). */
  delegated: MintToken
}

/** The name of a method of {@link Mint}. */
export type TokenKind = keyof Mint
