import { nameOf } from './guard-cases.js'
import { path } from './guard-task.js'
import type { StartedCase } from './run-rounds.js'
import { createTokenMint, type TokenMint } from './token-mint.js'

/** Throws unless a server turns away whom it should: a guard that lets everybody in costs nothing. */
export const expectGuarded = async (one: StartedCase, mint: TokenMint): Promise<void> => {
  const forged = createTokenMint(mint.algorithm, 900).mint()
  const withoutScope = mint.mint({ scope: 's2s:status' })
  const withoutOperation = mint.mint({ allowed_ops: ['status:read'] })
  await expectTurnedAway(one, one.kind !== 'bare', 'no token', undefined)
  await expectTurnedAway(one, one.kind !== 'bare', 'a forged token', forged)
  const asksForScope = one.kind !== 'bare' && one.guard !== 'token only'
  await expectTurnedAway(one, asksForScope, 'a token without the scope', withoutScope)
  // Not with a log, whose records of requests that were let in are counted.
  if (one.guard !== 'everything') return
  await expectTurnedAway(one, true, 'a token without the operation', withoutOperation)
}

const expectTurnedAway = async (
  one: StartedCase,
  isTurnedAway: boolean,
  what: string,
  token: string | undefined,
): Promise<void> => {
  const { status } = await fetch(`http://127.0.0.1:${one.port}${path}`, {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  })
  const expected = isTurnedAway ? [401, 403] : [200]
  if (!expected.includes(status)) throw new Error(`${nameOf(one)} answers ${what} with ${status}`)
}
