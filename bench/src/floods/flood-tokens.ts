import { randomUUID } from 'node:crypto'
import type { TestIssuer } from 'm2m-testkit'

/** The tokens of a flood; made once, since each state begins with an M2M that knows none of them. */
export interface FloodTokens {
  /** Well made in every respect, by a kid that is in no key set; a different one each time. */
  readonly unknown: readonly string[]
  /** Valid and presented before the flood. */
  readonly warm: readonly string[]
  /** Valid and first presented in the flood. */
  readonly fresh: readonly string[]
}

/** Long enough for all states on a fast clock, in seconds. */
const expiresIn = 20 * 3600

/** Signs nine unknown tokens for each valid one, and as many warm as fresh ones. */
export const mintFloodTokens = async (
  issuer: TestIssuer,
  requests: number,
): Promise<FloodTokens> => {
  const mintAll = (count: number, mint: () => Promise<string>): Promise<string[]> =>
    Promise.all(Array.from({ length: count }, mint))
  const valid = (): Promise<string> => issuer.service({ expiresIn })
  return {
    unknown: await mintAll(0.9 * requests, () =>
      issuer.service({ expiresIn, header: { kid: randomUUID() } }),
    ),
    warm: await mintAll(0.05 * requests, valid),
    fresh: await mintAll(0.05 * requests, valid),
  }
}
