import { ConfigurationError } from '../errors/configuration-error.js'
import { quote } from '../errors/quote.js'
import type { Policy } from '../policy/policy.js'
import { budgetOf, type RateLimit } from '../principal/read-rate-limit.js'
import type { OnStoreError } from '../quota/limiter.js'
import type { QuotaStore } from '../quota/quota-store.js'
import type { TierRates } from '../quota/service-budgets.js'
import { isJsonObject, type JsonObject } from '../token/compact.js'
import type { Problems } from './problems.js'
import { aBudget } from './read-services.js'

/** The option `quota`, checked. */
export interface QuotaSettings {
  readonly tierRates: TierRates
  readonly store: QuotaStore | undefined
  readonly onStoreError: OnStoreError
  readonly instances: number
  readonly timeout: number
}

const members = ['tiers', 'store', 'onStoreError', 'instances', 'storeTimeout']
const answers: readonly OnStoreError[] = ['local', 'deny', 'allow']

/** Checks the option `quota`; what is wrong is added to the problems. */
export const readQuota = (
  quota: unknown,
  policy: Policy | undefined,
  problems: Problems,
): QuotaSettings => {
  const given: JsonObject = isJsonObject(quota) ? quota : {}
  problems.expect(quota === undefined || isJsonObject(quota), 'quota', 'an object', quota)
  problems.unknown(given, members, 'quota.')
  const { tiers, store, onStoreError = 'local', instances = 1, storeTimeout = 50 } = given
  const isStore = store === undefined || typeof (store as QuotaStore | null)?.charge === 'function'
  problems.expect(isStore, 'quota.store', 'an object with charge()', store)
  const isAnswer = answers.includes(onStoreError as OnStoreError)
  problems.expect(isAnswer, 'quota.onStoreError', '"local", "deny" or "allow"', onStoreError)
  const isCount = Number.isSafeInteger(instances) && (instances as number) >= 1
  problems.expect(isCount, 'quota.instances', 'a whole number of at least 1', instances)
  const isTime = typeof storeTimeout === 'number' && storeTimeout >= 1 && storeTimeout <= 5000
  problems.expect(isTime, 'quota.storeTimeout', 'a number from 1 to 5000', storeTimeout)
  if (tiers !== undefined && policy?.rateOf !== undefined) {
    const message = 'expected no tiers beside those of the policy; keep one of the two'
    problems.add('M2M_CFG_OPTION_INVALID', 'quota.tiers', message)
  }
  return {
    tierRates: tiers === undefined ? ratesOf(policy) : readTiers(tiers, problems),
    store: isStore ? (store as QuotaStore | undefined) : undefined,
    onStoreError: onStoreError as OnStoreError,
    instances: instances as number,
    timeout: storeTimeout as number,
  }
}

const ratesOf =
  (policy: Policy | undefined): TierRates =>
  (tier) => {
    const rate: unknown = policy?.rateOf?.(tier)
    const budget = rate === undefined ? undefined : budgetOf(rate)
    if (rate === undefined || budget) return budget
    const message = `rateOf() of the policy must return ${aBudget}, or undefined for none, got ${quote(rate)}`
    throw new ConfigurationError([{ code: 'M2M_CFG_POLICY_INVALID', path: 'policy', message }])
  }

const readTiers = (tiers: unknown, problems: Problems): TierRates => {
  const list: readonly unknown[] = Array.isArray(tiers) ? Array.from(tiers) : []
  const isList = Array.isArray(tiers) && list.length > 0
  problems.expect(isList, 'quota.tiers', 'a list such as [{ name, rate }], lowest first', tiers)
  const rates = new Map<unknown, RateLimit | undefined>()
  for (const [index, tier] of list.entries()) {
    const path = `quota.tiers[${index}]`
    const given: JsonObject = isJsonObject(tier) ? tier : {}
    problems.expect(isJsonObject(tier), path, 'an object such as { name, rate }', tier)
    problems.unknown(given, ['name', 'rate'], `${path}.`)
    const { name, rate } = given
    const isName = typeof name === 'string' && name !== '' && !rates.has(name)
    problems.expect(isName, `${path}.name`, 'a name of its own', name)
    const budget = budgetOf(rate)
    problems.expect(budget !== undefined, `${path}.rate`, aBudget, rate)
    rates.set(name, budget)
  }
  const [lowest] = rates.values()
  return (tier) => (rates.has(tier) ? rates.get(tier) : lowest)
}
