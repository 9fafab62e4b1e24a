import { expect, it } from 'vitest'
import { runIn, writeFolder } from '../run-command.js'

const policy = (limit: number): string => `- name: billing_creates_transfers
  effect: allow
  subjects: [service:billing]
  resources: [{ type: transfers, actions: [create] }]
  conditions: [{ field: resource.amount, operator: less_than_or_equal, value: ${limit} }]
`
const service = (id: string): string => `id: ${id}\nclients: [{ clientId: ${id} }]\n`
const folder = (): string =>
  writeFolder({
    'main/services/billing.yaml': service('billing'),
    'main/policies/transfers.yaml': policy(1000),
    'branch/services/billing.yaml': service('billing'),
    'branch/services/reports.yaml': service('reports'),
    'branch/policies/transfers.yaml': policy(500),
    'renamed/services/billing.yaml': service('billing'),
    'renamed/policies/other.yaml': policy(1000).replace('billing_creates', 'whoever_creates'),
    'wrong/policies/transfers.yaml': policy(1000),
  })
const told = `+ reports is registered now
+ reports has client reports now
~ billing may transfers:create where resource.amount less_than_or_equal 500 (was: 1000)
`

it('tells what a change of a policy changes', async () => {
  const args = ['policy', 'diff', 'main', 'branch']
  const cwd = folder()
  expect(await runIn(cwd, args)).toEqual({ code: 0, stdout: told, stderr: '' })
  expect(await runIn(cwd, [...args, '--exit-code'])).toEqual({ code: 1, stdout: told, stderr: '' })
})

it('a policy in another file and of another name is no difference', async () => {
  const { code, stdout } = await runIn(folder(), [
    'policy',
    'diff',
    'main',
    'renamed',
    '--exit-code',
  ])
  expect([code, stdout]).toEqual([0, 'no differences: everybody may do what they could\n'])
})

it('--json writes one document', async () => {
  const args = ['policy', 'diff', 'main', 'branch', '--json', '--exit-code']
  const { code, stdout, stderr } = await runIn(folder(), args)
  expect([code, stderr]).toEqual([1, ''])
  const condition = { field: 'resource.amount', operator: 'less_than_or_equal' }
  expect(JSON.parse(stdout)).toEqual({
    problems: [],
    changes: [
      { kind: 'service-added', who: [{ service: 'reports' }] },
      { kind: 'client-added', who: [{ service: 'reports' }], client: { clientId: 'reports' } },
      {
        kind: 'right-changed',
        who: [{ service: 'billing' }],
        operation: 'transfers:create',
        except: [],
        before: { allows: [[{ ...condition, value: 1000 }]], denies: [] },
        after: { allows: [[{ ...condition, value: 500 }]], denies: [] },
      },
    ],
  })
})

it('a policy that cannot be read is told of with its lines, and answered with 1', async () => {
  const cwd = folder()
  const { code, stdout, stderr } = await runIn(cwd, ['policy', 'diff', 'main', 'wrong'])
  expect([code, stdout]).toEqual([1, ''])
  expect(stderr).toMatch(/^wrong\/policies\/transfers\.yaml:3:14: there is no service "billing"/)
  const json = await runIn(cwd, ['policy', 'diff', 'wrong', 'main', '--json'])
  expect([json.code, json.stderr, JSON.parse(json.stdout).problems.length]).toEqual([1, '', 1])
})

it('lines are green, red and yellow where colours are on', async () => {
  const { stdout } = await runIn(folder(), ['policy', 'diff', 'branch', 'main'], { color: true })
  expect(stdout).toContain('\u001b[31m- reports is no longer registered\u001b[39m\n')
  expect(stdout).toContain('\u001b[33m~ billing may transfers:create')
})

it('a folder that is not there, and one folder too few, are misuse', async () => {
  const cwd = folder()
  expect((await runIn(cwd, ['policy', 'diff', 'main', 'elsewhere'])).code).toBe(2)
  expect((await runIn(cwd, ['policy', 'diff', 'main'])).code).toBe(2)
})
