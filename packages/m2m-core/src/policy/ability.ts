import { createMongoAbility, type MongoAbility, type MongoQuery } from '@casl/ability'
import { allOf, type CheckedCondition } from './condition.js'
import { type Facts, toConditionRoot } from './facts.js'
import type { Operation, OperationPattern } from './operation.js'
import type { Truth } from './operators.js'
import type { CheckedRule, PolicySubject } from './policy.js'
import type { Resource } from './resource.js'
import { fixedQuery, rowQuery } from './row-query.js'

/**
 * The one place where our words become CASL's: a resource is CASL's subject. `manage` and `all` are
 * ordinary words here: the wildcards are values that no operation can contain.
 */
const anyAction = '*:any-action'
const anyType = '*:any-type'

/** A CASL ability whose resources are `{ type, id?, attributes? }`. */
export type ServiceAbility = MongoAbility

/** The answer of one ability: the rule that decided, and whether it allows. */
export interface AbilityAnswer {
  readonly allows: boolean
  /** Undefined when no rule spoke. */
  readonly rule: string | undefined
}

/** Asks an ability made by `abilityOf` for one operation of one service. */
export const askAbility = (
  ability: ServiceAbility,
  operation: Operation,
  facts: Facts,
  subject: PolicySubject,
): AbilityAnswer => {
  const target = { type: operation.type, [askedKey]: { facts, subject } }
  const rule = ability.relevantRuleFor(operation.action, target)
  return { allows: rule !== null && !rule.inverted, rule: rule?.reason }
}

/**
 * Builds an ability from checked rules, for whichever service is asked about: services with the same
 * rules share it. Deny beats allow, in whatever order.
 */
export const abilityOf = (rules: readonly CheckedRule[]): ServiceAbility =>
  build(rules, (rule) => ({ [matches]: (asked) => isMatch(rule, asked as Asked) }))

const build = (
  rules: readonly CheckedRule[],
  queryOf: (rule: CheckedRule) => RuleQuery,
): ServiceAbility => {
  const denyLast = [...rules].sort((one, other) => Number(isDeny(one)) - Number(isDeny(other)))
  const raw = denyLast.flatMap((rule) => {
    const conditions = rule.conditions.length > 0 ? queryOf(rule) : undefined
    return rule.patterns.map((pattern) => ({
      ...target(pattern),
      inverted: isDeny(rule),
      reason: rule.name,
      ...(conditions && { conditions }),
    }))
  })
  const ability = createMongoAbility<MongoAbility>(raw, {
    anyAction,
    anySubjectType: anyType,
    detectSubjectType: ({ type }) => type as string,
    conditionsMatcher,
  })
  return ability
}

/** The ability of one service, for code outside: nothing can change what it allows. */
export const publicAbilityOf = (
  rules: readonly CheckedRule[],
  subject: PolicySubject,
): ServiceAbility => harden(build(rules, (rule) => toQuery(rule, subject)))

/** The ability of someone who may do nothing. */
export const emptyAbility = (): ServiceAbility => harden(createMongoAbility<MongoAbility>([]))

/**
 * Closes what CASL leaves open: a bare type would pass conditional rules without looking at their
 * conditions, and whoever holds an ability could change what it allows.
 */
const harden = (ability: MongoAbility): MongoAbility => {
  const relevantRuleFor = ability.relevantRuleFor.bind(ability)
  ability.relevantRuleFor = (action, subject, field) =>
    relevantRuleFor(action, toResource(subject), field)
  const targets = new Map(
    (ability.rules as readonly RuleTarget[]).map((rule) => [
      `${rule.subject} ${rule.action}`,
      rule,
    ]),
  )
  for (const { action, subject } of targets.values()) {
    for (const rule of ability.rulesFor(action, subject)) {
      if (Object.isFrozen(rule)) continue
      // Reading the syntax tree makes CASL compile the conditions, which a frozen rule could not.
      void rule.ast
      freezeDeeply(rule.conditions)
      Object.freeze(rule)
    }
  }
  return Object.freeze(ability) as MongoAbility
}

const isDeny = ({ effect }: CheckedRule): boolean => effect === 'deny'

/** CASL takes a bare type, a class or nothing for "some resource"; here it is one without facts. */
const toResource = (subject: unknown): { type: unknown } => {
  if (typeof subject === 'string') return { type: subject }
  const isResource =
    typeof subject === 'object' &&
    subject !== null &&
    'type' in subject &&
    typeof subject.type === 'string'
  return isResource ? (subject as { type: string }) : { type: '' }
}

const freezeDeeply = (value: unknown): void => {
  if (typeof value !== 'object' || value === null) return
  for (const part of Object.values(value)) freezeDeeply(part)
  Object.freeze(value)
}

interface RuleTarget {
  readonly action: string
  readonly subject: string
}

const target = ({ type, action }: OperationPattern): RuleTarget => ({
  action: action ?? anyAction,
  subject: type ?? anyType,
})

const matches = Symbol('matches')
const askedKey = Symbol('asked')

/** What a rule is evaluated on. */
interface Asked {
  readonly facts: Partial<Facts>
  readonly subject: PolicySubject
}

/** CASL's conditions: a query for `accessibleBy`, and how we evaluate the rule ourselves. */
interface RuleQuery extends MongoQuery {
  [matches]: (asked: Asked | { readonly facts: Partial<Facts> }) => boolean
}

/**
 * CASL's own matcher knows no third truth value, so rules bring theirs: unknown never allows and
 * always denies. A resource that comes without facts is one that a handler asks about.
 */
const conditionsMatcher = (query: unknown) => (target: object) =>
  (query as RuleQuery)[matches](
    askedKey in target ? (target[askedKey] as Asked) : { facts: { resource: target as Resource } },
  )

const isMatch = (rule: CheckedRule, { facts, subject }: Asked): boolean => {
  const root = toConditionRoot(facts, subject)
  const truth = allOf(rule.conditions.map((condition) => truthOf(condition, facts, root)))
  return isDeny(rule) ? truth !== false : truth === true
}

const toQuery = (rule: CheckedRule, subject: PolicySubject): RuleQuery => {
  const isDenied = isDeny(rule)
  const fixed = toConditionRoot({}, subject)
  const fields = rule.conditions.map((condition) =>
    condition.field.startsWith('resource.')
      ? rowQuery(condition, isDenied)
      : fixedQuery(truthOf(condition, {}, fixed), isDenied),
  )
  return { $and: fields, [matches]: ({ facts }) => isMatch(rule, { facts, subject }) }
}

/** Where there is no context, nothing is known of it, not even that something is missing. */
const truthOf = (condition: CheckedCondition, { context }: Partial<Facts>, root: object): Truth =>
  context === undefined && condition.field.startsWith('context.')
    ? undefined
    : condition.answer(root)
