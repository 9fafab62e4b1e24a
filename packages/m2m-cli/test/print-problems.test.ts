import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { CommandIo } from '../src/index.js'
import { printProblems } from '../src/print-problems.js'
import { writeFolder } from './run-command.js'

const print = (
  text: string,
  problem: { readonly line: number; readonly column: number; readonly message?: string },
): string => {
  const cwd = writeFolder({ 'a.yaml': text })
  let stderr = ''
  const io: CommandIo = {
    stdout: () => expect.unreachable(),
    stderr: (written) => {
      stderr += written
    },
    cwd,
    color: false,
    columns: 80,
  }
  printProblems(io, [{ file: join(cwd, 'a.yaml'), message: 'expected x', ...problem }])
  return stderr
}

describe('a problem', () => {
  it('is shown with its line and a caret under its column', () => {
    expect(print('a: 1\nb: [2]\n', { line: 2, column: 5 })).toBe(
      'a.yaml:2:5: expected x\n  2 | b: [2]\n          ^\n',
    )
  })

  it.each([
    ['of a whole file', { line: 0, column: 0 }, 'a.yaml: expected x\n'],
    ['of a line that is gone', { line: 9, column: 1 }, 'a.yaml:9:1: expected x\n'],
  ])('%s is shown alone', (_what, place, shown) => {
    expect(print('a: 1\n', place)).toBe(shown)
  })

  it('after the end of a line points behind it', () => {
    expect(print('a:\n', { line: 1, column: 4 })).toBe(
      'a.yaml:1:4: expected x\n  1 | a:\n         ^\n',
    )
  })

  it('in a long line shows what is around it', () => {
    const text = `${'a'.repeat(1000)}B${'c'.repeat(1000)}\n`
    const [, line = '', caret = ''] = print(text, { line: 1, column: 1001 }).split('\n')
    expect(line.length).toBeLessThan(130)
    expect(line[caret.indexOf('^')]).toBe('B')
  })

  it('prints nothing that moves the cursor, and keeps the caret where it points', () => {
    const shown = print('\u001b[2J\tb: c\r\n', { line: 1, column: 6, message: 'got\n\u001b[31m x' })
    expect(shown).toBe('a.yaml:1:6: got [31m x\n  1 |  [2J b: c\n           ^\n')
  })

  it('does not repeat the folder that people are in', () => {
    const cwd = writeFolder()
    let stderr = ''
    const io = { cwd, color: false, columns: 80, stdout: () => {} }
    const message = `there is a role at ${join(cwd, 'b.yaml')}:1:1 too`
    printProblems(
      {
        ...io,
        stderr: (text) => {
          stderr += text
        },
      },
      [{ file: join(cwd, 'a.yaml'), line: 1, column: 1, message }],
    )
    expect(stderr).toBe('a.yaml:1:1: there is a role at b.yaml:1:1 too\n')
  })
})
