import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Condition, Operator } from 'm2m-core'
import { describe, expect, it } from 'vitest'
import { loadPolicy, type PolicyDocument, type PolicyDocuments, readPolicy } from '../src/index.js'
import { goodFiles, writeFolder } from './write-folder.js'

const on = (field: string, operator: Operator, value: unknown): Condition => ({
  field,
  operator,
  value,
})
const policy = (more: Partial<PolicyDocument>): PolicyDocument => ({
  name: 'p',
  effect: 'allow',
  subjects: ['role:clerk'],
  resources: [{ type: 'transfers', actions: ['create'] }],
  ...more,
})
const clientsOf = (...issuers: readonly string[]): PolicyDocuments => ({
  services: issuers.map((issuer, index) => ({
    id: `s${index}`,
    clients: [{ issuer, clientId: `c${index}` }],
    roles: ['senior'],
  })),
  roles: { clerk: {}, senior: { includes: ['clerk'] }, visitor: {} },
})
const several = clientsOf('https://a.example', 'https://b.example')
const onId = [on('subject.id', 'equals', 's0')]
const problemsOf = (more: Partial<PolicyDocument>, documents = several): readonly string[] =>
  readPolicy({ ...documents, policies: [policy(more)] }).problems.map(({ message }) => message)

describe('rule 10: with clients of several issuers an id alone names nobody', () => {
  it('an allow that asks for one is refused, unless it names issuers', () => {
    expect(problemsOf({ conditions: onId })).toEqual([
      'policy "p": with clients of several issuers a condition on subject.id or subject.clientId needs subject.issuer equals (or in) beside it',
    ])
    expect(problemsOf({ conditions: [on('subject.clientId', 'in', ['c0'])] })).toHaveLength(1)
    const named = on('subject.issuer', 'equals', 'https://a.example')
    expect(problemsOf({ conditions: [...onId, named] })).toEqual([])
    const barred = on('subject.issuer', 'not_equals', 'https://a.example')
    expect(problemsOf({ conditions: [...onId, barred] })).toHaveLength(1)
  })

  it('so is a deny that spares one, whoever its issuer is', () => {
    const sparing = [
      on('subject.id', 'not_in', ['s0']),
      on('subject.issuer', 'equals', 'https://a.example'),
    ]
    expect(problemsOf({ effect: 'deny', conditions: sparing })).toHaveLength(1)
    expect(problemsOf({ effect: 'deny', conditions: onId })).toEqual([])
  })

  it.each<[string, Partial<PolicyDocument>, PolicyDocuments?]>([
    ['one issuer', {}, clientsOf('https://a.example', 'https://a.example')],
    ['a user', { subjects: ['user:ada'] }],
    ['a role that no service holds', { subjects: ['role:visitor'] }],
  ])('with %s there is nothing to confuse', (_what, more, documents) => {
    expect(problemsOf({ conditions: onId, ...more }, documents)).toEqual([])
  })

  it('on a reload it keeps the policies before: nobody is answered 500 for it', async () => {
    const files = {
      ...goodFiles,
      'services/webhook.yaml': `id: webhook
clients: [{ issuer: https://other.example, clientId: webhook-client }]
tier: bronze
`,
    }
    const folder = writeFolder(files)
    const store = loadPolicy(folder, { onChange: () => {} })
    const known = store.model.policies.length
    const wrong = `name: wrong
effect: allow
subjects: ["service:*"]
resources: [{ type: events, actions: [publish] }]
conditions: [{ field: subject.id, operator: equals, value: billing }]
`
    writeFileSync(join(folder, 'policies/wrong.yaml'), wrong)
    const report = await store.reload()
    expect(report.problems.map(({ message }) => message)).toEqual([
      expect.stringContaining('needs subject.issuer equals (or in) beside it'),
    ])
    expect(store.model.policies).toHaveLength(known)
  })
})
