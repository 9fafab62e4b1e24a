import type { PolicySubject } from './policy.js'
import type { Context, Resource } from './resource.js'

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
  resource: { ...resource?.attributes, id: resource?.id, type: resource?.type },
  subject: { ...attributes, id, issuer, clientId, tier },
  context: { ...context },
})
