import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { ConfigurationError } from 'm2m-core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { describeProblem, loadPolicy, type PolicyDocuments, readPolicy } from '../src/index.js'
import { type Files, goodFiles, writeFolder } from './write-folder.js'

const problemsOf = (files: Files): readonly string[] => {
  const folder = writeFolder(files)
  return readPolicy(folder).problems.map((problem) =>
    describeProblem({ ...problem, file: relative(folder, problem.file) }),
  )
}
const withFile = (name: string, content: string | Buffer): Files => ({
  ...goodFiles,
  [name]: content,
})

describe('a right policy', () => {
  it('has no problems, and a model that says where each part stands', () => {
    const folder = writeFolder(goodFiles)
    const { model, problems } = readPolicy(folder)
    expect(problems).toEqual([])
    expect(model?.services.map(({ id }) => id)).toEqual(['billing', 'reports', 'webhook'])
    expect(model?.services[2]?.rate).toEqual({ limit: 10, window: 1, burst: 20 })
    expect(model?.roles.map(({ name }) => name)).toEqual(['service_reader', 'reporting'])
    expect(model?.roles[1]?.at).toEqual({ file: `${folder}/roles.yaml`, line: 2, column: 1 })
    expect(model?.tiers.map(({ name }) => name)).toEqual(['bronze', 'gold'])
    expect(model?.tiers[0]?.rate).toEqual({ limit: 100, window: 60 })
    expect(model?.policies.map(({ at }) => at.line)).toEqual([1, 1, 5, 9])
    expect(model?.policies[0]?.rule).toEqual({
      name: 'billing_reads_invoices',
      effect: 'allow',
      operations: ['invoices:read', 'invoices:list'],
      conditions: [{ field: 'subject.environment', operator: 'equals', value: 'production' }],
    })
    expect(Object.isFrozen(model?.services[0]?.attributes)).toBe(true)
  })

  it('may stand in one file', () => {
    const folder = writeFolder({
      'policy.yaml': 'services: [{ id: a, clients: [{ clientId: a }] }]\nroles: { r: {} }\n',
    })
    expect(readPolicy(`${folder}/policy.yaml`).model?.services[0]?.at).toEqual({
      file: `${folder}/policy.yaml`,
      line: 1,
      column: 12,
    })
  })

  it('may be an object, which is copied', () => {
    const services = [{ id: 'a', clients: [{ clientId: 'a' }], attributes: { team: 'x' } }]
    const { model } = readPolicy({ services })
    if (services[0]) services[0].attributes.team = 'y'
    expect(model?.services[0]?.attributes).toEqual({ team: 'x' })
  })

  it('leaves tests of policies, hidden files and other texts alone', () => {
    expect(
      problemsOf({
        ...goodFiles,
        'README.md': '# x',
        'billing.test.yaml': '][',
        'policies/a.test.yaml': '][',
        'policies/.b.yaml.swp': '',
        '.git/x.yaml': '][',
        'services/notes.txt': '',
      }),
    ).toEqual([])
  })
})

const policy = (lines: string): string =>
  `name: p\neffect: allow\nsubjects: [role:service_reader]\nresources: [{ type: a, actions: [b] }]\n${lines}`

