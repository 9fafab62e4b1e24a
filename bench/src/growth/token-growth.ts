import { createM2M, type M2M, type M2MRequest } from 'm2m-core'
import { expectAdmitted } from '../calls/expect-verdict.js'
import { requestWith } from '../calls/guarded-calls.js'
import type { Findings } from '../comparison/part.js'
import { judge } from '../figures/between-rounds.js'
import { collectGarbage } from '../figures/collect-garbage.js'
import { cpuPerCall, microsOfCpu } from '../figures/cpu-time.js'
import { measurementOf, takeTurns } from '../figures/take-turns.js'
import type { TokenMint } from '../floods/token-mint.js'
import { curveOf, pointName } from './growth-curve.js'

/** What the part calls this. */
export const tokenGrowth = 'distinct tokens'

const points = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000]
const of = 'tokens'
const heapCurve = { name: 'heap after distinct tokens', of, unit: 'MiB', points }
const callCurve = {
  name: 'token met lately, after distinct tokens',
  of,
  unit: microsOfCpu,
  points,
}
const mostRatio = 1.1
const readings = 5
const callsPerBatch = 5000
const rounds = 41
const recent = 10
/** Requests under way at a time: enough to keep the threads of libuv busy with verifying. */
const concurrency = 128
const mebibyte = 1024 * 1024

/**
 * What an M2M keeps after more and more tokens, each of another service, and what a warm call then
 * costs. Each point has an M2M of its own, so that the calls can be measured in turn.
 */
export const measureTokenGrowth = async (mint: TokenMint): Promise<Findings> => {
  // What the first use of all this code leaves behind belongs to no M2M.
  await fill(mint, 2000)
  const filled: Filled[] = []
  for (const point of points) filled.push(await fill(mint, point))
  const heaps = filled.map(({ heap }, index) =>
    measurementOf(pointName(heapCurve.name, points[index] ?? 0), heapCurve.unit, heap),
  )
  const calls = await takeTurns(
    filled.map(({ m2m, requests }, index) => ({
      name: pointName(callCurve.name, points[index] ?? 0),
      units: [callCurve.unit],
      prepare: () => ({
        batch: () => [cpuPerCall(callsPerBatch, callInTurn(m2m, requests))],
        finish: () => m2m.close(),
      }),
    })),
    { rounds, warmUps: 3 },
  )
  const [before, after] = [heaps.at(-2)?.samples ?? [], heaps.at(-1)?.samples ?? []]
  return {
    measurements: [...heaps, ...calls],
    curves: [curveOf(heapCurve, heaps), curveOf(callCurve, calls)],
    targets: judge(
      {
        name: `${heapCurve.name}: ${points.at(-1)} ÷ ${points.at(-2)} ${of}`,
        atMost: mostRatio,
        unit: '',
      },
      after.map((reading, index) => reading / (before[index] ?? Number.NaN)),
    ),
  }
}

interface Filled {
  readonly m2m: M2M
  /** Of the tokens that came last. */
  readonly requests: readonly M2MRequest[]
  /** MiB that it takes, each time after collecting garbage. */
  readonly heap: readonly number[]
}

const fill = async (mint: TokenMint, count: number): Promise<Filled> => {
  const before = await heapInUse()
  const { issuer, audience, jwks } = mint
  const m2m = createM2M({ issuer, audience, jwks, audit: { sinks: [] } })
  await m2m.ready()
  let sent = 0
  const worker = async (): Promise<void> => {
    while (sent < count - recent) {
      sent += 1
      expectAdmitted(await m2m.authenticate(requestWith(mint.mint())))
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  const last = Array.from({ length: Math.min(count, recent) }, () => requestWith(mint.mint()))
  for (const request of last) expectAdmitted(await m2m.authenticate(request))
  const heap: number[] = []
  while (heap.length < readings) heap.push(((await heapInUse()) - before) / mebibyte)
  return { m2m, requests: last, heap }
}

const callInTurn = (m2m: M2M, requests: readonly M2MRequest[]): (() => void) => {
  let next = 0
  return () => {
    const request = requests[next]
    if (!request) throw new Error('expected a request')
    expectAdmitted(m2m.authenticate(request))
    next = (next + 1) % requests.length
  }
}

const heapInUse = async (): Promise<number> => {
  await collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
