/** Seeded chance: the same seed gives the same choices, in the same order. */
export interface Random {
  /** A whole number from 0 to below `bound`. */
  below(bound: number): number
  /** True once in `times`. */
  once(times: number): boolean
  pick<T>(list: readonly [T, ...T[]] | readonly T[]): T
  /** Text whose characters stand for one byte each. */
  latin1(length: number): string
}

/** Makes chance from a seed of 32 bits: mulberry32, a Weyl sequence put through two multiplications. */
export const createRandom = (seed: number): Random => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  const below = (bound: number): number => Math.floor((next() / 2 ** 32) * bound)
  return {
    below,
    once: (times) => below(times) === 0,
    pick: <T>(list: readonly T[]): T => {
      if (list.length === 0) throw new RangeError('There is nothing to pick from')
      return list[below(list.length)] as T
    },
    latin1: (length) => Array.from({ length }, () => String.fromCharCode(below(256))).join(''),
  }
}
