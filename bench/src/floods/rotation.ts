import { setTimeout } from 'node:timers/promises'
import type { Clock, Verdict } from 'm2m-core'
import type { TestIssuer } from 'm2m-testkit'

/** What came of presenting a token by the new key again and again. */
export interface Rotation {
  readonly admittedAfter: number | undefined
  /** Clock seconds after which it was last refused. */
  readonly refusedAfter: number
}

/**
 * Rotates the key, keeping the old one, and presents a token by the new key until it is admitted or
 * so many milliseconds of real time are over.
 */
export const rotateAndProbe = async (
  { clock, issuer }: { readonly clock: Clock; readonly issuer: TestIssuer },
  present: (token: string) => Verdict | Promise<Verdict>,
  milliseconds: number,
): Promise<Rotation> => {
  await issuer.rotate({ keepOld: true })
  const token = await issuer.service({ expiresIn: 3600 })
  const rotatedAt = clock.monotonic()
  const giveUpAt = performance.now() + milliseconds
  let refusedAfter = 0
  while (performance.now() < giveUpAt) {
    const age = (clock.monotonic() - rotatedAt) / 1000
    const verdict = await present(token)
    if (verdict.admitted) return { admittedAfter: age, refusedAfter }
    refusedAfter = age
    await setTimeout(25)
  }
  return { admittedAfter: undefined, refusedAfter }
}
