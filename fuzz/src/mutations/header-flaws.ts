import { flawsOf } from './flaw.js'
import { notText, randomJson } from './random-json.js'

const forbidden = ['jku', 'x5u', 'jwk', 'x5c', 'crit', 'b64', 'zip', 'enc'] as const

const algorithms = [
  ...['none', 'None', '', 'HS256', 'HS384', 'HS512', 'ES256K', 'A128KW', 'dir', 'es256'],
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'],
] as const

const otherTypes = [
  ...[undefined, '', 'JWT', 'jwt', 'JOSE', 'dpop+jwt', 'logout+jwt', 'secevent+jwt', 'id_token'],
  ...['token-introspection+jwt', 'at+jwt ', ' at+jwt', 'at+jws', 'application/jwt', 'text/at+jwt'],
] as const

/** Headers that no access token has, whoever signed it. */
export const headerFlaws = flawsOf('header', 401, [
  // A token neither brings nor names its key, and says nothing of how it is to be read.
  ({ random }) => ({ [random.pick(forbidden)]: randomJson(random, 2) }),
  // RFC 8725 §3.1: a key has one algorithm, which is asymmetric here.
  ({ random, header }) => ({ alg: random.pick(algorithms.filter((alg) => alg !== header['alg'])) }),
  ({ random }) => ({ alg: notText(random) }),
  () => ({ alg: undefined }),
  // RFC 9068 §4: `at+jwt` or `application/at+jwt`, in any case.
  ({ random }) => ({ typ: random.pick(otherTypes) }),
  ({ random }) => ({ typ: notText(random) }),
  // The key is one that the issuer publishes, by its exact id.
  ({ random, header, material: { issuers } }) => {
    const others = issuers.map(({ publicJwk }) => publicJwk.kid)
    return { kid: random.pick(others.filter((kid) => kid !== header['kid'])) }
  },
  ({ random, header: { kid } }) => ({
    kid: random.pick([`${kid} `, `${kid}=`, String(kid).slice(1), String(kid).toLowerCase()]),
  }),
  ({ random }) => ({ kid: random.latin1(random.below(30)) }),
  ({ random }) => ({ kid: notText(random) }),
])
