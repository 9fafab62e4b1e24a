import type { TokenMutation } from './mutation.js'

/** Bytes of no origin: alone, in three parts, as base64url, long, and of one character only. */
export const inventToken: TokenMutation = (random) => {
  const piece = (): string => random.latin1(random.below(60))
  const encoded = (): string => Buffer.from(piece(), 'latin1').toString('base64url')
  switch (random.below(5)) {
    case 0:
      return piece()
    case 1:
      return [piece(), piece(), piece()].join('.')
    case 2:
      return [encoded(), encoded(), encoded()].join('.')
    case 3:
      return random.pick([...'.A=-_ ,{["\\']).repeat(random.below(12_000))
    default: {
      const json = (): string =>
        Buffer.from(`{"${encoded()}":${random.below(99)}}`).toString('base64url')
      return [json(), json(), encoded()].join('.')
    }
  }
}
