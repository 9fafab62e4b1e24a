import { describe, expect, it } from 'vitest'
import { type Files, goodPolicy, runIn, writeFolder } from '../run-command.js'

const explain = (args: readonly string[], files: Files = {}) =>
  runIn(writeFolder({ ...goodPolicy, ...files }), ['policy', 'explain', ...args])

const createTransfers = ['--service', 'billing', '--op', 'transfers:create']
const small = { 'small.yaml': 'id: t1\nattributes: { amount: 100 }\n' }
const day = { 'day.json': '{ "night": false }' }

describe('m2m policy explain', () => {
  it('says that a service may, which policy says so and where, its tier and its roles', async () => {
    expect(await explain(['--service', 'billing', '--op', 'status:read'])).toEqual({
      code: 0,
      stderr: '',
      stdout: `billing may status:read
  why      policy "readers_read" at policies/policies/all.yaml:1:3
  tier     gold, without a ceiling
  roles    reporting, reader
  service  policies/services/billing.yaml:1:1
`,
    })
  })

  it('looks at the resource and the context that files hold', async () => {
    const args = [...createTransfers, '--resource', 'small.yaml', '--context', 'day.json']
    const ran = await explain(args, { ...small, ...day })
    expect(ran.code).toBe(0)
    expect(ran.stdout).toContain('policy "small_transfers" at policies/policies/all.yaml:5:3')
    const large = { 'small.yaml': 'attributes: { amount: 5000 }\n' }
    const denied = await explain(args, { ...large, ...day })
    expect(denied).toMatchObject({ code: 1, stderr: '' })
    expect(denied.stdout).toMatch(
      /^billing may not transfers:create\n {2}why {6}rule "small_transfers": resource.amount less_than 1000 is false\n/,
    )
  })

  it('tells a deny that cannot be ruled out', async () => {
    const { code, stdout } = await explain([...createTransfers, '--resource', 'small.yaml'], small)
    expect(code).toBe(1)
    expect(stdout).toContain('policy "nobody_at_night" at policies/policies/all.yaml:10:3')
  })

  it.each([
    [
      'webhook',
      'none, so the lowest unless its token states one, ends at status:read',
      'no tier ends at ["status:read"]',
    ],
    ['old', 'gold, without a ceiling', 'there is no enabled service of this id'],
  ])('tells why %s may nothing', async (id, tier, why) => {
    const { code, stdout } = await explain(['--service', id, '--op', 'transfers:create'])
    expect([code, stdout]).toEqual([
      1,
      `${id} may not transfers:create
  why      ${why}
  tier     ${tier}
  roles    none
  service  policies/services/${id}.yaml:1:1
`,
    ])
  })

  it('says so where no policy allows it', async () => {
    const { stdout } = await explain(['--user', 'eve', '--op', 'status:read'])
    expect(stdout).toBe(
      'user:eve may not status:read\n  why      no policy allows it\n  roles    none\n',
    )
  })

  it('asks for a user with the roles that are given', async () => {
    const roles = ['--role', 'reporting', '--role', 'reader', 'policies']
    const ran = await explain(['--user', 'alice', '--op', 'status:read', ...roles])
    expect([ran.code, ran.stdout]).toEqual([
      0,
      `user:alice may status:read
  why      policy "readers_read" at policies/policies/all.yaml:1:3
  roles    reporting, reader
`,
    ])
  })

  it('takes the ceiling of a tier for no policy, even if one is called so', async () => {
    const policy = `name: ceiling
effect: allow
subjects: [service:webhook]
resources: [{ type: events, actions: [publish] }]
`
    const args = ['--service', 'webhook', '--op', 'events:publish', '--json']
    const { stdout } = await explain(args, { 'policies/policies/c.yaml': policy })
    const { policy: decided, note } = JSON.parse(stdout)
    expect([decided, note]).toEqual([undefined, 'no tier ends at ["status:read"]'])
  })

  it('prints one JSON document and nothing else', async () => {
    const { code, stdout, stderr } = await explain([
      '--service=billing',
      '--op=status:read',
      '--json',
    ])
    expect([code, stderr]).toEqual([0, ''])
    expect(JSON.parse(stdout)).toEqual({
      allowed: true,
      who: 'billing',
      operation: 'status:read',
      policy: {
        name: 'readers_read',
        at: { file: 'policies/policies/all.yaml', line: 1, column: 3 },
      },
      tier: { name: 'gold' },
      roles: ['reporting', 'reader'],
      at: { file: 'policies/services/billing.yaml', line: 1, column: 1 },
      problems: [],
    })
  })
})

