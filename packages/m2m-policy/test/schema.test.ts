import { expect, it } from 'vitest'
import { policySchema, type SchemaKind } from '../src/index.js'

it.each<SchemaKind>(['service', 'roles', 'tiers', 'policies', 'whole', 'test'])(
  'the JSON Schema that is shipped for %s is the one that is checked',
  async (kind) => {
    const text = `${JSON.stringify(policySchema(kind), undefined, 2)}\n`
    expect(text.length).toBeGreaterThan(200)
    await expect(text).toMatchFileSnapshot(`../schema/${kind}.json`)
  },
)
