import type { PolicySubject } from './policy.js'
import type { Context, Resource } from './resource.js'

/** What the conditions of a rule may look at. */
export interface Facts {
  readonly resource: Resource
  readonly context: Context
}

/** Names in conditions are flat: `resource.amount` is the attribute, `resource.id` the id. */
export const toConditionRoot = (
  { resource, context }: Partial<Facts>,
  subject: PolicySubject,
): object => ({
  resource: { ...resource?.attributes, ...defined({ id: resource?.id, type: resource?.type }) },
  subject: { ...subject.attributes, ...defined({ ...subject, attributes: undefined }) },
  context: { ...context },
})

const defined = (record: object): object =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined))
