import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type CommandIo, runM2M } from '../src/index.js'

/** Files by their paths in a folder. */
export type Files = Readonly<Record<string, string>>

/** Writes files into a folder of their own, which goes with the test. */
export const writeFolder = (files: Files = {}): string => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'm2m-cli-')))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  return folder
}

/** What a command answered and printed. */
export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs `m2m` in this process, in a folder. */
export const runIn = async (
  cwd: string,
  args: readonly string[],
  terminal: Partial<Pick<CommandIo, 'color' | 'columns' | 'version'>> = {},
): Promise<Ran> => {
  let stdout = ''
  let stderr = ''
  const code = await runM2M(args, {
    stdout: (text) => {
      stdout += text
    },
    stderr: (text) => {
      stderr += text
    },
    cwd,
    color: false,
    columns: 100,
    ...terminal,
  })
  return { code, stdout, stderr }
}

/** A policy with its tests, all of which pass. */
export const goodPolicy: Files = {
  'policies/services/billing.yaml': `id: billing
clients: [{ issuer: https://login.example.com, clientId: billing }]
tier: gold
roles: [reporting]
`,
  'policies/services/webhook.yaml': `id: webhook
clients: [{ clientId: webhook }]
`,
  'policies/services/old.yaml': `id: old
clients: [{ clientId: old }]
tier: gold
disabled: true
`,
  'policies/roles.yaml': 'reader: {}\nreporting: { includes: [reader] }\n',
  'policies/tiers.yaml': "- { name: bronze, operations: ['status:read'] }\n- { name: gold }\n",
  'policies/policies/all.yaml': `- name: readers_read
  effect: allow
  subjects: [role:reader]
  resources: [{ type: status, actions: [read] }]
- name: small_transfers
  effect: allow
  subjects: [service:billing]
  resources: [{ type: transfers, actions: [create] }]
  conditions: [{ field: resource.amount, operator: less_than, value: 1000 }]
- name: nobody_at_night
  effect: deny
  subjects: ['service:*']
  resources: [{ type: transfers, actions: ['*'] }]
  conditions: [{ field: context.night, operator: equals, value: true }]
`,
  'policies/all.test.yaml': `- name: by day
  context: { night: false }
  resources:
    small: { type: transfers, attributes: { amount: 1 } }
    large: { type: transfers, attributes: { amount: 5000 } }
  expect:
    billing: { status:read: allow, transfers:create: { small: allow } }
`,
}
