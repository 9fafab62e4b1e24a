import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { abilityOf, type ServiceAbility } from './ability.js'
import type { CheckedRule } from './policy.js'

/** Rules that have been checked, ready to be asked. */
export interface CompiledRules {
  readonly rules: readonly CheckedRule[]
  readonly ability: ServiceAbility
  /** What was made for this call alone, in operations of rules; 0 when all was there already. */
  readonly cost: number
}

/** Compiles rules that have been checked. */
export type RuleCompiler = (rules: readonly CheckedRule[]) => CompiledRules

const mostPatterns = 50_000

/**
 * Compiles rules once for all services that have the same, since an ability of many rules costs far
 * more than finding that it is there already. Keeps a bounded number of them.
 */
export const createRuleCompiler = (): RuleCompiler => {
  const compiled = new LRUCache<string, CompiledRules>({ maxSize: mostPatterns })
  return (rules) => {
    const key = hash('sha256', JSON.stringify(rules), 'base64')
    const known = compiled.get(key)
    if (known) return known
    const cost = rules.reduce((total, { patterns }) => total + patterns.length, 0)
    const shared = Object.freeze({ rules, ability: abilityOf(rules), cost: 0 })
    compiled.set(key, shared, { size: 1 + cost })
    return { ...shared, cost }
  }
}
