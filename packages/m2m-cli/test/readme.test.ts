import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runIn, writeFolder } from './run-command.js'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const shown = [...readme.matchAll(/```text\n\$ m2m (.*)\n([\s\S]*?)```/g)]

/** What somebody changes before a command is shown. */
const before: Readonly<Record<string, (policies: string) => void>> = {
  check: (policies) => {
    cpSync(policies, join(policies, '../main/policies'), { recursive: true })
    const file = join(policies, 'policies/invoices.yaml')
    const text = readFileSync(file, 'utf8')
    writeFileSync(
      file,
      text.replace('subject.environment', 'subject.enviroment').replace('closed }', 'archived }'),
    )
  },
}

it('the README shows what its commands print, one after the other', async () => {
  const names = shown.map(([, command]) => command?.split(' ')[1] ?? '')
  expect(names).toEqual(['init', 'test', 'explain', 'check', 'diff'])
  const folder = writeFolder()
  for (const [index, [, command = '', output]] of shown.entries()) {
    before[names[index] ?? '']?.(join(folder, 'policies'))
    const { stdout, stderr } = await runIn(folder, command.split(' '))
    expect(stderr + stdout).toBe(output)
  }
})

it('the README names every command and option that there is, and no other', async () => {
  const helps = await Promise.all(
    ['init', 'check', 'test', 'explain', 'diff'].map((name) =>
      runIn(writeFolder(), ['policy', name, '--help']),
    ),
  )
  const options = (text: string): readonly string[] =>
    [...new Set(text.match(/--[a-z][a-z-]+/g))].filter((name) => name !== '--save-dev').sort()
  const known = options(helps.map(({ stdout }) => stdout).join('\n'))
  expect(known).toContain('--min-coverage')
  expect(options(readme)).toEqual(known.filter((name) => name !== '--help'))
})
