import type { Material } from '../material.js'
import type { Random } from '../random.js'
import type { TokenMutation } from './mutation.js'
import { randomJson } from './random-json.js'

/** A token whose header or claims say something else, under the signature that it had. */
export const editJson: TokenMutation = (random, material) => {
  const parts = random.pick(material.genuine).split('.')
  const index = random.below(2)
  const text = Buffer.from(parts[index] ?? '', 'base64url').toString('latin1')
  const edited = random.once(4)
    ? damageText(text, random)
    : editMembers(
        text,
        index === 0 ? headerMembers(random, material) : claimMembers(random, material),
        random,
      )
  parts[index] = Buffer.from(edited, 'latin1').toString('base64url')
  return parts.join('.')
}

type Members = readonly (readonly [name: string, value: unknown])[]

const headerMembers = (random: Random, { issuers, foreignJwk }: Material): Members => [
  [
    'alg',
    random.pick(['none', 'None', 'HS256', 'HS512', 'ES256', 'RS256', 'PS256', 'EdDSA', '', 0]),
  ],
  ['kid', random.pick([...issuers.map(({ publicJwk }) => publicJwk.kid), '__proto__', '../x', 7])],
  ['kid', random.latin1(random.below(40))],
  ['jwk', foreignJwk],
  ['jku', 'https://attacker.test/jwks'],
  ['x5u', 'https://attacker.test/chain'],
  ['x5c', ['MIIB']],
  ['crit', random.pick([[], ['exp'], ['b64'], 'alg', null])],
  ['b64', random.once(2)],
  ['zip', 'DEF'],
  ['enc', 'A256GCM'],
  ['typ', random.pick(['JWT', 'dpop+jwt', 'AT+JWT', '', null, 1])],
  [random.latin1(random.below(12)), randomJson(random, 3)],
]

const claimMembers = (random: Random, { issuers }: Material): Members => [
  [
    'iss',
    random.pick([...issuers.map(({ testIssuer }) => testIssuer.issuer), 'https://attacker.test']),
  ],
  ['aud', random.pick(['https://api.test', '*', [], ['https://api.test', 1], null])],
  ['exp', random.pick([0, -1, 1e308, 4e9, '4000000000', null, 4_000_000_000.5])],
  ['iat', random.pick([0, 4e9, null, '0'])],
  ['nbf', random.pick([0, 4e9, null, []])],
  ['sub', random.pick(['payroll', 'user-1', '', '__proto__', 7])],
  ['client_id', random.pick(['payroll', 'billing', '', [], null])],
  ['scope', random.pick(['s2s:internal s2s:admin', ['s2s:internal'], '*', 7])],
  ['allowed_ops', random.pick([['*'], '*:*', ['transfers:delete'], {}, null])],
  ['act', { sub: 'x' }],
  ['cnf', {}],
  ['__proto__', { scope: 's2s:internal' }],
  ['constructor', { prototype: {} }],
  [random.latin1(random.below(12)), randomJson(random, 3)],
]

/** Lays one member over the others, adds it a second time, deletes one, or wraps the whole. */
const editMembers = (text: string, members: Members, random: Random): string => {
  const [name, value] = random.pick(members)
  const object = Object.entries(JSON.parse(text) as object)
  const added = [JSON.stringify(name), JSON.stringify(value)].join(':')
  const kept = object.filter(([known]) => known !== name)
  switch (random.below(6)) {
    case 0:
      return `{${added},${text.slice(1)}`
    case 1:
      return `${text.slice(0, -1)},${added}}`
    case 2:
      return JSON.stringify(Object.fromEntries(object.filter((_, at) => at !== random.below(8))))
    case 3:
      return random.pick([`[${text}]`, `${text}${text}`, JSON.stringify(value), `{"a":${text}}`])
    default:
      return JSON.stringify(Object.fromEntries([...kept, [name, value]]))
  }
}

const damageText = (text: string, random: Random): string => {
  const at = random.below(text.length + 1)
  const piece = random.pick([
    '',
    ' ',
    '\n',
    ',',
    '"',
    '{',
    '}',
    '\\',
    '\0',
    '\u00ff',
    '\u00c0\u00af',
    '9',
    random.latin1(3),
  ])
  return text.slice(0, at) + piece + text.slice(at + random.below(3))
}
