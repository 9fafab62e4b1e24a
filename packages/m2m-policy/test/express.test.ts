import type { AddressInfo } from 'node:net'
import express from 'express'
import { createM2M, m2mAuth, requireOp } from 'express-m2m'
import { createTestIssuer } from 'm2m-testkit'
import { expect, it, onTestFinished } from 'vitest'
import { loadPolicy } from '../src/index.js'
import { goodFiles, writeFiles, writeFolder } from './write-folder.js'

/** An API guarded by a policy folder, and tokens for it. */
const startApi = async () => {
  const issuer = await createTestIssuer()
  const ofIssuer = (content: string) =>
    content.replaceAll('https://login.example.com', issuer.issuer)
  const files = Object.fromEntries(
    Object.entries(goodFiles).map(([name, content]) => [name, ofIssuer(content)]),
  )
  const folder = writeFolder(files)
  const policy = loadPolicy(folder)
  const rules: (string | undefined)[] = []
  const m2m = createM2M({
    ...issuer.asOptions(),
    policy,
    requireRegistered: true,
    audit: {
      sinks: [{ write: ({ layers }) => void rules.push(layers?.find(({ rule }) => rule)?.rule) }],
    },
  })
  const app = express()
  app.use(m2mAuth({ m2m, requiredScope: null }))
  app.get('/invoices', requireOp('invoices:read'), (_req, res) => void res.json({}))
  app.get('/status', requireOp('status:read'), (_req, res) => void res.json({}))
  const server = app.listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const ask = async (path: string, token: string): Promise<string> => {
    const response = await fetch(`${origin}${path}`, {
      headers: { authorization: `Bearer ${token}` },
    })
    const { code } = (await response.json()) as { code?: string }
    return [response.status, ...(code ? [code] : [])].join(' ')
  }
  const tokenOf = (clientId: string) => issuer.service({ id: clientId })
  const change = async (name: string, from: string, to: string): Promise<void> => {
    const content = files[name] ?? ''
    expect(content).toContain(from)
    writeFiles(folder, { [name]: content.replace(from, to) })
    expect((await policy.reload()).problems).toEqual([])
  }
  return { ask, tokenOf, change, rules, policy, folder }
}

it('a request is decided by the policy of the moment, with the same token', async () => {
  const { ask, tokenOf, change, rules } = await startApi()
  const billing = await tokenOf('billing-client')
  const reports = await tokenOf('reports-client')
  expect(await ask('/invoices', billing)).toBe('200')
  expect(rules).toContain('billing_reads_invoices')
  expect(await ask('/invoices', reports)).toBe('403 operation_denied')
  expect(await ask('/status', reports)).toBe('200')
  expect(await ask('/status', await tokenOf('nobody'))).toMatch(/^403 /)

  await change('policies/billing.yaml', 'read, list', 'list')
  expect(await ask('/invoices', billing)).toBe('403 operation_denied')
  await change('policies/billing.yaml', 'read, list', 'read')
  expect(await ask('/invoices', billing)).toBe('200')
  await change('services/billing.yaml', 'production', 'staging')
  expect(await ask('/invoices', billing)).toBe('403 operation_denied')
  await change('services/billing.yaml', 'gold', 'bronze')
  expect(await ask('/invoices', billing)).toBe('403 operation_denied')
  expect(await ask('/status', billing)).toBe('200')
  await change('services/billing.yaml', 'id: billing', 'disabled: true\nid: billing')
  expect(await ask('/status', billing)).toMatch(/^403 /)
  expect(await ask('/status', reports)).toBe('200')
})

it('a request is decided by the last good version while a file is broken', async () => {
  const { ask, tokenOf, policy, folder } = await startApi()
  const billing = await tokenOf('billing-client')
  expect(await ask('/invoices', billing)).toBe('200')
  writeFiles(folder, { 'policies/billing.yaml': 'name: [' })
  expect((await policy.reload()).problems).toHaveLength(1)
  expect(await ask('/invoices', billing)).toBe('200')
  expect(await ask('/status', await tokenOf('webhook-client'))).toBe('403 operation_denied')
})
