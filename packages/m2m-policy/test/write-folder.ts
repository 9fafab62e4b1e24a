import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

/** Files by their paths in a folder. */
export type Files = Readonly<Record<string, string | Buffer>>

/** Writes files into a folder of their own, which goes with the test. */
export const writeFolder = (files: Files): string => {
  const folder = mkdtempSync(join(tmpdir(), 'm2m-policy-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  writeFiles(folder, files)
  return folder
}

/** Writes files into a folder that is there. */
export const writeFiles = (folder: string, files: Files): void => {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
}

/** A policy of three services in which each part is used. */
export const goodFiles = {
  'services/billing.yaml': `id: billing
clients:
  - { issuer: https://login.example.com, clientId: billing-client }
tier: gold
attributes: { environment: production, team: payments }
roles: [service_reader]
`,
  'services/webhook.yaml': `id: webhook
clients: [{ issuer: https://login.example.com, clientId: webhook-client }]
tier: bronze
rate: 10/s;burst=20
`,
  'services/reports.json': JSON.stringify({
    id: 'reports',
    clients: [{ issuer: 'https://login.example.com', clientId: 'reports-client' }],
    roles: ['reporting'],
  }),
  'roles.yaml': `service_reader: { description: Reads what is not secret }
reporting:
  includes: [service_reader]
`,
  'tiers.yaml': `- { name: bronze, operations: ['events:*', 'status:read'], rate: 100 }
- { name: gold }
`,
  'policies/billing.yaml': `name: billing_reads_invoices
effect: ALLOW
subjects: [service:billing]
resources:
  - { type: invoices, actions: [read, list] }
conditions:
  - { field: subject.attributes.environment, operator: equals, value: production }
`,
  'policies/events.yml': `- name: webhook_publishes_events
  effect: allow
  subjects: [service:webhook, user:ada]
  resources: [{ type: events, actions: [publish] }]
- name: readers_read_status
  effect: allow
  subjects: [role:service_reader]
  resources: [{ type: status, actions: ['*'] }]
- name: no_events_at_night
  effect: deny
  subjects: ['service:*']
  resources: [{ type: events, actions: ['*'] }]
  conditions: [{ field: context.night, operator: equals, value: true }]
`,
} as const