describe('misuse', () => {
  it.each<[string, readonly string[], string]>([
    [
      'a service that is not registered',
      ['--service', 'biling', '--op', 'status:read'],
      'there is no service "biling"; did you mean "billing"?',
    ],
    [
      'an operation that nobody speaks of',
      ['--service', 'billing', '--op', 'status:raed'],
      'no policy or tier speaks of "status:raed"; did you mean "status:read"?',
    ],
    [
      'a wildcard',
      ['--service', 'billing', '--op', 'status:*'],
      'expected an operation such as transfers:create, no wildcard, got "status:*"',
    ],
    ['no operation', ['--service', 'billing', '--op', 'status'], 'expected an operation such as'],
    [
      'a role that there is not',
      ['--user', 'a', '--role', 'raeder', '--op', 'status:read'],
      'there is no role "raeder"; did you mean "reader"?',
    ],
    ['nobody', ['--op', 'status:read'], 'expected --service <id> or --user <id>, one of them'],
    [
      'both',
      ['--service', 'billing', '--user', 'a', '--op', 'status:read'],
      'expected --service <id> or --user <id>, one of them',
    ],
    [
      'a role of a service',
      ['--service', 'billing', '--role', 'reader', '--op', 'status:read'],
      '--role is for --user; a service has the roles of its file',
    ],
    ['no --op', ['--service', 'billing'], "required option '--op <operation>' not specified"],
    ['an empty user', ['--user', '', '--op', 'status:read'], 'expected the id of a user, got ""'],
    [
      'a file that is not there',
      [...createTransfers, '--resource', 'x.yaml'],
      'there is no file "x.yaml"',
    ],
    ['a folder that is not there', [...createTransfers, 'polices'], 'there is no folder "polices"'],
  ])('%s', async (_what, args, message) => {
    const ran = await explain(args)
    expect(ran).toMatchObject({ code: 2, stdout: '' })
    expect(ran.stderr).toContain(`error: ${message}`)
  })

  it('an operation under a wildcard of a policy is known, one under a ceiling is not', async () => {
    const args = (operation: string) => ['--service', 'billing', '--op', operation]
    expect((await explain(args('transfers:delete'))).code).toBe(1)
    const tiers = "- { name: bronze, operations: ['status:*', 'a:b'] }\n- { name: gold }\n"
    const files = { 'policies/tiers.yaml': tiers }
    expect((await explain(args('status:write'), files)).code).toBe(2)
    expect((await explain(args('a:b'), files)).code).toBe(1)
  })
})

describe('a file of a resource or context that is wrong is a problem', () => {
  it.each([
    ['{ amount: 1 }', 'f.yaml:1:1: there is no "amount"; a resource has id, type, attributes'],
    ['{ type: status }', 'f.yaml:1:1: type: expected "transfers", as in the operation'],
    ['{ id: 5 }', 'f.yaml:1:1: id: expected a text'],
    ['{ attributes: [] }', 'f.yaml:1:1: attributes: expected an object'],
    ['[]', 'f.yaml:1:1: expected a resource such as { id, attributes }'],
    ['', 'f.yaml:1:1: expected a resource such as { id, attributes }'],
    ['{ a: *b }', 'f.yaml:1:6: '],
  ])('a resource %j', async (text, problem) => {
    const ran = await explain([...createTransfers, '--resource', 'f.yaml'], { 'f.yaml': text })
    expect(ran).toMatchObject({ code: 1, stdout: '' })
    expect(ran.stderr).toContain(problem)
  })

  it('a context that is none', async () => {
    const ran = await explain([...createTransfers, '--context', 'f.yaml', '--json'], {
      'f.yaml': '[]\n',
    })
    expect(ran).toMatchObject({ code: 1, stderr: '' })
    expect(JSON.parse(ran.stdout)).toEqual({
      problems: [{ file: 'f.yaml', line: 1, column: 1, message: 'expected an object' }],
    })
  })

  it('and so is what is wrong with the policy', async () => {
    const files = { 'policies/roles.yaml': 'reader: {}\n' }
    const ran = await explain(createTransfers, files)
    expect(ran).toEqual({
      code: 1,
      stdout: '',
      stderr: `policies/services/billing.yaml:4:9: there is no role "reporting"
  4 | roles: [reporting]
              ^
`,
    })
  })
})

it('an operation that only a ceiling such as invoices:* lets through is denied, unless it is misspelt', async () => {
  const tiers = 'policies/tiers.yaml'
  const widened = {
    ...goodPolicy,
    [tiers]: goodPolicy[tiers]?.replace("['status:read']", "['status:*', 'invoices:*']") ?? '',
  }
  const explain = (operation: string) =>
    runIn(writeFolder(widened), ['policy', 'explain', '--service', 'webhook', '--op', operation])
  const { code, stdout } = await explain('invoices:pay')
  expect(code).toBe(1)
  expect(stdout).toContain('webhook may not invoices:pay\n  why      no policy allows it\n')
  expect(await explain('status:raed')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('did you mean "status:read"?'),
  })
})
