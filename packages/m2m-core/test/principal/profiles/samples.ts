import type { Profile } from '../../../src/principal/profile.js'
import { auth0 } from '../../../src/principal/profiles/auth0.js'
import { cognito } from '../../../src/principal/profiles/cognito.js'
import { duende } from '../../../src/principal/profiles/duende.js'
import { entra } from '../../../src/principal/profiles/entra.js'
import { generic } from '../../../src/principal/profiles/generic.js'
import { hydra } from '../../../src/principal/profiles/hydra.js'
import { keycloak, keycloakBefore262 } from '../../../src/principal/profiles/keycloak.js'
import { oidcProvider } from '../../../src/principal/profiles/oidc-provider.js'
import { okta } from '../../../src/principal/profiles/okta.js'
import { oracle } from '../../../src/principal/profiles/oracle.js'
import { rfc9068 } from '../../../src/principal/profiles/rfc9068.js'
import { stytch } from '../../../src/principal/profiles/stytch.js'
import { checkClaims } from '../../../src/token/check-claims.js'
import { type JsonObject, member } from '../../../src/token/compact.js'
import type { IssuerRules } from '../../../src/token/token-rules.js'
import { issuerRules } from '../../token/issuer-rules.js'

/** What one provider puts into its tokens. */
export interface Sample {
  readonly what: string
  readonly profile: Profile
  /** A token of its client-credentials grant, without audience and times. */
  readonly service: JsonObject
  /** The claims without any one of which it shows no service. */
  readonly markers: readonly string[]
  /** What makes it a user's, each by itself laid over the rest. */
  readonly people: readonly JsonObject[]
}

/** In any provider's token a sign of a person. */
const anyPeople: readonly JsonObject[] = [
  { given_name: 'J' },
  { family_name: 'Doe' },
  { upn: 'jdoe@acme.test' },
  { unique_name: 'jdoe' },
  { amr: ['pwd'] },
  { username: 'jdoe' },
  { uid: '00u1' },
  { user_id: '7' },
  { 'cognito:groups': [] },
]
const sid = { sid: 's-1' }
const another = { sub: 'user-1' }

const tenant = '8d3f1c52-0a6b-4f0e-9c1d-2b7e5a4c9f10'
const entraApp = {
  tid: tenant,
  idtyp: 'app',
  oid: '72243241-1f6e-4b5e-8f0a-6a1d0f6f3c55',
  sub: '72243241-1f6e-4b5e-8f0a-6a1d0f6f3c55',
  roles: ['s2s.internal'],
  uti: 'u-1',
}
const entraPeople = [
  { idtyp: 'user' },
  { scp: 'access_as_user' },
  { preferred_username: 'jdoe@acme.test' },
  { email: 'jdoe@acme.test' },
  { name: 'J Doe' },
  sid,
]

