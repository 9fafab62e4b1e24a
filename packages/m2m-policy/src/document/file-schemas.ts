import { z } from 'zod'
import type { FileKind } from '../source/source-file.js'
import { testSchema } from '../test/test-schema.js'
import {
  policySchema as onePolicy,
  roleNameSchema,
  roleSchema,
  serviceSchema,
  tierSchema,
} from './schemas.js'

/** What there is a JSON Schema of. */
export type SchemaKind = FileKind | 'test'

const roles = z.record(roleNameSchema, roleSchema)
const tiers = z.array(tierSchema)
const policies = z.array(onePolicy)
const schemas: Readonly<Record<SchemaKind, z.ZodType>> = {
  service: serviceSchema,
  roles,
  tiers,
  policies: z.union([onePolicy, policies]),
  whole: z.strictObject({
    services: z.array(serviceSchema).optional(),
    roles: roles.optional(),
    tiers: tiers.optional(),
    policies: policies.optional(),
  }),
  test: z.union([testSchema, z.array(testSchema)]),
}
const titles: Readonly<Record<SchemaKind, string>> = {
  service: 'A registered service: services/<id>.yaml',
  roles: 'The roles: roles.yaml',
  tiers: 'The tiers, lowest first: tiers.yaml',
  policies: 'A policy, or a list of them: policies/*.yaml',
  whole: 'A whole policy in one file',
  test: 'A test of the policy, or a list of them: *.test.yaml',
}

/**
 * The JSON Schema of one kind of file, for editors; the same as `m2m-policy/schema/<kind>.json`.
 * Says less than `readPolicy` checks: nothing of names that must exist elsewhere.
 */
export const policySchema = (kind: SchemaKind): object => ({
  title: titles[kind],
  ...z.toJSONSchema(schemas[kind], { target: 'draft-7', io: 'input' }),
})
