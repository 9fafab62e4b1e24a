import { setImmediate } from 'node:timers/promises'
import type { ServicePrincipal } from 'm2m-core'
import type { PolicyStore } from 'm2m-policy'
import { expectAdmitted } from '../calls/expect-verdict.js'
import { quantile } from '../figures/quantile.js'
import { bareOperation } from './policy-documents.js'
import type { PolicyWorld } from './policy-world.js'

/** How long requests had to wait for each other while a policy was read again. */
export interface ReloadFigure {
  readonly name: string
  /** Milliseconds, of all reloads: the longest gap of each. */
  readonly gaps: { readonly median: number; readonly best: number; readonly worst: number }
  readonly took: number
  /** The longest gaps of as many milliseconds without any reload. */
  readonly idle: number
}

const reloads = 7

/** Reloads several times while requests go round and round. */
export const measureReload = async (
  name: string,
  { m2m }: PolicyWorld,
  policy: PolicyStore,
  services: readonly ServicePrincipal[],
  change: (edition: number) => void,
): Promise<ReloadFigure> => {
  let next = 0
  const request = (): void => {
    const service = services[next % services.length]
    next += 1
    if (service) expectAdmitted(m2m.authorize(service, bareOperation))
  }
  const gaps: number[] = []
  const idles: number[] = []
  const times: number[] = []
  for (let edition = 1; edition <= reloads; edition += 1) {
    change(edition)
    await setImmediate()
    const startedAt = performance.now()
    gaps.push(
      await longestGap(request, async () => {
        const report = await policy.reload()
        const isTaken = report.changed && report.problems.length === 0
        if (!isTaken) throw new Error('expected the change to be taken over')
      }),
    )
    const took = performance.now() - startedAt
    times.push(took)
    idles.push(await longestGap(request, () => waitFor(took)))
  }
  const at = (share: number): number => quantile(gaps, share)
  return {
    name,
    gaps: { median: at(0.5), best: at(0), worst: at(1) },
    took: quantile(times, 0.5),
    idle: quantile(idles, 0.5),
  }
}

/** Calls `request` until what `meanwhile` does is done, and as often after as there are turns left. */
const longestGap = async (request: () => void, meanwhile: () => Promise<void>): Promise<number> => {
  let isDone = false
  let longest = 0
  let last = performance.now()
  const done = meanwhile().finally(() => {
    isDone = true
  })
  // What is only looked at by the next request belongs to the reload.
  for (let more = 3; more > 0; more -= Number(isDone)) {
    await setImmediate()
    request()
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
  }
  await done
  return longest
}

const waitFor = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))
