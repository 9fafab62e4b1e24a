import { setImmediate } from 'node:timers/promises'
import { createM2M } from 'm2m-core'
import { type HeavyRequest, longestToken } from '../floods/heavy-requests.js'
import type { TokenMint } from '../floods/token-mint.js'
import { quantile } from './quantile.js'

const runs = 21

/** How long one call kept the event loop busy, in milliseconds. */
export interface StretchFigure {
  readonly name: string
  readonly median: number
  readonly best: number
  readonly worst: number
  /** The statuses that came instead of the expected one. */
  readonly unexpected: readonly number[]
}

/**
 * Presents the request to an M2M that has never seen it, several times. Measured is all the time
 * that the event loop was busy from the call to its verdict: no single stretch in which others had
 * to wait can have been longer. The median is judged, since a busy machine prolongs some runs.
 */
export const measureStretch = async (
  { issuer, audience, jwks }: TokenMint,
  { name, request, status }: HeavyRequest,
): Promise<StretchFigure> => {
  const busy: number[] = []
  const unexpected: number[] = []
  for (let run = 0; run < runs; run += 1) {
    const m2m = createM2M({
      ...{ issuer, audience, jwks, maxTokenLength: longestToken },
      audit: { sinks: [{ write: () => undefined }] },
    })
    await m2m.ready()
    await setImmediate()
    const before = performance.eventLoopUtilization()
    const verdict = await m2m.authenticate(request, { requiredScope: 's2s:internal' })
    busy.push(performance.eventLoopUtilization(before).active)
    const answered = verdict.admitted ? 200 : verdict.reply.status
    if (answered !== status) unexpected.push(answered)
    await m2m.close()
  }
  const [median, best, worst] = [quantile(busy, 0.5), quantile(busy, 0), quantile(busy, 1)]
  return { name, median, best, worst, unexpected }
}
