import type { Random } from '../random.js'
import { flawsOf } from './flaw.js'
import { notNumber, notText, notTexts, randomJson } from './random-json.js'

/** More seconds than the clocks of a guard and an issuer may differ by. */
const skew = 60
const longestLifetime = 86_400
const most = 1_000_000_000

const now = (): number => Math.floor(Date.now() / 1000)
const later = (random: Random): number => now() + skew + random.below(most)

/** Another text than this one that a careless comparison takes for it. */
const almost = (random: Random, text: string): string =>
  random.pick([
    ...[`${text}/`, ` ${text}`, `${text}x`, `${text}.evil.test`, `x${text}`, `${text}#`],
    ...[
      text.slice(0, -1),
      text.slice(1),
      text.toUpperCase(),
      text.replace('https', 'http'),
      '*',
      '',
    ],
  ])

/** Claims that an RFC 9068 access token for this API does not make, whoever signed it. */
export const tokenFlaws = flawsOf('claims', 401, [
  // RFC 9068 §2.2: what every access token states.
  ({ random }) => ({
    [random.pick(['iss', 'aud', 'exp', 'iat', 'sub', 'client_id', 'jti'])]: undefined,
  }),
  // RFC 7519 §4.1, RFC 8693 §4.3: texts.
  ({ random }) => ({
    [random.pick(['iss', 'sub', 'client_id', 'jti', 'azp'])]: notText(random),
  }),
  ({ random, claims }) => ({ iss: random.pick([[claims['iss']], { iss: claims['iss'] }]) }),
  ({ random, claims }) => ({ iss: almost(random, String(claims['iss'])) }),
  // A trusted issuer speaks for itself only.
  ({ random, claims, material: { issuers } }) => {
    const names = issuers.map(({ testIssuer }) => testIssuer.issuer)
    return { iss: random.pick(names.filter((name) => name !== claims['iss'])) }
  },
  // RFC 7519 §4.1.3: a text or a list of texts, one of which is this API.
  ({ random, claims }) => ({ aud: almost(random, String(claims['aud'])) }),
  ({ random, claims }) => {
    const others = Array.from({ length: random.below(5) }, () =>
      almost(random, String(claims['aud'])),
    )
    return { aud: others }
  },
  ({ random, claims }) => ({ aud: [claims['aud'], notText(random)] }),
  ({ random }) => ({ aud: notTexts(random) }),
  // RFC 7519 §4.1.4 to §4.1.6: times are numbers, and now lies between them.
  ({ random }) => ({ [random.pick(['exp', 'iat', 'nbf'])]: notNumber(random) }),
  ({ random }) => {
    const exp = now() - skew - random.below(most)
    return { exp, iat: exp - 300 }
  },
  ({ random }) => {
    const iat = later(random)
    return { iat, exp: iat + 300 }
  },
  ({ random }) => {
    const nbf = later(random)
    return random.once(2) ? { nbf } : { nbf, exp: nbf + 300 }
  },
  ({ random }) => {
    const iat = now() - random.below(most)
    return { iat, exp: Math.max(iat + longestLifetime, now() + 300) + 1 + random.below(most) }
  },
  // ID tokens, logout and security event tokens are no access tokens, and tokens say so themselves.
  ({ random }) => ({
    [random.pick(['nonce', 'at_hash', 'c_hash', 's_hash', 'events'])]: randomJson(random, 2),
  }),
  ({ random }) => ({
    [random.pick(['token_use', 'typ', 'tok_type'])]: random.once(2)
      ? random.pick(['id', 'ID', 'refresh', 'Refresh', 'logout', 'Offline', 'id_token', '', ' at'])
      : notText(random),
  }),
  // RFC 7800 §3.1: a bound token is no bearer token.
  ({ random }) => ({ cnf: randomJson(random, 2) }),
  // RFC 6749 §3.3: a list of scopes in one text; a list of texts is what others make of it.
  ({ random }) => ({ scope: notTexts(random) }),
  ({ random }) => {
    const name = badName(random)
    return { client_id: name, sub: name }
  },
  // What the issuer is trusted to say of a service has its type, or says nothing.
  ({ random }) => ({
    [random.pick(['service_id', 'tier'])]: random.pick([notText(random), badName(random), '']),
  }),
  ({ random }) => ({
    allowed_ops: random.pick([
      notTexts(random),
      ...['["transfers:create"', '["a:b",1]', '[[]]', '[null]'],
      Array.from({ length: 1001 }, () => ''),
      ['transfers:create', 'x'.repeat(129)],
    ]),
  }),
  ({ random }) => ({ rate_limit: random.pick([-1 - random.below(most), ...badLimits]) }),
])

/** No name that could stand in a log or a key: RFC 6749 appendix A.1, and a bounded length. */
const badName = (random: Random): string =>
  random.pick([
    'x'.repeat(257 + random.below(100)),
    `billing${String.fromCharCode(random.below(32))}`,
    `${String.fromCharCode(127 + random.below(129))}billing`,
    'billing\u202e',
    '\ud800',
  ])

const badLimits: readonly unknown[] = [
  ...[
    '',
    '100',
    '-1/min',
    '1.5/min',
    '1e9/s',
    '100/fortnight',
    '100/min;',
    ' 100/min',
    'unlimited',
  ],
  ...[null, true, false, [], [100], {}, { requests: 100 }, { limit: null }, { limit: '100' }],
  ...[{ limit: -1 }, { limit: 1, window: 0 }, { limit: 1, window: -1 }, { limit: 1, window: '60' }],
  ...[{ limit: 1, burst: null }, { limit: 1, burst: -1 }, { 'a:b': -1 }, { 'a:b': 1, c: 1 }],
]
