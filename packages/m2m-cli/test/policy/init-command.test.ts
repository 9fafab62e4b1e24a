import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runIn, writeFolder } from '../run-command.js'

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()

describe('m2m policy init', () => {
  it('writes a policy that passes its own tests, each policy of it decides, and nobody warns of', async () => {
    const folder = writeFolder()
    const ran = await runIn(folder, ['policy', 'init'])
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    expect(await runIn(folder, ['policy', 'test', '--min-coverage', '100'])).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringContaining(
        '3 of 3 policies decided something (100 %)\n8 passed, 0 failed',
      ),
    })
    expect(await runIn(folder, ['policy', 'check', '--strict'])).toMatchObject({
      code: 0,
      stderr: '',
    })
  })

  it('says what it wrote, and what to do next', async () => {
    const folder = writeFolder()
    const { stdout } = await runIn(folder, ['policy', 'init', 'access/rules/'])
    expect(stdout).toBe(`  access/rules/services/billing.yaml     a service, and which client it is
  access/rules/services/reports.yaml     another one
  access/rules/roles.yaml                what services have in common
  access/rules/tiers.yaml                beyond which operations nobody goes
  access/rules/policies/invoices.yaml    who may do what, and when
  access/rules/tests/invoices.test.yaml  what must come out: m2m policy test

Put in your services and what they may do, then:
  m2m policy check access/rules/   what is wrong with it
  m2m policy test access/rules/    whether it decides as its tests say
In the API: createM2M({ policy: loadPolicy('access/rules', { watch: true }), ... })
`)
    const written = stdout.split('\n').flatMap((line) => /^ {2}(\S+yaml) /.exec(line)?.[1] ?? [])
    expect(written.sort()).toEqual(filesIn(folder))
    expect((await runIn(folder, ['policy', 'test', 'access/rules/'])).code).toBe(0)
  })

  it('prints one JSON document and nothing else', async () => {
    const folder = writeFolder()
    const { stdout } = await runIn(folder, ['policy', 'init', '--json'])
    const { folder: named, files } = JSON.parse(stdout)
    expect(named).toBe('policies')
    expect([...files].sort()).toEqual(filesIn(join(folder, 'policies')))
  })

  it('fills a folder that is there and empty', async () => {
    const folder = writeFolder()
    mkdirSync(join(folder, 'policies'))
    expect((await runIn(folder, ['policy', 'init'])).code).toBe(0)
  })

  it('writes every name in quotes that a shell would split', async () => {
    const { stdout } = await runIn(writeFolder(), ['policy', 'init', 'my policies'])
    expect(stdout).toContain('m2m policy test "my policies" ')
  })

  it.each([
    ['roles.yaml', 'reader: {}\n'],
    ['.hidden', ''],
  ])('writes nothing beside a file that is there: %s', async (name, text) => {
    const folder = writeFolder({ [`policies/${name}`]: text })
    expect(await runIn(folder, ['policy', 'init'])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'error: there is "policies" already, which is not empty: nothing was written\n',
    })
    expect(filesIn(folder)).toEqual([`policies/${name}`])
    expect(readFileSync(join(folder, 'policies', name), 'utf8')).toBe(text)
  })

  it('writes nothing in the place of a file', async () => {
    const folder = writeFolder({ policies: 'mine' })
    const ran = await runIn(folder, ['policy', 'init'])
    expect([ran.code, ran.stderr]).toEqual([
      2,
      'error: there is "policies" already, which is no folder: nothing was written\n',
    ])
    expect(readFileSync(join(folder, 'policies'), 'utf8')).toBe('mine')
  })

  it('says in a line where nobody can write', async () => {
    const folder = writeFolder({ file: '' })
    const ran = await runIn(folder, ['policy', 'init', 'file/policies'])
    expect([ran.code, ran.stdout]).toEqual([2, ''])
    expect(ran.stderr).toMatch(/^error: E[A-Z]+: .*\n$/)
  })
})
