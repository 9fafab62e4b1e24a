import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { goodPolicy, runIn, writeFolder } from './run-command.js'

const colorCode = '\u001b['

describe('misuse answers 2, says what is wrong on stderr, and does nothing', () => {
  it.each<[readonly string[], string]>([
    [[], 'Usage: m2m [options] [command]'],
    [['polcy'], "error: unknown command 'polcy'\n(Did you mean policy?)"],
    [['policy'], 'Usage: m2m policy [options] [command]'],
    [['policy', 'tset'], "error: unknown command 'tset'\n(Did you mean test?)"],
    [['policy', 'test', '--josn'], "error: unknown option '--josn'\n(Did you mean --json?)"],
    [['policy', 'test', 'a', 'b'], "error: too many arguments for 'test'"],
    [['policy', 'test', '--files'], "error: option '--files <files...>' argument missing"],
    [['--version=1'], 'error: unknown option'],
    [['policy', 'test', 'gone'], 'error: there is no folder "gone"\n'],
    [
      ['policy', 'test'],
      'error: there is no folder "policies"; name one, or make it with "m2m policy init"\n',
    ],
    [['policy', 'check', 'gone'], 'error: there is no folder "gone"\n'],
    [['policy', 'test', 'a\u001b[2Jb'], 'error: there is no folder "a\\u001b[2Jb"\n'],
  ])('%j', async (args, message) => {
    const ran = await runIn(writeFolder(), args)
    expect(ran).toMatchObject({ code: 2, stdout: '' })
    expect(ran.stderr).toContain(message)
    expect(ran.stderr).not.toContain(colorCode)
  })
})

describe('help', () => {
  it.each([
    [['--help'], 'policy'],
    [['policy', '--help'], 'explain [options] [folder]'],
    [['help', 'policy'], 'explain [options] [folder]'],
    [['policy', 'test', '--help'], '--min-coverage <percent>'],
    [['policy', 'explain', '-h'], '--op <operation>'],
  ])('of %j is on stdout and answers 0', async (args, text) => {
    const ran = await runIn(writeFolder(), args)
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    expect(ran.stdout).toContain(text)
    expect(ran.stdout).toContain('--no-color')
  })

  it('names every command', async () => {
    const { stdout } = await runIn(writeFolder(), ['policy', '--help'])
    const commands = [...stdout.matchAll(/^ {2}(\w+) \[/gm)].map(([, name]) => name)
    expect(commands).toEqual(['init', 'check', 'test', 'explain', 'diff', 'help'])
  })
})

it('the version is on stdout, and in the help', async () => {
  const ofVersion = (args: readonly string[]) => runIn(writeFolder(), args, { version: '1.2.3' })
  for (const flag of ['--version', '-V']) {
    expect(await ofVersion([flag])).toEqual({ code: 0, stdout: '1.2.3\n', stderr: '' })
  }
  expect((await ofVersion(['--help'])).stdout).toContain('--version')
})

describe('colours', () => {
  const run = (args: readonly string[], color: boolean) =>
    runIn(writeFolder(goodPolicy), args, { color })

  it.each([
    [['policy', 'test']],
    [['policy', 'test', '--verbose']],
    [['policy', 'explain', '--service', 'billing', '--op', 'status:read']],
  ])('%j has them where they are wanted, and else prints the same without', async (args) => {
    const [colored, plain] = [await run(args, true), await run(args, false)]
    expect(colored.stdout).toContain(colorCode)
    expect(plain.stdout).not.toContain(colorCode)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
    expect(colored.stdout.replace(/\u001b\[\d+m/g, '')).toBe(plain.stdout)
  })

  it.each([
    ['first', ['--no-color', 'policy', 'test']],
    ['in the middle', ['policy', '--no-color', 'test']],
    ['last', ['policy', 'test', '--no-color']],
  ])('are off with --no-color, wherever it stands: %s', async (_where, args) => {
    const ran = await run(args, true)
    expect(ran.code).toBe(0)
    expect(ran.stdout).not.toContain(colorCode)
  })

  it('of what is wrong go to stderr, and may be off, too', async () => {
    expect((await run(['policy', 'tset'], true)).stderr).toContain(`${colorCode}31merror`)
    expect((await run(['policy', 'test', 'gone'], true)).stderr).toContain(`${colorCode}31merror`)
    expect((await run(['policy', 'tset', '--no-color'], true)).stderr).not.toContain(colorCode)
  })
})

it('paths start from the folder that the command runs in', async () => {
  const folder = writeFolder(goodPolicy)
  const inside = await runIn(join(folder, 'policies'), ['policy', 'test', '.'])
  expect(inside.stdout).toMatch(/^all\.test\.yaml\n/)
  const beside = await runIn(join(folder, 'policies/services'), ['policy', 'test', '..'])
  expect(beside.code).toBe(0)
})
