import type { Principal } from '../principal/identify.js'
import type { RateLimit, RateLimits } from '../principal/read-rate-limit.js'
import { type Budget, lowestOf, type NamedLimit } from './budget.js'
import { createQuotaHeaders, type quotaHeaders } from './quota-headers.js'

/** The budgets of one service. */
export interface ServiceBudgets {
  /** Of all its calls; undefined where nobody names a limit. */
  readonly service: Budget | undefined
  /** Of one operation, on top of that; undefined for most. */
  operation(name: string): Budget | undefined
  /** What tells the service how they stand. */
  readonly headersOf: typeof quotaHeaders
  /** How many there are. */
  readonly size: number
}

/** What limits a tier; undefined: nothing. */
export type TierRates = (tier: string | undefined) => RateLimit | undefined

/**
 * What a service may use: the limit of its tier, lowered by that of its registration, lowered by what
 * its token states. Undefined where none of them names any.
 */
export const budgetsOf = (
  principal: Principal,
  tierRates: TierRates,
): ServiceBudgets | undefined => {
  const { rateLimit, registeredRate, tier } = principal
  const above: readonly NamedLimit[] = [
    ['tier', tierRates(tier)],
    ['service', registeredRate],
  ]
  const ofOperations = operationsIn(rateLimit)
  const own = ofOperations ? undefined : (rateLimit as RateLimit | undefined)
  const limit = lowestOf([...above, ['token', own]])
  if (!limit && !ofOperations) return undefined
  const key = keyOf(principal)
  const operations =
    ofOperations &&
    new Map(
      Object.entries(ofOperations).flatMap(([name, budget]): [string, Budget][] => {
        const lowest = lowestOf([...above, ['token', budget]])
        return lowest ? [[name, { name, key: `${key}\0${name}`, ...lowest }]] : []
      }),
    )
  return Object.freeze({
    service: limit && { name: 'service', key, ...limit },
    operation: operations ? (name: string) => operations.get(name) : none,
    headersOf: createQuotaHeaders(),
    size: (operations?.size ?? 0) + Number(limit !== undefined),
  })
}

const none = (): undefined => undefined

const operationsIn = (
  limits: RateLimits | undefined,
): Readonly<Record<string, RateLimit>> | undefined =>
  limits && 'operations' in limits ? limits.operations : undefined

/**
 * A registered service has one budget, whichever of its clients calls; any other is its issuer's. A
 * NUL is in no name, so that two never meet.
 */
const keyOf = ({ id, issuer, registered }: Principal): string =>
  `service\0${registered ? '' : issuer}\0${id}`
