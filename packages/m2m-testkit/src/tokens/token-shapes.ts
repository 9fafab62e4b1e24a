import type { TokenKind } from '../mint.js'
import { auth0, auth0Rfc9068, auth0Rfc9068User, auth0User } from './auth0.js'
import { cognito, cognitoUser } from './cognito.js'
import { duende, duendeUser } from './duende.js'
import { entra, entraUser, entraV1, entraV1User } from './entra.js'
import { hydra, hydraUser } from './hydra.js'
import { keycloak, keycloakBefore262, keycloakBefore262User, keycloakUser } from './keycloak.js'
import { delegated, dpopProof, idToken, logoutToken, refreshToken } from './look-alikes.js'
import { oidcProvider, oidcProviderUser } from './oidc-provider.js'
import { okta, oktaUser } from './okta.js'
import { oracle, oracleUser } from './oracle.js'
import { stytch, stytchUser } from './stytch.js'
import type { TokenShape } from './token-shape.js'

/** Every kind of token by the name of the method that mints it. */
export const tokenShapes: Readonly<Record<TokenKind, TokenShape>> = Object.freeze({
  cognito,
  cognitoUser,
  auth0,
  auth0User,
  auth0Rfc9068,
  auth0Rfc9068User,
  entra,
  entraUser,
  entraV1,
  entraV1User,
  okta,
  oktaUser,
  keycloak,
  keycloakUser,
  keycloakBefore262,
  keycloakBefore262User,
  oidcProvider,
  oidcProviderUser,
  duende,
  duendeUser,
  hydra,
  hydraUser,
  stytch,
  stytchUser,
  oracle,
  oracleUser,
  idToken,
  refreshToken,
  dpopProof,
  logoutToken,
  delegated,
})

/** Every {@link TokenKind}, to run one test over all of them. */
export const tokenKinds: readonly TokenKind[] = Object.freeze(
  Object.keys(tokenShapes) as TokenKind[],
)
