import type { Random } from '../random.js'
import type { TokenMutation } from './mutation.js'

/** A valid token in another spelling, which decodes to the same bytes where base64 is read loosely. */
export const respell: TokenMutation = (random, { valid }) => {
  const parts = random.pick(valid).split('.')
  const index = random.below(3)
  parts[index] = random.pick(spellings)(parts[index] ?? '', random)
  return random.once(8) ? random.pick(wholes)(parts.join('.')) : parts.join('.')
}

type Spelling = (part: string, random: Random) => string

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

const insert = (part: string, at: number, piece: string): string =>
  part.slice(0, at) + piece + part.slice(at)

const spellings: readonly Spelling[] = [
  (part, random) => part + '='.repeat(1 + random.below(3)),
  (part) => part.replaceAll('-', '+').replaceAll('_', '/'),
  (part, random) => {
    const last = alphabet.indexOf(part.slice(-1))
    return part.slice(0, -1) + alphabet.charAt(last ^ (1 + random.below(15)))
  },
  (part, random) =>
    insert(part, random.below(part.length + 1), random.pick([' ', '\t', '\n', '\r\n', '\u00a0'])),
  (part, random) => insert(part, random.below(part.length + 1), random.pick([...'=,;:!~%|"\\'])),
  (part) => part + 'A'.repeat(4 - (part.length % 4)),
  (part) => Buffer.from(part, 'base64url').toString('base64'),
  (part) => Buffer.from(part, 'base64url').toString('hex'),
  (part) => Buffer.from(part).toString('base64url'),
  (part, random) => {
    const at = random.below(part.length)
    const code = part.charCodeAt(at).toString(16)
    return part.slice(0, at) + random.pick(['%', '\\u00', '\\x', '&#x']) + code + part.slice(at + 1)
  },
  (part) => part.toLowerCase(),
]

const wholes: readonly ((token: string) => string)[] = [
  (token) => token.replaceAll('.', '%2e'),
  (token) => token.replace('.', '\u00b7'),
  (token) => `"${token}"`,
  (token) => encodeURIComponent(token),
  (token) => Buffer.from(token).toString('base64url'),
  (token) => token.split('.').reverse().join('.'),
]
