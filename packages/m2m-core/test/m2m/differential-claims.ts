import fc from 'fast-check'
import { pool } from './differential-pool.js'
import { ours, outside, partner, publicJwk } from './differential-signers.js'

/** The moment at which every token of the differential test is judged, in seconds. */
export const now = 1_800_000_000

/** A member of the header or a claim and its value; undefined takes it away. */
export type Edit = readonly [name: string, value: unknown]
const edits = (values: Readonly<Record<string, readonly unknown[]>>): fc.Arbitrary<Edit> =>
  fc.constantFrom(
    ...Object.entries(values).flatMap(([name, all]) => all.map((value): Edit => [name, value])),
  )

const likelyHeaderEdit = edits({
  typ: [undefined, 'JWT', 'application/at+jwt'],
  kid: [undefined, null],
})
const headerEdit = edits({
  typ: [undefined, 'JWT', 'jwt', 'AT+JWT', 'application/at+jwt', 'Application/JWT', 'at+jwt '],
  kid: [undefined, 'es', 'es-2', 'rs', 'ps', 'ed', 'unknown', '', '__proto__', 7, null, ['es']],
  alg: ['none', 'HS256', 'ES256', 'RS256', 'PS256', 'EdDSA', 'ES384', 'es256', undefined, null],
  crit: [['exp'], []],
  jwk: [publicJwk(outside, {})],
  jku: ['https://attacker.test'],
  x5c: [['MII']],
  x5u: ['https://attacker.test'],
  cty: ['JWT'],
  x5t: ['abc'],
})
const oddTyp = edits({ typ: ['dpop+jwt', 'logout+jwt', '', 5, null, ['at+jwt'], 'text/at+jwt'] })

/** Just before, at and just after each bound that the options can set. */
const around = (...moments: readonly number[]): readonly number[] =>
  moments.flatMap((moment) => [moment - 0.001, moment, moment + 0.001])
const ahead = around(now, now + 5, now + 60)
const timeEdit = edits({
  exp: around(now, now - 5, now - 60, now + 290, now + 3590, now + 86_390),
  iat: ahead,
  nbf: ahead,
})
const oddTime = fc.tuple(
  fc.constantFrom('exp', 'iat', 'nbf'),
  fc.constantFrom<unknown>(undefined, null, `${now}`, true, 0, -1, 1e300, [now]),
)

/** The audience of a good token. */
export const api = 'https://api.test'
const ids = [
  undefined,
  'billing',
  'reports',
  'billing@clients',
  '',
  'caf\u00e9',
  null,
  7,
  ['billing'],
]
const claimEdit = edits({
  iss: [undefined, ours, partner, `${ours}/`, ours.toUpperCase(), [ours], null],
  aud: [
    undefined,
    [api],
    ['x', api],
    `${api}/`,
    'https://api',
    [],
    [5, api],
    null,
    { api },
    'other',
  ],
  sub: ids,
  client_id: ids,
  azp: ids,
  cid: ids,
  appid: ids,
  jti: [undefined, '', 7],
  scope: [
    '',
    's2s:internal s2s:write',
    ['s2s:internal'],
    [' s2s:internal'],
    'S2S:Internal',
    'transfers-api/s2s:internal other/s2s:write',
    7,
    null,
  ],
  scp: [['s2s:internal'], 's2s:internal', 's2s:write', 7, null],
  roles: [['s2s:internal'], 'transfers-api/s2s:internal', 7],
  'ext.roles': ['s2s:write'],
  act: [{ sub: 'bff' }, {}, null, 'bff', []],
  cnf: [{ jkt: 'x' }, null],
  nonce: ['n'],
  at_hash: ['x'],
  events: [{}],
  token_use: ['access', 'id', null],
  typ: ['Bearer', 'ID', 'Refresh', ['Bearer']],
  tok_type: ['AT', 'IT'],
  gty: ['client-credentials', 'password', null],
  idtyp: ['app', 'user'],
  sid: ['s'],
  username: [''],
  amr: [null],
  auth_time: [now],
  preferred_username: ['service-account-billing'],
})
const grantEdit = edits({
  allowed_ops: [
    ...[undefined, [], ['transfers:create'], ['transfers:read', 'events:publish'], 'transfers:*'],
    ...['*', 'transfers:create,events:publish', '["transfers:read"]', ['*:create'], 'nonsense'],
    ['__proto__:create'],
  ],
  tier: ['internal', 'partner'],
  service_id: ['payments', 'ledger', 'billing', '__proto__'],
  rate_limit: [100, '10/s', '10/s;burst=5', { limit: 5 }, { 'a:b': 5 }, '{"limit":5}'],
  roles: [['admin']],
  permissions: [['transfers:create'], 7],
  ext: [
    { tier: 'internal', service_id: 'payments', allowed_ops: ['transfers:read'] },
    { roles: ['s2s:internal', 's2s:write'], rate_limit: '5/s' },
    { roles: 7, tier: null },
    ['roles'],
    null,
  ],
})
const badGrantEdit = edits({
  allowed_ops: ['[7]', '[', 7, null, {}, [7]],
  tier: ['', 7, null, 'x'.repeat(257), 'a\nb'],
  service_id: ['', 7, null],
  rate_limit: [-1, '5', null, {}, { a: 5 }, '{"limit":', '{}'],
})
/** `__proto__` as JSON knows it: a name like any other. */
const protoEdit = fc.constantFrom<Edit>(
  ['__proto__', { client_id: 'billing', scope: 's2s:internal', allowed_ops: ['*'] }],
  ['constructor', { name: 'x' }],
)

const some = (edit: fc.Arbitrary<Edit>): fc.Arbitrary<readonly Edit[]> =>
  fc.array(edit, { minLength: 1, maxLength: 2 })
/** Mostly one thing at a time is odd, so that what it does is not hidden by another. */
export const claimEdits = fc.oneof(
  { weight: 3, arbitrary: fc.constant<readonly Edit[]>([]) },
  { weight: 5, arbitrary: some(claimEdit) },
  { weight: 3, arbitrary: some(pool(4, timeEdit, 1, oddTime)) },
  { weight: 5, arbitrary: some(grantEdit) },
  { weight: 1, arbitrary: some(badGrantEdit) },
  { weight: 1, arbitrary: some(protoEdit) },
  {
    weight: 2,
    arbitrary: fc.tuple(some(claimEdit), some(timeEdit), some(grantEdit)).map((all) => all.flat()),
  },
)

/** The same for the JOSE header. */
export const headerEdits = pool(
  4,
  fc.constant<readonly Edit[]>([]),
  1,
  some(pool(2, likelyHeaderEdit, 3, pool(5, headerEdit, 1, oddTyp))),
)
