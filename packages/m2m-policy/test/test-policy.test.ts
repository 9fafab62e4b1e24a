import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { describeProblem, type PolicyTestReport, testPolicy } from '../src/index.js'
import { type Files, goodFiles, writeFolder } from './write-folder.js'

/** What services and users may do, with each kind of condition that a test can bring about. */
const policyFiles: Files = {
  'services/billing.yaml': `id: billing
clients: [{ issuer: https://login.example.com, clientId: billing-client }]
tier: gold
roles: [reporting]
`,
  'services/webhook.yaml': `id: webhook
clients: [{ clientId: webhook-client }]
`,
  'services/old.yaml': `id: old
clients: [{ clientId: old-client }]
tier: gold
roles: [reader]
disabled: true
`,
  'roles.yaml': `reader: {}
reporting: { includes: [reader] }
support: {}
`,
  'tiers.yaml': `- { name: bronze, operations: ['status:read'] }
- { name: gold }
`,
  'policies/all.yaml': `- name: readers_read
  effect: allow
  subjects: [role:reader]
  resources: [{ type: status, actions: [read] }]
- name: small_transfers
  effect: allow
  subjects: [service:billing, role:support]
  resources: [{ type: transfers, actions: [create] }]
  conditions: [{ field: resource.amount, operator: less_than, value: 1000 }]
- name: webhook_events
  effect: allow
  subjects: [service:webhook]
  resources: [{ type: events, actions: ['*'] }]
- name: not_after_the_end
  effect: deny
  subjects: [service:billing]
  resources: [{ type: status, actions: [read] }]
  conditions: [{ field: context.time, operator: after, value: 2026-02-01 }]
`,
}

/** Runs tests that stand in a file of this policy. */
const run = (tests: string, files: Files = policyFiles): PolicyTestReport & { folder: string } => {
  const folder = writeFolder({ ...files, 'a.test.yaml': tests })
  return { ...testPolicy(folder), folder }
}

/** Each cell as `who operation(resource): expected got [rule]`. */
const cellsOf = ({ tests }: PolicyTestReport): readonly string[] =>
  tests.flatMap(({ cells }) =>
    cells.map(({ who, operation, resource, expected, got, rule }) => {
      const what = resource === undefined ? operation : `${operation}(${resource})`
      return `${who} ${what}: ${expected} ${got}${rule ? ` [${rule}]` : ''}`
    }),
  )

/** The problems of a run with the names of files as they stand in the folder. */
const problemsOf = ({ problems, folder }: ReturnType<typeof run>): readonly string[] =>
  problems.map((problem) => {
    const file = relative(folder, problem.file) || '(folder)'
    return describeProblem({ ...problem, file })
  })

const now = "now: '2026-01-15T09:00:00Z'"

