import type { Random } from '../random.js'
import type { TokenMutation } from './mutation.js'

/** Parts of several tokens in one: exchanged, repeated, left out, cut anywhere and joined. */
export const spliceTokens: TokenMutation = (random, { genuine }) => {
  const [one, other] = [random.pick(genuine), random.pick(genuine)]
  return random.pick(splices)(one, other, random)
}

type Splice = (one: string, other: string, random: Random) => string

const splices: readonly Splice[] = [
  (one, other, random) => {
    const at = random.below(Math.min(one.length, other.length))
    return one.slice(0, at) + other.slice(at)
  },
  (one, other, random) =>
    one.slice(0, random.below(one.length)) + other.slice(random.below(other.length)),
  (one, other, random) =>
    [0, 1, 2].map((index) => random.pick([one, other]).split('.')[index]).join('.'),
  (one, other, random) => {
    const parts = [...one.split('.'), ...other.split('.')]
    return Array.from({ length: random.below(6) }, () => random.pick(parts)).join('.')
  },
  (one, _other, random) => {
    const parts = one.split('.')
    parts.splice(random.below(4), 0, random.pick(parts))
    return parts.join('.')
  },
  (one, other) => one + other,
  (one, other) => `${one}.${other}`,
]
