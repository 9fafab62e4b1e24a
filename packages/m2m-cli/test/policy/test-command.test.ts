import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { goodPolicy, runIn, writeFolder } from '../run-command.js'

/** How continuous integration counts. */
const counter = new URL('../../../../scripts/run-and-count.mjs', import.meta.url).href
const { countIn } = (await import(counter)) as {
  countIn: (output: string) => { readonly passed: number; readonly failed: number }
}

const name = 'policies/all.test.yaml'
const withTest = (text: string) => writeFolder({ ...goodPolicy, [name]: text })

describe('m2m policy test', () => {
  it('says of tests that pass no more than that, and which policies never decided', async () => {
    const ran = await runIn(writeFolder(goodPolicy), ['policy', 'test'])
    expect(ran).toEqual({
      code: 0,
      stderr: '',
      stdout: `policies/all.test.yaml
  ✓ by day (9)

2 of 3 policies decided something (66 %)
  never: nobody_at_night at policies/policies/all.yaml:10:3
9 passed, 0 failed
`,
    })
  })

  it('shows each failure in full: who, what, what was expected, what decided and where', async () => {
    const folder = withTest(`- name: wrong
  context: { night: false }
  services: [billing, old, webhook]
  resources:
    small: { type: transfers, attributes: { amount: 1 } }
    large: { type: transfers, attributes: { amount: 5000 } }
  expect:
    billing:
      transfers:create: { large: allow }
    webhook: { transfers:create: allow }
    old: { status:read: allow }
- name: at night
  context: { night: true }
  operations: [transfers:create]
  expect: { billing: { transfers:create: allow } }
- name: right
  services: [old]
  expect: {}
`)
    const ran = await runIn(folder, ['policy', 'test', 'policies'])
    expect(ran).toMatchObject({ code: 1, stderr: '' })
    expect(ran.stdout).toBe(`policies/all.test.yaml
  ✗ wrong (6 of 9)
    policies/all.test.yaml:1:3: billing may status:read, expected deny (policy "readers_read" at policies/policies/all.yaml:1:3)
    policies/all.test.yaml:9:7: billing may transfers:create on small, expected deny (policy "small_transfers" at policies/policies/all.yaml:5:3)
    policies/all.test.yaml:9:27: billing may not transfers:create on large, expected allow (rule "small_transfers": resource.amount less_than 1000 is false)
    policies/all.test.yaml:11:12: old may not status:read, expected allow (there is no enabled service of this id)
    policies/all.test.yaml:10:16: webhook may not transfers:create on small, expected allow (no tier ends at ["status:read"])
    policies/all.test.yaml:10:16: webhook may not transfers:create on large, expected allow (no tier ends at ["status:read"])
  ✗ at night (1 of 3)
    policies/all.test.yaml:15:24: billing may not transfers:create, expected allow (policy "nobody_at_night" at policies/policies/all.yaml:10:3)
  ✓ right (2)

3 of 3 policies decided something (100 %)
7 passed, 7 failed
`)
  })

  it('says so where no policy speaks of what should be allowed', async () => {
    const folder = withTest(
      'name: t\nservices: [billing]\noperations: [a:b]\nexpect: { billing: { a:b: allow } }\n',
    )
    const { stdout } = await runIn(folder, ['policy', 'test'])
    expect(stdout).toContain('billing may not a:b, expected allow (no policy allows it)')
  })

  it('ends with what continuous integration counts by, in colours too', async () => {
    const folder = withTest('name: t\nexpect: {}\n')
    for (const color of [true, false]) {
      const { stdout, code } = await runIn(folder, ['policy', 'test'], { color })
      expect([code, countIn(stdout)]).toEqual([1, { passed: 5, failed: 1 }])
    }
  })

  it('tells problems with their lines on stderr, runs nothing of what they concern, and fails', async () => {
    const folder = withTest(`- { name: right, services: [old], expect: {} }
- { name: wrong, expect: { biling: {} } }
`)
    expect(await runIn(folder, ['policy', 'test'])).toEqual({
      code: 1,
      stderr: `policies/all.test.yaml:2:28: there is no service or user "biling"; did you mean "billing"?
  2 | - { name: wrong, expect: { biling: {} } }
                                 ^
`,
      stdout: `policies/all.test.yaml
  ✓ right (2)

0 of 3 policies decided something (0 %)
  never: readers_read at policies/policies/all.yaml:1:3
  never: small_transfers at policies/policies/all.yaml:5:3
  never: nobody_at_night at policies/policies/all.yaml:10:3
problems: 1, and what they concern was not run
2 passed, 0 failed
`,
    })
  })

  it.each([
    [
      'broken YAML in the policy',
      { 'policies/roles.yaml': 'reader: {\n' },
      'policies/roles.yaml:2:1: is no plain YAML',
    ],
    ['broken YAML in a test', { [name]: '- name: [\n' }, `${name}:2:1: is no plain YAML`],
    ['an empty test file', { [name]: '' }, `${name}:1:1: expected a test with name and expect`],
    ['a file that does not belong there', { 'policies/x.yaml': '' }, 'policies/x.yaml: expected'],
  ])('fails for %s', async (_what, files, problem) => {
    const ran = await runIn(writeFolder({ ...goodPolicy, ...files }), ['policy', 'test'])
    expect(ran.code).toBe(1)
    expect(ran.stderr).toContain(problem)
    expect(ran.stdout).toContain('0 passed, 0 failed')
  })

  it.each([
    ['an empty folder', {}],
    ['a policy without tests', { 'policies/roles.yaml': 'reader: {}\n' }],
  ])('fails for %s', async (_what, files) => {
    const folder = writeFolder({ 'policies/.keep': '', ...files })
    expect(await runIn(folder, ['policy', 'test'])).toEqual({
      code: 1,
      stderr: 'policies: expected tests such as invoices.test.yaml, got none\n',
      stdout: 'problems: 1, and what they concern was not run\n0 passed, 0 failed\n',
    })
  })

  it('runs the files that are named instead of those in the folder', async () => {
    const mine = 'name: mine\nservices: [old]\nexpect: {}\n'
    const folder = writeFolder({ ...goodPolicy, 'mine.yaml': mine })
    const ran = await runIn(folder, ['policy', 'test', '--files', 'mine.yaml'])
    expect(ran.stdout).toContain('mine.yaml\n  ✓ mine (2)\n')
    expect(ran.stdout).not.toContain('all.test.yaml')
  })

  it('names what is outside of the folder it runs in as it is', async () => {
    const folder = writeFolder(goodPolicy)
    const ran = await runIn(writeFolder(), ['policy', 'test', join(folder, 'policies')])
    expect(ran.code).toBe(0)
    expect(ran.stdout).toContain(`${folder}/policies/all.test.yaml\n`)
  })

  it('prints nothing that moves the cursor, whatever a test is called', async () => {
    const folder = withTest('name: "a\\e[2J\\nb"\nservices: [old]\nexpect: {}\n')
    const { stdout } = await runIn(folder, ['policy', 'test'])
    expect(stdout).toContain('✓ a [2J b (2)')
  })
})

