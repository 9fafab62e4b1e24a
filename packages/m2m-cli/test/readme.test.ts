import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { runIn, writeFolder } from './run-command.js'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const shown = [...readme.matchAll(/```text\n\$ m2m (.*)\n([\s\S]*?)```/g)]

it('the README shows what its commands print, one after the other', async () => {
  expect(shown.map(([, command]) => command?.split(' ')[1])).toEqual(['init', 'test', 'explain'])
  const folder = writeFolder()
  for (const [, command = '', output] of shown) {
    const { stdout, stderr } = await runIn(folder, command.split(' '))
    expect(stdout + stderr).toBe(output)
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