describe('the questions of a test', () => {
  it('are of each service about each operation that a policy names, and nothing unlisted is allowed', () => {
    const report = run(`name: all\n${now}\nexpect: { billing: { status:read: allow } }\n`)
    expect(report.problems).toEqual([])
    expect(cellsOf(report)).toEqual([
      'billing status:read: allow allow [readers_read]',
      'billing transfers:create: deny deny',
      'old status:read: deny deny',
      'old transfers:create: deny deny',
      'webhook status:read: deny deny',
      'webhook transfers:create: deny deny',
    ])
    expect(report).toMatchObject({ passed: 6, failed: 0 })
  })

  it('are about each resource of the type of the operation, and of none where there is none', () => {
    const report = run(`name: transfers
services: [billing]
${now}
resources:
  small: { type: transfers, id: t1, attributes: { amount: 100 } }
  large: { type: transfers, attributes: { amount: 5000 } }
expect: { billing: { transfers:create: { small: allow } , status:read: allow } }
`)
    expect(cellsOf(report)).toEqual([
      'billing status:read: allow allow [readers_read]',
      'billing transfers:create(small): allow allow [small_transfers]',
      'billing transfers:create(large): deny deny',
    ])
  })

  it('expect one answer for all resources where the operation has one', () => {
    const report = run(`name: transfers
services: [billing]
operations: [transfers:create]
resources:
  small: { type: transfers, attributes: { amount: 1 } }
  large: { type: transfers, attributes: { amount: 5000 } }
expect: { billing: { transfers:create: allow } }
`)
    expect(report).toMatchObject({ passed: 1, failed: 1 })
    expect(report.tests[0]?.cells[1]).toEqual({
      who: 'billing',
      operation: 'transfers:create',
      resource: 'large',
      expected: 'allow',
      got: 'deny',
      note: 'rule "small_transfers": resource.amount less_than 1000 is false',
      at: { file: join(report.folder, 'a.test.yaml'), line: 7, column: 22 },
    })
  })

  it('are about operations that only the expectations name, too: a wildcard names none', () => {
    const files = { ...policyFiles, 'tiers.yaml': '[{ name: bronze }, { name: gold }]\n' }
    const names = (expected: string) =>
      cellsOf(run(`name: t\nservices: [webhook]\n${now}\nexpect: ${expected}\n`, files))
    expect(names('{}').filter((cell) => cell.includes('events'))).toEqual([])
    expect(names('{ webhook: { events:publish: allow } }')).toContain(
      'webhook events:publish: allow allow [webhook_events]',
    )
  })

  it('are of users with the roles and attributes that the test gives them', () => {
    const report = run(`name: users
services: []
users: { alice: { roles: [support] }, bob: {} }
operations: [transfers:create]
resources: { small: { type: transfers, attributes: { amount: 1 } } }
expect: { 'user:alice': { transfers:create: allow } }
`)
    expect(cellsOf(report)).toEqual([
      'user:alice transfers:create(small): allow allow [small_transfers]',
      'user:bob transfers:create(small): deny deny',
    ])
    expect(report).toMatchObject({ passed: 2, failed: 0 })
  })

  it.each([
    ['2026-01-31T23:59:59Z', 'allow', 'readers_read'],
    ['2026-02-01T00:00:01Z', 'deny', 'not_after_the_end'],
  ])('are asked at the time of the test, %s: %s', (time, got, rule) => {
    const report = run(`name: t
now: '${time}'
services: [billing]
operations: [status:read]
expect: { billing: { status:read: ${got} } }
`)
    expect(cellsOf(report)).toEqual([`billing status:read: ${got} ${got} [${rule}]`])
  })

  it('know no time where the test gives none, whatever the machine says', () => {
    const report = run('name: t\nservices: [billing]\noperations: [status:read]\nexpect: {}\n')
    expect(cellsOf(report)).toEqual(['billing status:read: deny deny [not_after_the_end]'])
  })

  it('know the context of the test', () => {
    const policy = `name: p
effect: allow
subjects: [service:webhook]
resources: [{ type: status, actions: [read] }]
conditions: [{ field: context.ip, operator: cidr, value: 10.0.0.0/8 }]
`
    const at = (ip: string) =>
      cellsOf(
        run(`name: t\ncontext: { ip: ${ip} }\nexpect: { webhook: { status:read: allow } }\n`, {
          'services/webhook.yaml': 'id: webhook\nclients: [{ clientId: c }]\n',
          'policies/p.yaml': policy,
        }),
      )
    expect(at('10.0.0.1')).toEqual(['webhook status:read: allow allow [p]'])
    expect(at('192.0.2.1')).toEqual(['webhook status:read: allow deny'])
  })

  it('know the client of a service that has exactly one and names its issuer', () => {
    const policy = `name: p
effect: allow
subjects: [service:*]
resources: [{ type: status, actions: [read] }]
conditions: [{ field: subject.issuer, operator: starts_with, value: 'https://login' }]
`
    const issuer = 'https://login.example.com'
    const report = run('name: t\nexpect: { one: { status:read: allow } }\n', {
      'services/one.yaml': `id: one\nclients: [{ issuer: ${issuer}, clientId: a }]\n`,
      'services/two.yaml': `id: two\nclients: [{ issuer: ${issuer}, clientId: b }, { issuer: ${issuer}, clientId: c }]\n`,
      'services/unnamed.yaml': 'id: unnamed\nclients: [{ clientId: d }]\n',
      'policies/p.yaml': policy,
    })
    expect(cellsOf(report)).toEqual([
      'one status:read: allow allow [p]',
      'two status:read: deny deny',
      'unnamed status:read: deny deny',
    ])
  })

  it('find names that every object has to be nobody', () => {
    const report = run('name: t\nexpect: { toString: { a:b: allow } }\n')
    expect(problemsOf(report)).toEqual(['a.test.yaml:2:11: there is no service or user "toString"'])
    const other = run(`name: t
services: [billing]
operations: [constructor:valueOf]
resources: { toString: { type: constructor } }
expect: { billing: { constructor:valueOf: {} } }
`)
    expect(cellsOf(other)).toEqual(['billing constructor:valueOf(toString): deny deny'])
  })
})

