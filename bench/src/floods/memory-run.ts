import { createM2M, type M2M, type Verdict } from 'm2m-core'
import { collectGarbage } from '../figures/collect-garbage.js'
import { serveKeys } from './serve-keys.js'
import type { TokenMint } from './token-mint.js'

const samples = 20
/** Requests under way at a time: enough to keep the threads of libuv busy with verifying. */
const concurrency = 128
const mebibyte = 1024 * 1024

/** What one run of distinct tokens came to. */
export interface MemoryFigure {
  readonly count: number
  readonly seconds: number
  readonly admitted: number
  readonly refused: number
  /** Records that a sink was given; each verdict makes one. */
  readonly records: number
  /** Most service principals found alive after a collection of garbage. */
  readonly mostAlive: number
  /** MiB in use after each twentieth of the run and a collection of garbage. */
  readonly used: readonly number[]
  /** MiB between the highest and the lowest of the last ten of those. */
  readonly spread: number
  readonly isFirstVerifiedAnew: boolean
  readonly isLastKnown: boolean
}

/** Sends `count` tokens that `next` makes through a fresh M2M with its default limits. */
export const runTokens = async (
  mint: TokenMint,
  count: number,
  next: (index: number) => string,
): Promise<MemoryFigure> => {
  const server = await serveKeys(mint.jwks)
  let records = 0
  const m2m = createM2M({
    issuer: mint.issuer,
    audience: mint.audience,
    jwksUri: server.jwksUri,
    // As many records as there are verdicts, so that they can be counted.
    audit: { sinks: [{ write: countRecord }], unauthenticatedPerSecond: 1_000_000 },
  })
  function countRecord(): void {
    records += 1
  }
  await m2m.ready()

  let [admitted, refused] = [0, 0]
  let alive: WeakRef<object>[] = []
  let [first, last] = ['', '']
  const send = async (index: number): Promise<void> => {
    const token = next(index)
    const verdict = await present(m2m, token)
    if (verdict.admitted) {
      admitted += 1
      alive.push(new WeakRef(verdict.service))
    } else refused += 1
    if (index === 0) first = token
    if (index === count - 1) last = token
  }

  const startedAt = performance.now()
  const used: number[] = []
  let mostAlive = 0
  let sent = 0
  for (let sample = 1; sample <= samples; sample += 1) {
    const end = Math.floor((count * sample) / samples)
    const worker = async (): Promise<void> => {
      while (sent < end) {
        sent += 1
        await send(sent - 1)
      }
    }
    await Promise.all(Array.from({ length: concurrency }, worker))
    await collectGarbage()
    alive = alive.filter((service) => service.deref() !== undefined)
    mostAlive = Math.max(mostAlive, alive.length)
    await collectGarbage()
    const { heapUsed, external } = process.memoryUsage()
    used.push((heapUsed + external) / mebibyte)
  }
  const seconds = (performance.now() - startedAt) / 1000
  const isLastKnown = !(present(m2m, last) instanceof Promise)
  const again = present(m2m, first)
  const isFirstVerifiedAnew = again instanceof Promise
  await again
  await m2m.close()
  await server.close()
  const lastHalf = used.slice(samples / 2)
  const spread = Math.max(...lastHalf) - Math.min(...lastHalf)
  return {
    ...{ count, seconds, admitted, refused, mostAlive, used, spread },
    ...{ isFirstVerifiedAnew, isLastKnown },
    // Without the two that were presented again.
    records: records - 2,
  }
}

const present = (m2m: M2M, token: string): Verdict | Promise<Verdict> =>
  m2m.authenticate({ headers: { authorization: `Bearer ${token}` } })