describe('a problem names its file, line and column', () => {
  it.each<[string, string, string, string]>([
    [
      'an unknown key',
      'services/webhook.yaml',
      'id: webhook\nclients: [{ clientId: w }]\n  \ntire: gold\n',
      'services/webhook.yaml:4:1: tire: there is no "tire"; did you mean "tier"?',
    ],
    [
      'an unknown operator',
      'policies/x.yaml',
      policy('conditions:\n  - { field: resource.a, operator: equal, value: 1 }\n'),
      'policies/x.yaml:6:36: conditions[0].operator: expected one of equals, not_equals, in, not_in, less_than, less_than_or_equal, greater_than, greater_than_or_equal, exists, contains, starts_with, cidr, before, after, got "equal"; did you mean "equals"?',
    ],
    [
      'no condition',
      'policies/x.yaml',
      policy('conditions: []\n'),
      'policies/x.yaml:5:13: conditions: expected conditions, got an empty list; leave it out to have none',
    ],
    [
      'an empty condition',
      'policies/x.yaml',
      policy('conditions: [{}]\n'),
      'policies/x.yaml:5:14: conditions[0].field: expected "resource.<name>", "subject.<name>" or "context.<name>", got nothing',
    ],
    [
      'an effect that is none',
      'policies/x.yaml',
      policy('').replace('allow', 'alow'),
      'policies/x.yaml:2:9: effect: expected one of allow, deny, got "alow"; did you mean "allow"?',
    ],
    [
      'an unknown role',
      'policies/x.yaml',
      policy('').replace('service_reader', 'service_raeder'),
      'policies/x.yaml:3:12: there is no role "service_raeder"; did you mean "service_reader"?',
    ],
    [
      'an unknown service',
      'policies/x.yaml',
      policy('').replace('role:service_reader', 'service:biling'),
      'policies/x.yaml:3:12: there is no service "biling"; did you mean "billing"?',
    ],
    [
      'an unknown tier of a service',
      'services/webhook.yaml',
      'id: webhook\nclients: [{ clientId: w }]\ntier: silver\n',
      'services/webhook.yaml:3:7: there is no tier "silver"',
    ],
    [
      'a subject of no kind',
      'policies/x.yaml',
      policy('').replace('role:', 'roles:'),
      'policies/x.yaml:3:12: subjects[0]: expected service:<name>, role:<name>, tier:<name>, user:<name> or service:*, got "roles:service_reader"; did you mean "role"?',
    ],
    [
      'a wildcard role',
      'policies/x.yaml',
      policy('').replace('role:service_reader', '"role:*"'),
      'policies/x.yaml:3:12: subjects[0]: expected service:<name>, role:<name>, tier:<name>, user:<name> or service:*, got "role:*"',
    ],
    [
      'a name twice',
      'policies/x.yaml',
      policy('').replace('name: p', 'name: readers_read_status'),
      'policies/x.yaml:1:7: expected policy "readers_read_status" once, it is at FOLDER/policies/events.yml:5:9 too',
    ],
    [
      'an action of every type',
      'policies/x.yaml',
      policy('').replace('type: a', 'type: "*"'),
      'policies/x.yaml:4:36: resources[0].actions[0]: expected an operation, got "*:b"; type "*" has action "*" only',
    ],
    [
      'a role that includes itself',
      'roles.yaml',
      'service_reader: { includes: [b] }\nb: { includes: [reporting] }\nreporting: { includes: [service_reader] }\n',
      'roles.yaml:1:1: includes itself: "service_reader" includes "b" includes "reporting" includes "service_reader"',
    ],
    [
      'a lowest tier without the ceiling that a higher one has',
      'tiers.yaml',
      '- { name: bronze }\n- { name: gold, operations: ["*"] }\n',
      'tiers.yaml:1:3: expected operations in the lowest tier, "bronze", since higher ones have them: services without a tier are in it',
    ],
    [
      'a value that does not suit its operator',
      'policies/x.yaml',
      policy('conditions: [{ field: context.ip, operator: cidr, value: 10.0.0.0/99 }]\n'),
      'policies/x.yaml:5:14: conditions[0]: condition on "context.ip": value does not suit operator cidr',
    ],
    [
      'an attribute that the id hides',
      'policies/x.yaml',
      policy('conditions: [{ field: subject.attributes.id, operator: equals, value: a }]\n'),
      'policies/x.yaml:5:14: conditions[0]: field names an attribute that "subject.id" hides',
    ],
    ...(
      [
        [
          '100 per minute',
          '3:7: rate: expected a number per minute, "100/min", "10/s;burst=20" or',
        ],
        ['-1', '3:7: rate: expected a number of at least 0, got -1'],
        [
          '{ limit: 1, bursts: 2 }',
          '3:19: rate.bursts: there is no "bursts"; did you mean "burst"?',
        ],
        [
          '{ limit: 1, window: 1 min }',
          '3:27: rate.window: expected a number of seconds above 0, a year at most, got "1 min"',
        ],
        [
          '{ limit: 1, window: 90000 }',
          '3:7: rate: expected at least one call a day, or 0, got an object',
        ],
        [
          '{ limit: 1, window: 0 }',
          '3:27: rate.window: expected a number of seconds above 0, a year at most, got 0',
        ],
      ] as const
    ).map(([rate, expected]): [string, string, string, string] => [
      `a rate like ${rate}`,
      'services/webhook.yaml',
      `id: webhook\nclients: [{ clientId: w }]\nrate: ${rate}\n`,
      `services/webhook.yaml:${expected}`,
    ]),
    [
      'a number where a text is expected',
      'services/webhook.yaml',
      'id: webhook\nclients: [{ clientId: 42 }]\n',
      'services/webhook.yaml:2:23: clients[0].clientId: expected a client id, got 42; write it in quotes',
    ],
    [
      'a list of values that are none',
      'policies/x.yaml',
      policy('conditions: [{ field: resource.a, operator: in, value: [{ b: 1 }] }]\n'),
      'policies/x.yaml:5:57: conditions[0].value[0]: expected a text, a number, true or false, got an object',
    ],
    [
      'the wildcard as an id',
      'services/webhook.yaml',
      'id: "*"\nclients: [{ clientId: w }]\n',
      'services/webhook.yaml:1:5: id: expected an id of 1 to 256 printable ASCII characters, got "*"',
    ],
  ])('%s', (_what, name, content, expected) => {
    const folder = writeFolder(withFile(name, content))
    const shown = readPolicy(folder).problems.map((problem) =>
      describeProblem({ ...problem, file: relative(folder, problem.file) }),
    )
    const matching = shown.filter((line) => line.startsWith(expected.replace('FOLDER', folder)))
    expect(shown.join('\n')).toContain(expected.replace('FOLDER', folder))
    expect(matching).toHaveLength(1)
  })

  it('and where a file is not read at all, its name', () => {
    expect(
      problemsOf({
        ...goodFiles,
        'role.yaml': '{}',
        'tiers.json': '[]',
        'service/a.yaml': '',
        'policies/team/a.yaml': '',
      }),
    ).toEqual([
      'policies/team: expected files in policies/, got a folder; move its files one level up',
      'role.yaml: expected roles.yaml, tiers.yaml, services/ or policies/ here; did you mean "roles"?',
      'service: there is no "service/"; did you mean "services"?',
      'tiers.yaml: expected one file of tiers, got a second one',
    ])
  })
})