describe('the place of a cell', () => {
  it('is that of its expectation, or of the test where it is not listed', () => {
    const { tests } = run(`# comment
- name: t
  services: [billing, webhook]
  operations: [status:read, transfers:create]
  resources:
    small: { type: transfers, attributes: { amount: 1 } }
    large: { type: transfers, attributes: { amount: 5000 } }
  expect:
    billing:
      status:read: deny
      transfers:create:
        small: allow
`)
    const places = tests[0]?.cells.map(({ at }) => `${at.line}:${at.column}`)
    expect(places).toEqual(['10:7', '12:9', '11:7', '2:3', '2:3', '2:3'])
    expect(tests[0]?.at).toMatchObject({ line: 2, column: 3 })
  })
})

describe('an answer', () => {
  it('tells the policy that decided and where it stands, or why none did', () => {
    const { tests, folder } = run(`name: t
${now}
services: [billing, webhook]
operations: [status:read, transfers:create]
expect: {}
`)
    const at = { file: join(folder, 'policies/all.yaml'), line: 1, column: 3 }
    expect(tests[0]?.cells.map(({ rule, ruleAt, note }) => [rule, ruleAt, note])).toEqual([
      ['readers_read', at, undefined],
      [undefined, undefined, expect.stringContaining('resource.amount less_than 1000 is unknown')],
      [undefined, undefined, undefined],
      [undefined, undefined, expect.stringContaining('no tier ends at')],
    ])
  })
})

describe('the coverage', () => {
  it('counts the policies that decided at least one question, and tells the others', () => {
    const { coverage } = run('name: t\nservices: [webhook]\nexpect: {}\n')
    expect(coverage).toMatchObject({ policies: 4, decided: 0 })
    const report = run(`name: t\n${now}\nservices: [billing]\nexpect: {}\n`)
    expect(report.coverage).toMatchObject({ policies: 4, decided: 1 })
    expect(report.coverage.never.map(({ name, at }) => [name, at.line])).toEqual([
      ['small_transfers', 5],
      ['webhook_events', 10],
      ['not_after_the_end', 14],
    ])
  })

  it('takes the ceiling of a tier for no policy, even if one is called so', () => {
    const policy = `name: ceiling
effect: allow
subjects: [service:webhook]
resources: [{ type: events, actions: [publish] }]
`
    const { coverage, ...report } = run('name: t\nexpect: {}\n', {
      'services/webhook.yaml': policyFiles['services/webhook.yaml'] ?? '',
      'tiers.yaml': policyFiles['tiers.yaml'] ?? '',
      'policies/p.yaml': policy,
    })
    expect(cellsOf({ coverage, ...report })).toEqual(['webhook events:publish: deny deny'])
    expect(coverage.decided).toBe(0)
    expect(report.tests[0]?.cells[0]).not.toHaveProperty('ruleAt')
  })
})

