import type { HeaderLine } from '../mutant.js'
import type { Random } from '../random.js'
import type { RequestMutation } from './mutation.js'

/** A valid token in an `Authorization` line, or several, that are worded or spaced otherwise. */
export const wordAuthorization: RequestMutation = (random, { valid }) => {
  const line = (): HeaderLine => [
    random.pick(['Authorization', 'authorization', 'AUTHORIZATION', 'aUTHORIZATIOn']),
    wording(random, random.pick(valid)),
  ]
  return { lines: Array.from({ length: random.pick([1, 1, 1, 2, 3]) }, line) }
}

const schemes = [
  'Bearer',
  'bearer',
  'BEARER',
  'Bearers',
  'Beare',
  'DPoP',
  'Basic',
  'Token',
  'JWT',
  'Bearer:',
  '',
  'B\u00e9arer',
  'Bearer\u00a0',
  '"Bearer"',
]
const spaces = [' ', ' ', '  ', '\t', '', '\u00a0', '\u000b', ' \t', '=', ': ', ',']

const wording = (random: Random, token: string): string => {
  const [scheme, space] = [random.pick(schemes), random.pick(spaces)]
  switch (random.below(7)) {
    case 0:
      return `${scheme}${space}${token}${random.pick([',', ' ,', ';', ' realm="api"', '\0', '\u007f', '\u00ff'])}`
    case 1:
      return `${scheme}${space}${token},${random.pick(spaces)}${random.pick(['x', token])}`
    case 2:
      return `${random.pick(['x', ',', '\u0001', '\u00ff', 'Basic YTpi, '])}${scheme}${space}${token}`
    case 3:
      return `${scheme}${space}${random.pick(['token=', '"', '<', "'"])}${token}`
    case 4:
      return `${scheme}${space}${random.latin1(random.below(20))}${token}`
    case 5:
      return `${scheme}${space}${scheme}${space}${token}`
    default:
      return `${scheme}${space}${token}`
  }
}
