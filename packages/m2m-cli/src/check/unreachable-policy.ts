import { commonOperations } from 'm2m-core'
import type { PolicyEntry } from 'm2m-policy'
import { coversOperation } from '../operation/covers-operation.js'
import type { Ceiling, ModelReach } from './model-reach.js'
import type { PolicyWarning } from './warning.js'

/**
 * Policies that decide nothing: they reach nobody, or allow only what ceilings or denies without
 * conditions take away again.
 */
export const findUnreachablePolicies = (reach: ModelReach): readonly PolicyWarning[] =>
  reach.model.policies.flatMap((policy) => {
    const message = isReached(policy, reach)
      ? fruitless(policy, reach)
      : reachesNobody(policy, reach)
    return message ? [{ ...policy.at, code: 'unreachable-policy', message }] : []
  })

const isReached = ({ subjects }: PolicyEntry, { ceilingsOf }: ModelReach): boolean =>
  subjects.some((subject) => ceilingsOf(subject).length > 0)

const reachesNobody = ({ name, subjects }: PolicyEntry, reach: ModelReach): string => {
  const whys = [...new Set(subjects)].map((subject) => whyNobody(subject, reach))
  return `policy ${JSON.stringify(name)} reaches nobody: ${whys.join(', ')}; it decides nothing until that changes, so correct its subjects or remove it`
}

const whyNobody = (subject: string, { model }: ModelReach): string => {
  const [kind = '', ...rest] = subject.split(':')
  const name = JSON.stringify(rest.join(':'))
  if (kind === 'service') return `service ${name} is disabled`
  if (kind === 'role') return `all services with role ${name} are disabled`
  const isTaken = model.services.some(({ tier }) => JSON.stringify(tier) === name)
  return isTaken ? `all services of tier ${name} are disabled` : `no service is in tier ${name}`
}

/** Why an allow allows nothing; undefined when it may allow something. */
const fruitless = (policy: PolicyEntry, reach: ModelReach): string | undefined => {
  if (policy.effect === 'deny') return undefined
  const denials = new Set<string>()
  for (const subject of policy.subjects) {
    const denies = deniesFor(subject, reach)
    for (const ceiling of reach.ceilingsOf(subject)) {
      for (const piece of within(ceiling, policy)) {
        const deny = denies.find(({ rule }) =>
          rule.operations.some((operation) => coversOperation(operation, piece)),
        )
        if (!deny) return undefined
        denials.add(deny.name)
      }
    }
  }
  const name = JSON.stringify(policy.name)
  if (denials.size === 0) {
    return `policy ${name} allows only what is above the ceiling of every tier that it reaches, so it allows no service anything; add its operations to a tier, or remove it if no user needs it`
  }
  const who = [...denials].map((one) => JSON.stringify(one)).join(', ')
  return `policy ${name} allows nothing that ${who} does not deny, and a deny beats every allow; narrow the deny, or remove this policy if no user needs it`
}

const within = (ceiling: Ceiling, { rule }: PolicyEntry): readonly string[] =>
  ceiling
    ? ceiling.flatMap((limit) =>
        rule.operations.flatMap((operation) => commonOperations(limit, operation) ?? []),
      )
    : rule.operations

/** Denies without conditions of all that a subject stands for. */
const deniesFor = (
  subject: string,
  { subjectsAround, policiesFor }: ModelReach,
): readonly PolicyEntry[] =>
  subjectsAround(subject, 'services-only')
    .flatMap(policiesFor)
    .filter(({ effect, conditions }) => effect === 'deny' && conditions.length === 0)
