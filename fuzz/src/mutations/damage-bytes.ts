import type { Random } from '../random.js'
import type { TokenMutation } from './mutation.js'

/** One to three changes of single bytes and bits, cuts and insertions, anywhere in a token. */
export const damageBytes: TokenMutation = (random, { genuine }) => {
  let token = random.pick(genuine)
  for (let count = random.below(3); count >= 0; count -= 1) {
    token = random.pick(damages)(token, random.below(token.length), random)
  }
  return token
}

type Damage = (token: string, at: number, random: Random) => string

const replace = (token: string, at: number, length: number, piece: string): string =>
  token.slice(0, at) + piece + token.slice(at + length)

const flipBits = (token: string, at: number, mask: number): string =>
  replace(token, at, 1, String.fromCharCode((token.charCodeAt(at) ^ mask) & 0xff))

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.'

const damages: readonly Damage[] = [
  (token, at, random) => flipBits(token, at, 1 << random.below(8)),
  (token, at) => flipBits(token, at, 0xff),
  (token, at, random) => replace(token, at, 1, random.latin1(1)),
  (token, at, random) => replace(token, at, 1, random.pick([...alphabet])),
  (token, at, random) => replace(token, at, 0, random.pick([...alphabet])),
  (token, at, random) => replace(token, at, 0, random.latin1(1 + random.below(8))),
  (token, at) => token.slice(0, at),
  (token, at) => token.slice(at),
  (token, at, random) => replace(token, at, 1 + random.below(40), ''),
  (token, at, random) => replace(token, at, 0, token.slice(at, at + 1 + random.below(200))),
  (token, at) => replace(token, at, 2, `${token.charAt(at + 1)}${token.charAt(at)}`),
]
