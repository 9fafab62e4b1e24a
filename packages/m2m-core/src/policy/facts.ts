import type { PolicySubject } from './policy.js'
import { type Context, further, type Resource } from './resource.js'

/** What the conditions of a rule may look at. */
export interface Facts {
  readonly resource: Resource
  readonly context: Context
}

/**
 * What conditions look names up in: `resource.amount` is an attribute, `resource.id` the id and
 * never an attribute of that name.
 */
export const toConditionRoot = (
  { resource, context }: Partial<Facts>,
  { id, issuer, clientId, tier, attributes }: PolicySubject,
): object => ({
  resource: { id: resource?.id, type: resource?.type, [further]: resource?.attributes },
  subject: { id, issuer, clientId, tier, [further]: attributes },
  context: context ?? {},
})
