import { encodePart } from '../compact-token.js'
import type { Material } from '../material.js'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Ways to write the base token, or something that resembles it, other than its one spelling. */
export const spellings = {
  padding: ({ token }: Material) => `${token}==`,
  'space-in-signature': ({ token }: Material) => insert(token, token.length - 4, ' '),
  'tab-in-signature': ({ token }: Material) => insert(token, token.length - 4, '\t'),
  'latin-1-in-signature': ({ token }: Material) => insert(token, token.length - 4, '\u00e9'),
  'non-canonical-last-char': ({ token }: Material) => {
    // 64 bytes leave 4 bits of the last character unused: 0 in the canonical spelling.
    const last = alphabet.indexOf(token.slice(-1))
    return `${token.slice(0, -1)}${alphabet.charAt(last + 1)}`
  },
  'plus-slash': async ({ mint }: Material) => {
    for (;;) {
      const [header, claims, signature = ''] = (await mint()).split('.')
      const standard = signature.replaceAll('-', '+').replaceAll('_', '/')
      if (standard !== signature) return `${header}.${claims}.${standard}`
    }
  },
  'percent-encoded-dots': ({ token }: Material) => token.replaceAll('.', '%2E'),
  'base64url-twice': ({ token }: Material) => Buffer.from(token).toString('base64url'),
  'upper-case': ({ token }: Material) => token.toUpperCase(),
  'one-part': ({ parts }: Material) => parts[1],
  'two-parts': ({ parts }: Material) => `${parts[0]}.${parts[1]}`,
  'four-parts': ({ token, parts }: Material) => `${token}.${parts[2]}`,
  'five-parts': ({ token, parts }: Material) => `${token}.${parts[1]}.${parts[2]}`,
  'leading-dot': ({ token }: Material) => `.${token}`,
  'trailing-dot': ({ token }: Material) => `${token}.`,
  'empty-header': ({ parts }: Material) => `.${parts[1]}.${parts[2]}`,
  'empty-payload': ({ parts }: Material) => `${parts[0]}..${parts[2]}`,
  'two-dots': () => '..',
  'eight-thousand-dots': () => '.'.repeat(8000),
  'json-serialisation': ({ parts }: Material) => JSON.stringify(flattened(parts)),
  'json-serialisation-encoded': ({ parts }: Material) => encodePart(flattened(parts)),
  jwe: ({ parts }: Material) =>
    `${encodePart({ alg: 'RSA-OAEP-256', enc: 'A256GCM' })}.${parts[1]}.AAAA.${parts[1]}.AAAA`,
  'jwe-password-based': ({ parts }: Material) => {
    const costly = { alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2c: 2147483647, p2s: 'AAAAAAAA' }
    return `${encodePart(costly)}.${parts[1]}.AAAA.${parts[1]}.AAAA`
  },
} as const satisfies Record<string, (material: Material) => string | Promise<string>>

/** The name of one such spelling. */
export type Spelling = keyof typeof spellings

/** The base token in another spelling. */
export const respell = (material: Material, name: Spelling): string | Promise<string> =>
  spellings[name](material)

const insert = (text: string, index: number, piece: string): string =>
  `${text.slice(0, index)}${piece}${text.slice(index)}`

/** RFC 7515 §7.2.2. */
const flattened = ([header, payload, signature]: Material['parts']): object => ({
  payload,
  protected: header,
  signature,
})
