import { checkCondition, isOperationPattern } from 'm2m-core'
import { z } from 'zod'
import { expected, expectedOneOf } from '../document/expected.js'
import { aName, aText, someOf, strict } from '../document/worded-schemas.js'
import { quote } from '../problem/quote.js'
import type { PolicyTestDocument } from './test-document.js'

const effects = ['allow', 'deny'] as const
const effect = z.enum(effects, expectedOneOf(effects))

const isOperation = (text: string): boolean =>
  isOperationPattern(text) && text !== '*' && !text.endsWith(':*')
const operation = aText('an operation').refine(
  isOperation,
  expected('an operation such as "transfers:create", no wildcard'),
)

/** As conditions read it: with seconds and offset. */
const isMoment = (value: string): boolean =>
  checkCondition({ field: 'context.time', operator: 'before', value }) === undefined &&
  value.includes(':')

const attributes = z.record(z.string(), z.unknown(), expected('an object'))

const expectation = z.union([effect, z.record(aName('a resource'), effect)], {
  error: ({ input }) =>
    typeof input === 'string'
      ? expectedOneOf(effects).error({ input })
      : `expected allow, deny, or one of them for each resource, got ${quote(input)}`,
})

/** One test of a policy. */
export const testSchema: z.ZodType<PolicyTestDocument> = strict(
  {
    name: aText('a name').min(1, expected('a name')),
    now: aText('a time')
      .refine(isMoment, expected('a time such as "2026-01-15T09:00:00Z"'))
      .optional(),
    services: z.array(aName('a service'), expected('a list of services')).optional(),
    users: z
      .record(
        aName('a user'),
        strict(
          {
            roles: z.array(aName('a role'), expected('a list of roles')).optional(),
            attributes: attributes.optional(),
          },
          'a user such as {} or { roles: [...] }',
        ),
        expected('an object of users'),
      )
      .optional(),
    operations: someOf(operation, 'operations').optional(),
    resources: z
      .record(
        aName('a resource'),
        strict(
          {
            type: aText('a type').regex(
              /^[\w.-]+(?::[\w.-]+)*$/,
              expected('a resource type such as "transfers"'),
            ),
            id: aText('an id').optional(),
            attributes: attributes.optional(),
          },
          'a resource with a type',
        ),
        expected('an object of resources'),
      )
      .optional(),
    context: attributes.optional(),
    expect: z.record(
      aName('a service or user'),
      z.record(operation, expectation, expected('an object such as { transfers:create: allow }')),
      expected('an object such as { billing: { transfers:create: allow } }'),
    ),
  },
  'a test with name and expect',
)