describe('what a test says and nobody knows is a problem with its place', () => {
  it.each([
    [
      'services: [biling]\nexpect: {}',
      '2:12: there is no service "biling"; did you mean "billing"?',
    ],
    [
      'expect: { biling: {} }',
      '2:11: there is no service or user "biling"; did you mean "billing"?',
    ],
    [
      'services: [webhook]\nexpect: { billing: {} }',
      '3:11: "billing" is not among the services of this test',
    ],
    [
      'users: { alice: {} }\nexpect: { alice: {} }',
      '3:11: there is no service or user "alice"; did you mean "user:alice"?',
    ],
    [
      'users: { alice: { roles: [suport] } }\nexpect: {}',
      '2:27: there is no role "suport"; did you mean "support"?',
    ],
    [
      'operations: [status:read]\nexpect: { billing: { status:raed: allow } }',
      '3:22: "status:raed" is not among the operations of this test; did you mean "status:read"?',
    ],
    [
      'operations: [status:*]\nexpect: {}',
      '2:14: operations[0]: expected an operation such as "transfers:create", no wildcard, got "status:*"',
    ],
    [
      'expect: { billing: { status: allow } }',
      '2:22: expect.billing.status: expected an operation such as "transfers:create", no wildcard, got "status"',
    ],
    [
      'expect: { billing: { status:read: alow } }',
      '2:35: expect.billing.status:read: expected one of allow, deny, got "alow"; did you mean "allow"?',
    ],
    [
      'expect: { billing: { status:read: true } }',
      '2:35: expect.billing.status:read: expected allow, deny, or one of them for each resource, got true',
    ],
    [
      'expect: { billing: { status:read: { small: alow } } }',
      '2:44: expect.billing.status:read.small: expected one of allow, deny, got "alow"; did you mean "allow"?',
    ],
    [
      'resources: { small: { type: transfers } }\nexpect: { billing: { transfers:create: { smal: allow } } }',
      '3:42: there is no resource "smal"; did you mean "small"?',
    ],
    [
      'resources: { small: { type: transfers } }\nexpect: { billing: { status:read: { small: allow } } }',
      '3:37: expected a resource of type "status", "small" is of type "transfers"',
    ],
    [
      'resources: { small: { type: transfer } }\nexpect: {}',
      '2:29: no operation of this test is of type "transfer"; did you mean "transfers"?',
    ],
    ['expects: {}\nexpect: {}', '2:1: expects: there is no "expects"; did you mean "expect"?'],
    ['serivces: []', '1:1: expect: expected an object such as'],
    ["now: '2026-01-15'\nexpect: {}", '2:6: now: expected a time such as "2026-01-15T09:00:00Z"'],
    ["now: '2026-13-15T09:00:00Z'\nexpect: {}", '2:6: now: expected a time such as'],
    [`${now}\ncontext: { time: x }\nexpect: {}`, '3:12: expected the time once, got "now" too'],
    ['services: []\nexpect: {}', '1:1: expected questions, got none: there are no services'],
  ])('%s', (text, problem) => {
    const report = run(`name: t\n${text}\n`)
    expect(problemsOf(report).join('\n')).toContain(`a.test.yaml:${problem}`)
    expect(report).toMatchObject({ tests: [], passed: 0, failed: 0 })
  })

  it.each([
    ['', '1:1: expected a test with name and expect, got null'],
    ['[]', '1:1: expected a list of tests, got an empty list'],
    ['- name: t\n  expect: {', '3:1: is no plain YAML'],
    ['name: ""\nexpect: {}', '1:7: name: expected a name, got ""'],
    [
      '- { name: t, expect: {} }\n- { name: t, expect: {} }',
      '2:11: there is a test "t" in line 1 too; choose another name',
    ],
  ])('a file that holds %j', (text, problem) => {
    expect(problemsOf(run(`${text}\n`)).join('\n')).toContain(problem)
  })

  it('a service that has the name of a user of the test', () => {
    const report = run('name: t\nusers: { a: {} }\noperations: [a:b]\nexpect: {}\n', {
      'services/a.yaml': "id: 'user:a'\nclients: [{ clientId: c }]\n",
    })
    expect(problemsOf(report)[0]).toBe(
      'a.test.yaml:2:10: a service is called "user:a"; choose another name',
    )
  })

  it('no operation to ask about', () => {
    const report = run('name: t\nexpect: {}\n', {
      'services/a.yaml': 'id: a\nclients: [{ clientId: c }]\n',
    })
    expect(problemsOf(report)).toEqual([
      'a.test.yaml:1:1: expected questions, got none: there are no operations to ask about',
    ])
  })

  it('keeps that test alone from being run', () => {
    const report = run(`- { name: wrong, services: [nobody], expect: {} }
- { name: right, ${now}, services: [billing], operations: [status:read], expect: {} }
`)
    expect(report.tests.map(({ name }) => name)).toEqual(['right'])
    expect(report).toMatchObject({ passed: 0, failed: 1 })
    expect(report.problems).toHaveLength(1)
  })
})

