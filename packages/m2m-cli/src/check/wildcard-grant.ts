import type { ModelReach } from './model-reach.js'
import type { PolicyWarning } from './warning.js'

/** Allows with `*`: they allow too what nobody has thought of yet. */
export const findWildcardGrants = ({ model }: ModelReach): readonly PolicyWarning[] =>
  model.policies.flatMap(({ name, effect, rule, at }) => {
    const wildcards = rule.operations.filter((operation) => operation.endsWith('*'))
    if (effect === 'deny' || wildcards.length === 0) return []
    const what = wildcards.includes('*')
      ? 'every operation there is'
      : `every action on ${[...new Set(wildcards)].map(typeOf).join(', ')}`
    const message = `policy ${JSON.stringify(name)} allows ${what}, those included that an API gains later; list the actions that are meant`
    return [{ ...at, code: 'wildcard-grant', message }]
  })

const typeOf = (wildcard: string): string => JSON.stringify(wildcard.slice(0, -':*'.length))
