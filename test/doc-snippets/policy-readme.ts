import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import { ask } from './ask.js'
import { root } from './find-snippets.js'
import type { SnippetTest } from './prepare-snippet.js'

const files = [
  'services/billing.yaml',
  'roles.yaml',
  'tiers.yaml',
  'policies/invoices.yaml',
  'invoices.test.yaml',
] as const

/** Writes the policy that the README shows; answers its blocks. */
const writePolicy = (folder: string, issuer: string): readonly string[] => {
  const text = readFileSync(join(root, 'packages/m2m-policy/README.md'), 'utf8')
  const blocks = [...text.matchAll(/```yaml\n(.*?)```/gs)].map(([, block = '']) => block)
  for (const [index, name] of files.entries()) {
    const path = join(folder, 'policies', name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, (blocks[index] ?? '').replaceAll('https://login.example.com', issuer))
  }
  return blocks
}

/** The snippets of the README of `m2m-policy`; its YAML is the folder that they read. */
export const policyReadme: readonly SnippetTest[] = [
  {
    shows: 'an API that a policy folder guards',
    check: async ({ start, issuer, folder }) => {
      const blocks = writePolicy(folder, issuer.issuer)
      const url = await start({
        "'./policies', { watch: true }": JSON.stringify(join(folder, 'policies')),
      })
      const service = (id: string) => issuer.service({ id, scope: 's2s:internal' })
      const invoices = `${url}/internal/invoices`
      expect(await ask(invoices, await service('billing-client'))).toEqual({
        status: 200,
        body: { by: 'billing' },
      })
      expect((await ask(invoices, await service('billing'))).body.code).not.toBeUndefined()
      const broken = (blocks[3] ?? '').replace('equals', 'equal')
      expect(broken).not.toBe(blocks[3])
      writeFileSync(join(folder, 'policies/policies/invoices.yaml'), broken)
      const again = start({
        "'./policies', { watch: true }": JSON.stringify(join(folder, 'policies')),
      })
      await expect(again).rejects.toThrow(
        'policies/invoices.yaml:7:47: [0].conditions[0].operator: expected one of equals',
      )
    },
  },
  {
    shows: 'the tests of a policy in a test suite',
    check: async ({ load, issuer, folder }) => {
      const blocks = writePolicy(folder, issuer.issuer)
      const changes = { "'./policies'": JSON.stringify(join(folder, 'policies')) }
      await load(changes)
      const wrong = (blocks[4] ?? '').replace('invoices:read: allow, ', '')
      expect(wrong).not.toBe(blocks[4])
      writeFileSync(join(folder, 'policies/invoices.test.yaml'), wrong)
      await expect(load(changes)).rejects.toThrow('failed: 1')
    },
  },
]
