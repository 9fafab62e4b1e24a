import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { runIn, writeFolder } from '../run-command.js'

const billing = 'id: billing\nclients: [{ clientId: billing }]\n'
const good = `- name: billing_reads_invoices
  effect: allow
  subjects: [service:billing]
  resources: [{ type: invoices, actions: [read] }]
`
const broad = good.replace('service:billing', 'service:*')

it('a good policy is answered with 0', async () => {
  const folder = writeFolder({
    'policies/services/billing.yaml': billing,
    'policies/policies/invoices.yaml': good,
  })
  const expected = { code: 0, stdout: 'no problems, no warnings\n', stderr: '' }
  expect(await runIn(folder, ['policy', 'check'])).toEqual(expected)
  expect(await runIn(folder, ['policy', 'check', 'policies', '--strict'])).toEqual(expected)
})

it('the example policy has no warnings', async () => {
  const root = fileURLToPath(new URL('../../../..', import.meta.url))
  const { code, stdout } = await runIn(root, ['policy', 'check', 'examples/policies', '--strict'])
  expect([code, stdout]).toEqual([0, 'no problems, no warnings\n'])
})

it('a warning is told with its line, and answered with 0 unless it is strict', async () => {
  const folder = writeFolder({
    'services/billing.yaml': billing,
    'policies/invoices.yaml': `# Everybody\n${broad}`,
  })
  const { code, stdout, stderr } = await runIn(folder, ['policy', 'check', '.'])
  expect([code, stdout]).toEqual([0, 'no problems, 1 warning\n'])
  const [headline, line, caret] = stderr.split('\n')
  expect(headline).toBe(
    'policies/invoices.yaml:2:3: warning: policy "billing_reads_invoices" allows invoices:read to every service, registered or not, new ones included; name services, roles or tiers, or add conditions, unless all are meant (broad-grant)',
  )
  expect([line, caret]).toEqual(['  2 | - name: billing_reads_invoices', '        ^'])
  expect((await runIn(folder, ['policy', 'check', '.', '--strict'])).code).toBe(1)
})

it('problems are told instead, and answered with 1', async () => {
  const folder = writeFolder({ 'policies/invoices.yaml': good })
  const { code, stdout, stderr } = await runIn(folder, ['policy', 'check', '.'])
  expect([code, stdout]).toEqual([1, ''])
  expect(stderr).toMatch(/^policies\/invoices\.yaml:3:14: there is no service "billing"/)
  expect(stderr).toMatch(/\n1 problem\n$/)
})

it('--json writes one document, with problems or with warnings', async () => {
  const wrong = writeFolder({ 'policies/invoices.yaml': good })
  const weak = writeFolder({ 'policies/invoices.yaml': broad })
  const [ofWrong, ofWeak] = [
    await runIn(wrong, ['policy', 'check', '.', '--json']),
    await runIn(weak, ['policy', 'check', '.', '--json', '--strict']),
  ]
  expect([ofWrong.code, ofWrong.stderr, ofWeak.code, ofWeak.stderr]).toEqual([1, '', 1, ''])
  expect(JSON.parse(ofWrong.stdout)).toMatchObject({
    problems: [{ line: 3, column: 14, message: expect.stringContaining('billing') }],
    warnings: [],
  })
  expect(JSON.parse(ofWeak.stdout)).toMatchObject({
    problems: [],
    warnings: [{ code: 'broad-grant', line: 1, column: 3 }],
  })
})

it('colours are there where they are asked for', async () => {
  const folder = writeFolder({ 'policies/invoices.yaml': broad })
  const { stdout } = await runIn(folder, ['policy', 'check', '.'], { color: true })
  expect(stdout).toBe('\u001b[33mno problems, 1 warning\u001b[39m\n')
})

it('a folder that is not there, and an option that is none, are misuse', async () => {
  const folder = writeFolder({ 'roles.yaml': '{}' })
  expect((await runIn(folder, ['policy', 'check', 'elsewhere'])).code).toBe(2)
  expect((await runIn(folder, ['policy', 'check', '.', '--stict'])).code).toBe(2)
})