describe('tests are looked for', () => {
  const good = `name: t\n${now}\nservices: [billing]\noperations: [transfers:create]\nexpect: {}\n`

  it('in the folder, its policies, services and tests, and nowhere else', () => {
    const folder = writeFolder({
      ...policyFiles,
      'b.test.yml': good,
      'tests/c.test.json': JSON.stringify({ name: 't', expect: {}, services: ['webhook'] }),
      'services/d.test.yaml': good,
      'policies/e.TEST.yaml': good,
      'policies/.hidden.test.yaml': 'nonsense',
      'other/f.test.yaml': 'nonsense',
      'tests/notes.yaml': 'nonsense',
    })
    const { tests, problems } = testPolicy(`${folder}/`)
    expect(problems).toEqual([])
    expect(tests.map(({ at }) => relative(folder, at.file))).toEqual([
      'b.test.yml',
      'policies/e.TEST.yaml',
      'services/d.test.yaml',
      'tests/c.test.json',
    ])
  })

  it('in the files that are named, and nowhere else', () => {
    const folder = writeFolder({ ...policyFiles, 'a.test.yaml': 'nonsense', 'mine.yaml.txt': good })
    const file = join(folder, 'mine.yaml.txt')
    const { tests, problems } = testPolicy(folder, { files: [file, join(folder, 'gone')] })
    expect(tests.map(({ at }) => at.file)).toEqual([file])
    expect(problems).toEqual([
      { file: join(folder, 'gone'), line: 0, column: 0, message: 'cannot be read: ENOENT' },
    ])
  })

  it('beside a policy in one file', () => {
    const whole = { services: [{ id: 'a', clients: [{ clientId: 'c' }] }] }
    const folder = writeFolder({
      'api.json': JSON.stringify(whole),
      'api.test.yaml': 'name: t\noperations: [a:b]\nexpect: {}\n',
      'other.test.yaml': 'nonsense',
    })
    const { tests, problems } = testPolicy(join(folder, 'api.json'))
    expect(problems).toEqual([])
    expect(tests.map(({ cells }) => cells.length)).toEqual([1])
  })

  it('and a policy without any fails', () => {
    const folder = writeFolder(goodFiles)
    expect(testPolicy(folder)).toMatchObject({
      passed: 0,
      failed: 0,
      problems: [
        { file: folder, line: 0, message: 'expected tests such as invoices.test.yaml, got none' },
      ],
      coverage: { policies: 4, decided: 0 },
    })
  })

  it('but not outside the folder', () => {
    const folder = writeFolder(policyFiles)
    symlinkSync(join(writeFolder({ x: good }), 'x'), join(folder, 'a.test.yaml'))
    expect(testPolicy(folder).problems.map(({ message }) => message)).toEqual([
      'expected a file inside the policy folder, got a link out of it',
    ])
  })
})

describe('a policy with problems', () => {
  it('is not asked: its problems are told together with those of the tests', () => {
    const files = { ...policyFiles, 'roles.yaml': 'reader: { include: [] }\n' }
    const report = run('name: t\nexpect: { nobody: {} }\nnwo: 1\n', files)
    expect(report).toMatchObject({ tests: [], passed: 0, failed: 0, coverage: { policies: 0 } })
    expect(problemsOf(report)).toEqual(
      expect.arrayContaining([
        'a.test.yaml:3:1: nwo: there is no "nwo"; did you mean "now"?',
        'roles.yaml:1:11: reader.include: there is no "include"; did you mean "includes"?',
      ]),
    )
  })

  it('and one that is not there are told, not thrown', () => {
    const folder = mkdtempSync(join(tmpdir(), 'm2m-policy-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const { problems } = testPolicy(join(folder, 'gone'))
    expect(problems.map(({ message }) => message)).toContain('cannot be read: ENOENT')
  })
})

it('the example is what its tests say', () => {
  const folder = fileURLToPath(new URL('../../../examples/policies', import.meta.url))
  const report = testPolicy(folder)
  expect(report.problems).toEqual([])
  expect(report).toMatchObject({ failed: 0, coverage: { policies: 5, decided: 5, never: [] } })
  expect(report.passed).toBeGreaterThan(20)
})

it('a policy that changes its mind fails the test that saw it', () => {
  const tests = `name: t\n${now}\nservices: [billing]\noperations: [status:read]\nexpect: { billing: { status:read: allow } }\n`
  expect(run(tests)).toMatchObject({ passed: 1, failed: 0 })
  const policies = String(policyFiles['policies/all.yaml']).replace('effect: allow', 'effect: deny')
  expect(run(tests, { ...policyFiles, 'policies/all.yaml': policies })).toMatchObject({
    passed: 0,
    failed: 1,
  })
})