describe('all problems', () => {
  it('are told at once, by file and line', () => {
    const found = problemsOf({
      ...goodFiles,
      'services/webhook.yaml': 'id: webhook\nclients: []\nroles: [nobody]\ndisabeld: true\n',
      'policies/x.yaml': `- { name: one, effect: allow, subjects: [role:nope], resources: [{ type: a, actions: [b] }] }
- { name: two, effect: maybe, subjects: [], resources: [{ type: a, actions: [] }], extra: 1 }
`,
      'tiers.yaml': '- { name: bronze, operations: ["a b"] }\n- name: gold\n  name: gold\n',
    })
    expect(found.map((line) => line.split(': ')[0])).toEqual([
      'policies/x.yaml:1:42',
      'policies/x.yaml:2:24',
      'policies/x.yaml:2:41',
      'policies/x.yaml:2:77',
      'policies/x.yaml:2:84',
      'services/webhook.yaml:2:10',
      'services/webhook.yaml:3:9',
      'services/webhook.yaml:4:1',
      'tiers.yaml:3:3',
    ])
  })

  it('are what loadPolicy throws', () => {
    const folder = writeFolder(withFile('roles.yaml', 'reporting: { include: [] }\n'))
    expect(() => loadPolicy(folder)).toThrow(
      expect.objectContaining({
        code: 'M2M_CFG_POLICY_INVALID',
        problems: expect.arrayContaining([
          {
            code: 'M2M_CFG_POLICY_INVALID',
            path: `${folder}/roles.yaml:1:14`,
            message: 'reporting.include: there is no "include"; did you mean "includes"?',
          },
        ]),
      }),
    )
  })

  it('of an object have their path', () => {
    const given = {
      policies: [{ name: 'p', conditions: () => [] }],
      extra: 1,
    } as unknown as PolicyDocuments
    expect(readPolicy(given).problems.map(({ message }) => message)).toEqual([
      'policies[0].conditions: expected what JSON can hold, got () => []',
    ])
    expect(() => loadPolicy(undefined as unknown as PolicyDocuments)).toThrow('expected')
  })

  it('of a folder that is not there are one', () => {
    expect(readPolicy('/nowhere/at/all').problems).toEqual([
      { file: '/nowhere/at/all', line: 0, column: 0, message: 'cannot be read: ENOENT' },
    ])
  })
})

describe('a path that leads nowhere', () => {
  it('is a problem, also where it is a link to itself', () => {
    const folder = mkdtempSync(join(tmpdir(), 'm2m-loop-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const loop = join(folder, 'loop')
    symlinkSync('loop', loop)
    expect(() => loadPolicy(loop)).toThrow(ConfigurationError)
    expect(readPolicy(loop).problems.map(({ message }) => message)).toEqual([
      'cannot be read: ELOOP',
    ])
  })
})
