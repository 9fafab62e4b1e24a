import type { NaiveCondition, NaiveOptions, NaiveService, Question } from './naive-options.js'

type Truth = boolean | 'unknown'

/** Whether every layer that is there permits, and at least one is there. */
export const naiveDecision = (
  service: NaiveService,
  { operation, resource, context }: Question,
  { wildcardOps = false, policy }: NaiveOptions,
): boolean => {
  if (!/^[A-Za-z0-9_.-]+(:[A-Za-z0-9_.-]+)+$/.test(operation)) return false
  if (operation.length > 128 || !isObjectOrNothing(resource) || !isObjectOrNothing(context)) {
    return false
  }
  const type = operation.slice(0, operation.lastIndexOf(':'))
  const asked = { ...(resource as object | undefined) } as Record<string, unknown>
  if ((asked['type'] ?? type) !== type) return false
  const { scopes: _, allowedOps, withinOps, attributes, ...named } = service
  // What a service is called counts over attributes of the same name.
  const subject = { ...attributes, ...named }
  const facts = { resource: { ...asked, type }, subject, context: context ?? {} }
  const permits: boolean[] = []
  if (allowedOps) {
    permits.push(allowedOps.some((text) => covers(text, operation, type, wildcardOps)))
  }
  const isCovered = (text: string) => covers(text, operation, type, wildcardOps)
  if (withinOps && !withinOps.some(isCovered)) return false
  if (policy) {
    const speaking = (effect: string) =>
      policy
        .filter((rule) => rule.effect === effect)
        .filter((rule) => rule.operations.some((text) => covers(text, operation, type, true)))
        .map(({ conditions = [] }) => together(conditions.map((one) => truthOf(one, facts))))
    const isDenied = speaking('deny').some((truth) => truth !== false)
    permits.push(!isDenied && speaking('allow').includes(true))
  }
  return permits.length > 0 && permits.every(Boolean)
}

const isObjectOrNothing = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === 'object' && !Array.isArray(value))

const covers = (text: string, operation: string, type: string, isWildcardOn: boolean): boolean =>
  text === operation || (isWildcardOn && (text === '*' || text === `${type}:*`))

const together = (truths: readonly Truth[]): Truth => {
  if (truths.includes(false)) return false
  return truths.includes('unknown') ? 'unknown' : true
}

const truthOf = ({ field, operator, value }: NaiveCondition, facts: object): Truth => {
  const actual = lookUp(field, facts as Record<string, Record<string, unknown>>)
  const isAlike = (one: unknown): boolean => typeof one === typeof actual && !isNoScalar(actual)
  const values = [value].flat()
  const isKnown = values.some(isAlike)
  const isNumber = typeof actual === 'number' && Number.isFinite(actual)
  const [number, bound] = [actual as number, value as number]
  if (actual === closed) return 'unknown'
  if (operator === 'exists') return (actual !== undefined && actual !== null) === value
  if (operator === 'equals' || operator === 'in') return isKnown ? has(values, actual) : 'unknown'
  if (operator.startsWith('not_')) return isKnown ? !has(values, actual) : 'unknown'
  if (!isNumber) return 'unknown'
  if (operator === 'less_than') return number < bound
  if (operator === 'less_than_or_equal') return number <= bound
  return operator === 'greater_than' ? number > bound : number >= bound
}

const has = (values: readonly unknown[], actual: unknown): boolean =>
  values.some((one) => one === actual)

const isNoScalar = (value: unknown): boolean =>
  !['string', 'number', 'boolean'].includes(typeof value) ||
  (typeof value === 'number' && !Number.isFinite(value))

/** What is there and cannot be looked into: nobody knows what would be behind it. */
const closed = Symbol('closed')

/** `resource.id` and `resource.type` are the resource's own, every other name is an attribute. */
const lookUp = (field: string, facts: Record<string, Record<string, unknown>>): unknown => {
  const [root = '', ...names] = field.split('.')
  const isOwn = root !== 'resource' || ['id', 'type'].includes(names[0] ?? '')
  let value: unknown = isOwn ? facts[root] : facts['resource']?.['attributes']
  for (const name of names) {
    if (value === undefined || value === null) return undefined
    if (typeof value !== 'object' || Array.isArray(value)) return closed
    value = Object.getOwnPropertyDescriptor(value, name)?.value
  }
  return value
}
