import { createM2M, type M2MRequest, type QuotaRate, type Verdict } from 'm2m-core'
import { createTestIssuer } from 'm2m-testkit'
// It has no public name: whoever gives no store gets it.
import { createMemoryStore } from '../../../packages/m2m-core/dist/quota/memory-store.js'
import { type Contender, compareBatches, type Figure } from '../figures/compare-batches.js'
import { printFigures } from '../figures/print-figures.js'

const boundMicros = 0.3

/** Budgets given back faster than calls come. */
const steady: QuotaRate = { limit: 1_000_000, window: 1, burst: 1_000_000 }
/** Given back so slowly that each call leaves less. */
const burst: QuotaRate = { limit: 100_000_000, window: 6000, burst: 100_000_000 }
const rates: ReadonlyMap<string | undefined, QuotaRate> = new Map([
  ['steady', steady],
  ['burst', burst],
])
const floor = 'authenticate, warm, no limit'
const limited: readonly (readonly [tier: string, name: string])[] = [
  ['steady', 'the same, well within its limit'],
  ['burst', 'the same, using up a burst'],
]

/** What budgets cost a warm request where they are kept in this process. */
export const runQuota = async (): Promise<boolean> => {
  const figures = compareBatches([...storeContenders(), ...(await requestContenders())])
  const added = limited.map(([tier, name]) =>
    addedBy(name, figures, `what the limit adds, ${tier}`),
  )
  return printFigures([...figures, ...added])
}

const storeContenders = (): readonly Contender[] => {
  const store = createMemoryStore({ now: Date.now, monotonic: () => performance.now() })
  const keys = Array.from({ length: 1000 }, (_, index) => `service\0\0service-${index}`)
  let next = 0
  return [
    {
      name: 'charge, one key',
      boundMicros,
      call: () => store.charge('service\0\0billing', burst, 1),
    },
    {
      name: `charge, ${keys.length} keys in turn`,
      boundMicros,
      call: () => {
        next = (next + 1) % keys.length
        return store.charge(keys[next] ?? '', burst, 1)
      },
    },
  ]
}

/** One M2M, and services that differ in nothing but name and tier. */
const requestContenders = async (): Promise<readonly Contender[]> => {
  const issuer = await createTestIssuer()
  const m2m = createM2M({
    ...issuer.asOptions(),
    policy: { version: 1, rulesFor: () => [], rateOf: (tier) => rates.get(tier) },
    audit: { sinks: [] },
  })
  const contenderOf = async (tier: string, name: string): Promise<Contender> => {
    const authorization = `Bearer ${await issuer.service({ id: tier, tier })}`
    const request: M2MRequest = { headers: { authorization } }
    const isLimited = rates.has(tier)
    expectQuota(await m2m.authenticate(request), isLimited)
    return { name, call: () => expectQuota(m2m.authenticate(request), isLimited) }
  }
  const tiers = [['endless', floor] as const, ...limited]
  return Promise.all(tiers.map((tier) => contenderOf(...tier)))
}

const expectQuota = (verdict: Verdict | Promise<Verdict>, isExpected: boolean): void => {
  if (verdict instanceof Promise) throw new Error('expected a warm path, got a promise')
  if (!verdict.admitted) throw new Error(`expected to be admitted, got ${verdict.code}`)
  if (isExpected !== (verdict.quota !== undefined)) throw new Error(`expected quota: ${isExpected}`)
}

/** Between two figures: their batches are interleaved, so that both met the same machine. */
const addedBy = (limitedName: string, figures: readonly Figure[], name: string): Figure => {
  const between = (column: 'median' | 'best' | 'p99'): number => {
    const [from, to] = [floor, limitedName].map((one) =>
      figures.find((figure) => figure.name === one),
    )
    return (to?.[column] ?? Number.NaN) - (from?.[column] ?? Number.NaN)
  }
  const [median, best, p99] = [between('median'), between('best'), between('p99')]
  return { name, boundMicros, median, best, p99 }
}
