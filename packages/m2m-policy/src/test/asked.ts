import type { PolicyModel } from '../model/policy-model.js'
import type { AbilitySubject } from '../store/policy-ability.js'
import type { PolicyTestDocument } from './test-document.js'

/** What a test asks about, by the names that it uses. */
export interface Asked {
  readonly subjects: ReadonlyMap<string, AbilitySubject>
  readonly operations: readonly string[]
  readonly resources: ReadonlyMap<string, NamedResource>
}

type NamedResource = NonNullable<PolicyTestDocument['resources']>[string]

/** What a test asks about; what it does not say the policy does. */
export const askedBy = (document: PolicyTestDocument, model: PolicyModel): Asked => {
  const { services = model.services.map(({ id }) => id), users = {}, expect } = document
  const expected = Object.values(expect).flatMap((operations) => Object.keys(operations))
  const operations = document.operations ?? [...operationsIn(model), ...expected]
  return {
    subjects: new Map<string, AbilitySubject>([
      ...services.map((id) => [id, { type: 'service', id }] as const),
      ...Object.entries(users).map(([id, { roles = [], attributes = {} }]) => {
        return [`user:${id}`, { type: 'user', id, roles, attributes }] as const
      }),
    ]),
    operations: [...new Set(operations)],
    resources: new Map(Object.entries(document.resources ?? {})),
  }
}

/** `transfers` of `transfers:create`. */
export const typeOf = (operation: string): string => operation.slice(0, operation.lastIndexOf(':'))

/** The named resources that an operation can be done to. */
export const resourcesOf = (operation: string, { resources }: Asked): readonly string[] =>
  [...resources].filter(([, { type }]) => type === typeOf(operation)).map(([name]) => name)

const operationsIn = ({ policies }: PolicyModel): readonly string[] =>
  policies.flatMap(({ rule }) =>
    rule.operations.filter((pattern) => pattern !== '*' && !pattern.endsWith(':*')),
  )
