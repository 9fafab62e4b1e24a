import { type Condition, checkCondition, isOperationPattern, isRate, operators } from 'm2m-core'
import { z } from 'zod'
import { didYouMean } from '../problem/did-you-mean.js'
import { quote } from '../problem/quote.js'
import {
  isAmbiguousField,
  type PolicyDocument,
  type RateDocument,
  type RoleDocument,
  type ServiceDocument,
  type TierDocument,
  toCondition,
} from './documents.js'
import { expected, expectedOneOf } from './expected.js'
import { aName, aText, someOf, strict } from './worded-schemas.js'

const amount = z.number(expected('a number')).nonnegative(expected('a number of at least 0'))
// A year at most: what a budget of the core may have.
const seconds = expected('a number of seconds above 0, a year at most')
const rateForms = expected(
  'a number per minute, "100/min", "10/s;burst=20" or { limit, window, burst }',
)
// Each form has words of its own: where only one is meant, zod tells of that one alone.
const rate: z.ZodType<RateDocument> = z
  .union(
    [
      amount,
      z.string().regex(/^\d{1,9}\/(?:s|min|h|d)(?:;burst=\d{1,9})?$/, rateForms),
      strict(
        {
          limit: amount,
          window: z.number(seconds).positive(seconds).max(31_622_400, seconds).optional(),
          burst: amount.optional(),
        },
        'a rate such as { limit, window, burst }',
      ),
    ],
    rateForms,
  )
  .refine(isRate, expected('at least one call a day, or 0'))

const operation = aText('an operation').refine(
  isOperationPattern,
  expected('an operation such as "transfers:create", "transfers:*" or "*"'),
)

/** `services/<id>.yaml`. */
export const serviceSchema: z.ZodType<ServiceDocument> = strict(
  {
    id: aName('an id'),
    clients: someOf(
      strict(
        { issuer: aName('an issuer').optional(), clientId: aName('a client id') },
        'an object such as { issuer, clientId }',
      ),
      'clients such as { issuer, clientId }',
    ),
    tier: aName('a tier').optional(),
    attributes: z.record(z.string(), z.unknown(), expected('an object')).optional(),
    roles: z.array(aName('a role'), expected('a list of roles')).optional(),
    rate: rate.optional(),
    disabled: z.boolean(expected('true or false')).optional(),
  },
  'a service with id and clients',
)

/** One role, without its name. */
export const roleSchema: z.ZodType<RoleDocument> = strict(
  {
    includes: z.array(aName('a role'), expected('a list of roles')).optional(),
    description: aText('a text').optional(),
  },
  'a role such as {} or { includes: [...] }',
)

/** The name of a role. */
export const roleNameSchema: z.ZodType<string> = aName('a role')

/** One tier. */
export const tierSchema: z.ZodType<TierDocument> = strict(
  {
    name: aName('a name'),
    operations: z.array(operation, expected('a list of operations')).optional(),
    rate: rate.optional(),
  },
  'a tier with a name',
)

const scalar = z.union(
  [z.string(), z.number(), z.boolean()],
  expected('a text, a number, true or false'),
)
const condition = strict(
  {
    field: aText('"resource.<name>", "subject.<name>" or "context.<name>"'),
    operator: z.enum(operators, expectedOneOf(operators)),
    value: z.union(
      [scalar, z.array(scalar)],
      expected('a text, number, boolean, or a list of them'),
    ),
  },
  'a condition such as { field, operator, value }',
).superRefine((given, { addIssue }) => {
  const fault = isAmbiguousField(given.field)
    ? `field names an attribute that ${quote(given.field.replace('.attributes.', '.'))} hides`
    : checkCondition(toCondition(given as Condition))
  if (fault) addIssue({ code: 'custom', message: fault })
})

const subjectKinds = ['service', 'role', 'tier', 'user']
const subjectGrammar =
  /^(?:service:\*|(?:service|role|tier|user):(?!\*$|__proto__$)[\x20-\x7e]{1,256})$/
const subject = aText('a subject').regex(subjectGrammar, {
  error: ({ input }) => {
    const kind = String(input).split(':')[0] ?? ''
    const hint = subjectKinds.includes(kind) ? '' : didYouMean(kind, subjectKinds)
    const forms = subjectKinds.map((one) => `${one}:<name>`).join(', ')
    return `expected ${forms} or service:*, got ${quote(input)}${hint}`
  },
})

const resource = strict(
  {
    type: aText('a type').regex(
      /^(?:\*|[\w.-]+(?::[\w.-]+)*)$/,
      expected('a resource type such as "transfers", or "*"'),
    ),
    actions: someOf(
      aText('an action').regex(/^(?:\*|[\w.-]+)$/, expected('an action such as "create", or "*"')),
      'actions',
    ),
  },
  'a resource such as { type, actions }',
).superRefine(({ type, actions }, { addIssue }) => {
  for (const [index, action] of actions.entries()) {
    if (isOperationPattern(toPattern(type, action))) continue
    const message = `expected an operation, got ${quote(`${type}:${action}`)}; type "*" has action "*" only`
    addIssue({ code: 'custom', path: ['actions', index], message })
  }
})

/** What a type and an action are together. */
export const toPattern = (type: string, action: string): string =>
  type === '*' && action === '*' ? '*' : `${type}:${action}`

/** One policy of `policies/*.yaml`. */
export const policySchema: z.ZodType<PolicyDocument> = strict(
  {
    name: aName('a name'),
    effect: z.enum(['allow', 'deny', 'ALLOW', 'DENY'], expectedOneOf(['allow', 'deny'])),
    subjects: someOf(subject, 'subjects'),
    resources: someOf(resource, 'resources'),
    conditions: z
      .array(condition, expected('a list of conditions'))
      .min(1, { error: 'expected conditions, got an empty list; leave it out to have none' })
      .optional(),
  },
  'a policy with name, effect, subjects and resources',
) as z.ZodType<PolicyDocument>