describe('--min-coverage', () => {
  it.each([
    ['66', 0, ''],
    ['66.6', 0, ''],
    ['67', 1, ', expected at least 67 %'],
    ['100', 1, ', expected at least 100 %'],
  ])('%s: %i', async (percent, code, text) => {
    const args = ['policy', 'test', '--min-coverage', percent]
    const ran = await runIn(writeFolder(goodPolicy), args)
    expect(ran.code).toBe(code)
    expect(ran.stdout).toContain(`2 of 3 policies decided something (66 %)${text}\n`)
    const json = await runIn(writeFolder(goodPolicy), [...args, '--json'])
    expect([json.code, JSON.parse(json.stdout).ok]).toEqual([code, code === 0])
  })

  it.each(['101', '-1', 'all', '', '1e2', '50%'])('%j is misuse', async (percent) => {
    const args = ['policy', 'test', `--min-coverage=${percent}`]
    const ran = await runIn(writeFolder(goodPolicy), args)
    expect(ran).toMatchObject({ code: 2, stdout: '' })
    expect(ran.stderr).toContain('Expected a number from 0 to 100.')
  })
})

describe('--verbose', () => {
  const verbose = (columns: number) =>
    runIn(writeFolder(goodPolicy), ['policy', 'test', '--verbose'], { columns })

  it('shows every answer as a table', async () => {
    expect((await verbose(100)).stdout).toContain(`  ✓ by day (9)
    ┌────────────────────────┬─────────┬─────┬─────────┐
    │                        │ billing │ old │ webhook │
    ├────────────────────────┼─────────┼─────┼─────────┤
    │ status:read            │ ✓       │ ✗   │ ✗       │
    │ transfers:create small │ ✓       │ ✗   │ ✗       │
    │ transfers:create large │ ✗       │ ✗   │ ✗       │
    └────────────────────────┴─────────┴─────┴─────────┘
    ✓ allowed  ✗ denied  ! not as expected
`)
  })

  it('and as a list where a table is too wide', async () => {
    const { stdout } = await verbose(55)
    expect(stdout).toContain('    ✓ billing status:read\n    ✓ billing transfers:create small\n')
    expect(stdout).not.toContain('│')
    expect((await verbose(56)).stdout).toContain('│')
  })

  it('turns the table where that fits', async () => {
    const services = ['aaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbb', 'cccccccccccccccc']
    const files = Object.fromEntries(
      services.map((id) => [
        `policies/services/${id}.yaml`,
        `id: ${id}\nclients: [{ clientId: ${id} }]\n`,
      ]),
    )
    const folder = writeFolder({
      ...files,
      'policies/t.test.yaml': 'name: t\noperations: [a:b]\nexpect: {}\n',
    })
    const { stdout } = await runIn(folder, ['policy', 'test', '--verbose'], { columns: 40 })
    expect(stdout).toContain('    │ aaaaaaaaaaaaaaaa │ ✗   │\n')
  })

  it('marks what is not as expected', async () => {
    const folder = withTest('name: t\nservices: [billing]\nexpect: {}\n')
    const { stdout } = await runIn(folder, ['policy', 'test', '--verbose'])
    expect(stdout).toContain('│ status:read      │ ✓ !     │')
  })
})