/** One service token of each kind, with what it turns on. */
export const samples: readonly Sample[] = [
  {
    what: 'rfc9068',
    profile: rfc9068,
    service: { sub: 'billing', client_id: 'billing', jti: 'j-1', iat: 1_800_000_000 },
    markers: ['client_id'],
    people: [another, sid, { gty: 'password' }, { idtyp: 'user' }],
  },
  {
    what: 'generic',
    profile: generic,
    service: { sub: 'billing', azp: 'billing' },
    markers: ['azp'],
    people: [another, sid, { gty: 'password' }, { idtyp: 'user' }],
  },
  {
    what: 'auth0, its own dialect',
    profile: auth0,
    service: { sub: 'Zk3mPq7R@clients', azp: 'Zk3mPq7R', gty: 'client-credentials' },
    markers: ['sub', 'azp'],
    people: [{ sub: 'auth0|5f7c' }, { gty: 'password' }, { gty: null }, sid],
  },
  {
    what: 'auth0, the dialect of RFC 9068',
    profile: auth0,
    service: { sub: 'Zk3mPq7R@clients', client_id: 'Zk3mPq7R', jti: 'j-1' },
    markers: ['sub', 'client_id'],
    people: [{ sub: 'google-oauth2|1' }, { gty: 'refresh_token' }, sid],
  },
  {
    what: 'cognito',
    profile: cognito,
    service: {
      sub: '3n4b5urk1ft4fl3mg5e62d9ado',
      client_id: '3n4b5urk1ft4fl3mg5e62d9ado',
      token_use: 'access',
      auth_time: 1_800_000_000,
      version: 2,
    },
    markers: ['sub', 'client_id'],
    people: [{ 'cognito:username': 'jdoe' }, { device_key: 'eu-west-1_a' }, sid],
  },
  {
    what: 'duende',
    profile: duende,
    service: { client_id: 'billing', client_tier: 'internal', jti: 'j-1' },
    markers: ['client_id'],
    people: [{ sub: '42' }, { idp: 'local' }, { auth_time: 1_800_000_000 }, sid],
  },
  {
    what: 'entra, version 1.0',
    profile: entra,
    service: {
      ...entraApp,
      iss: `https://sts.windows.net/${tenant}/`,
      appid: '1671f074-6c7f-4c3e-b5a0-33f4b1a2c901',
      appidacr: '1',
      ver: '1.0',
    },
    markers: ['idtyp', 'appid', 'tid', 'iss'],
    people: entraPeople,
  },
  {
    what: 'entra, version 2.0',
    profile: entra,
    service: {
      ...entraApp,
      iss: `https://login.microsoftonline.com/${tenant}/v2.0`,
      azp: '1671f074-6c7f-4c3e-b5a0-33f4b1a2c901',
      azpacr: '1',
      ver: '2.0',
    },
    markers: ['idtyp', 'azp', 'tid', 'iss'],
    people: entraPeople,
  },
  {
    what: 'hydra',
    profile: hydra,
    service: { sub: 'billing', client_id: 'billing', ext: { tier: 'internal' }, jti: 'j-1' },
    markers: ['sub', 'client_id'],
    people: [another, { ext: { username: 'jdoe' } }, sid],
  },
  {
    what: 'keycloak',
    profile: keycloak,
    service: {
      jti: 'trrtcc:f60fa4a6-f6df-71c3-7b14-730f2c2382b5',
      typ: 'Bearer',
      azp: 'Billing',
      client_id: 'Billing',
      sub: 'ecbbd65d-6d4a-4a3b-8a0a-0f3c6b0c0a11',
      acr: '1',
      email_verified: false,
      preferred_username: 'service-account-billing',
    },
    markers: ['jti', 'azp'],
    people: ['ac', 'ro', 'dg', 'ci'].map((grant) => ({ jti: `onrt${grant}:f60fa4a6` })),
  },
  {
    what: 'keycloak before 26.2',
    profile: keycloakBefore262,
    service: {
      jti: 'f60fa4a6-f6df-71c3-7b14-730f2c2382b5',
      typ: 'Bearer',
      azp: 'Billing',
      client_id: 'Billing',
      sub: 'ecbbd65d-6d4a-4a3b-8a0a-0f3c6b0c0a11',
      preferred_username: 'service-account-billing',
    },
    markers: ['jti', 'azp', 'client_id', 'preferred_username'],
    people: [sid, { session_state: 's-1' }],
  },
  {
    what: 'oidc-provider',
    profile: oidcProvider,
    service: { sub: 'billing', client_id: 'billing', jti: 'j-1', iat: 1_800_000_000 },
    markers: ['sub', 'client_id'],
    people: [another, sid],
  },
  {
    what: 'okta',
    profile: okta,
    service: {
      ver: 1,
      jti: 'AT.Emh1',
      cid: '0oa8acv8gbBPRCZ7I5d7',
      sub: '0oa8acv8gbBPRCZ7I5d7',
      auth_time: 1000,
    },
    markers: ['cid', 'sub'],
    people: [sid],
  },
  {
    what: 'oracle',
    profile: oracle,
    service: {
      sub: 'fa3e',
      sub_type: 'client',
      client_id: 'fa3e',
      client_name: 'billing',
      tok_type: 'AT',
      gtp: 'cc',
      jti: 'j-1',
    },
    markers: ['sub', 'sub_type', 'client_id'],
    people: [{ sub_type: 'user' }, { user_displayname: 'J Doe' }, sid],
  },
  {
    what: 'stytch',
    profile: stytch,
    service: { sub: 'm2m-client-test-6c2a0b9e-1d1f-4a55-9d0a-7f5f0e9d2c11' },
    markers: ['sub'],
    people: [
      { sub: 'user-test-6c2a0b9e-1d1f-4a55-9d0a-7f5f0e9d2c11' },
      { sub: 'member-live-6c2a0b9e-1d1f-4a55-9d0a-7f5f0e9d2c11' },
      { 'https://stytch.com/session': {} },
      { client_id: 'connected-app-test-6c2a' },
      sid,
    ],
  },
].map((sample) => ({ ...sample, people: [...anyPeople, ...sample.people] }))

/** The service token of a provider: the first where there are several. */
export const serviceOf = (profile: Profile): JsonObject => {
  const sample = samples.find((one) => one.profile === profile)
  if (sample) return sample.service
  throw new Error(`no sample of ${profile.name}`)
}

/** Claims without some of them. */
export const without = (claims: JsonObject, ...names: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(claims).filter(([name]) => !names.includes(name)))

const now = 1_800_000_000

/**
 * Why a profile takes these claims for no access token, else whose it takes them for. Undefined
 * takes a claim away.
 */
export const judge = (
  profile: Profile,
  claims: JsonObject,
  changes: Partial<IssuerRules> = {},
): string => {
  const given = { aud: 'https://api.test', iat: now, exp: now + 300, ...claims }
  const undefinedOnes = Object.keys(given).filter((name) => member(given, name) === undefined)
  const whole = without(given, ...undefinedOnes)
  const rules = issuerRules({ ...profile.token, ...changes })
  return checkClaims(whole, rules, now * 1000)?.cause ?? profile.classify(whole).kind
}
