import type { Profile } from '../profile.js'
import { auth0 } from './auth0.js'
import { cognito } from './cognito.js'
import { duende } from './duende.js'
import { entra } from './entra.js'
import { generic } from './generic.js'
import { hydra } from './hydra.js'
import { keycloak, keycloakBefore262 } from './keycloak.js'
import { oidcProvider } from './oidc-provider.js'
import { okta } from './okta.js'
import { oracle } from './oracle.js'
import { rfc9068 } from './rfc9068.js'
import { stytch } from './stytch.js'

/** Every profile by its name. */
export const profiles: ReadonlyMap<string, Profile> = new Map(
  [
    rfc9068,
    generic,
    auth0,
    cognito,
    duende,
    entra,
    hydra,
    keycloak,
    keycloakBefore262,
    oidcProvider,
    okta,
    oracle,
    stytch,
  ].map((profile) => [profile.name, profile]),
)

/** The names that `profile` may have. */
export type ProfileName =
  | 'rfc9068'
  | 'generic'
  | 'auth0'
  | 'cognito'
  | 'duende'
  | 'entra'
  | 'hydra'
  | 'keycloak'
  | 'keycloak-before-26.2'
  | 'oidcProvider'
  | 'okta'
  | 'oracle'
  | 'stytch'

/** The provider that an issuer of this name belongs to, as far as names tell. */
export const providerOf = (issuer: string): Profile | undefined =>
  [...profiles.values()].find(({ isIssuer }) => isIssuer(issuer))