describe('--json', () => {
  it('prints one document and nothing else, problems included', async () => {
    const folder = withTest(`- { name: right, services: [old], operations: [a:b], expect: {} }
- { name: wrong, services: [nobody], expect: {} }
`)
    const { code, stdout, stderr } = await runIn(folder, ['policy', 'test', '--json'])
    expect([code, stderr]).toEqual([1, ''])
    const at = (line: number, column: number, file = name) => ({ file, line, column })
    expect(JSON.parse(stdout)).toEqual({
      ok: false,
      passed: 1,
      failed: 0,
      tests: [
        {
          name: 'right',
          at: at(1, 3),
          cells: [
            {
              who: 'old',
              operation: 'a:b',
              expected: 'deny',
              got: 'deny',
              note: 'there is no enabled service of this id',
              at: at(1, 3),
            },
          ],
        },
      ],
      problems: [{ ...at(2, 29), message: 'there is no service "nobody"' }],
      coverage: {
        policies: 3,
        decided: 0,
        never: [
          { name: 'readers_read', at: at(1, 3, 'policies/policies/all.yaml') },
          { name: 'small_transfers', at: at(5, 3, 'policies/policies/all.yaml') },
          { name: 'nobody_at_night', at: at(10, 3, 'policies/policies/all.yaml') },
        ],
      },
    })
  })

  it('is the same in colours', async () => {
    const folder = writeFolder(goodPolicy)
    const plain = await runIn(folder, ['policy', 'test', '--json'])
    expect(JSON.parse(plain.stdout)).toMatchObject({ ok: true, passed: 9 })
    expect(await runIn(folder, ['policy', 'test', '--json'], { color: true })).toEqual(plain)
  })
})

it('the example of the repository passes', async () => {
  const root = fileURLToPath(new URL('../../../..', import.meta.url))
  const ran = await runIn(root, ['policy', 'test', 'examples/policies', '--min-coverage', '100'])
  expect(ran).toMatchObject({ code: 0, stderr: '' })
  expect(countIn(ran.stdout).passed).toBeGreaterThan(20)
})
