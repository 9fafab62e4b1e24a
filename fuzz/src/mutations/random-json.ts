import type { Random } from '../random.js'

/** Any JSON value, at most so many levels deep. */
export const randomJson = (random: Random, depth: number): unknown => {
  switch (random.below(depth > 0 ? 8 : 5)) {
    case 0:
      return random.below(2 ** 31) - 2 ** 30
    case 1:
      return random.latin1(random.below(30))
    case 2:
      return null
    case 3:
      return random.once(2)
    case 4:
      return random.below(1000) / 7
    case 5:
      return Array.from({ length: random.below(5) }, () => randomJson(random, depth - 1))
    default:
      return Object.fromEntries(
        Array.from({ length: random.below(5) }, () => [
          random.pick(['__proto__', 'a', 'exp', random.latin1(4)]),
          randomJson(random, depth - 1),
        ]),
      )
  }
}

const until =
  (isWanted: (value: unknown) => boolean) =>
  (random: Random): unknown => {
    let value: unknown
    do value = randomJson(random, 2)
    while (!isWanted(value))
    return value
  }

/** Any JSON value but a text. */
export const notText = until((value) => typeof value !== 'string')
/** Any JSON value but a number. */
export const notNumber = until((value) => typeof value !== 'number')
/** Any JSON value that is neither a text nor a list of texts alone. */
export const notTexts = until((value) =>
  Array.isArray(value) ? value.some((item) => typeof item !== 'string') : typeof value !== 'string',
)
