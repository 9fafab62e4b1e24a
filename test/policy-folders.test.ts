import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { testPolicy } from 'm2m-policy'
import { describe, expect, it, onTestFinished } from 'vitest'
// By its path: as a dependency of the root its command would stand in the way of the root's own.
import { runM2M } from '../packages/m2m-cli/src/index.js'
import { root } from './doc-snippets/find-snippets.js'

const isYaml = (name: string): boolean => name.endsWith('.yaml')
const folders = ['examples/policies', 'examples/demo/policies', 'bench/policies']
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

/** All that a folder says of itself, in short. */
const summaryOf = (folder: string) => {
  const { problems, failed, passed, coverage } = testPolicy(folder)
  return { problems, failed, isTested: passed > 0, never: coverage.never.map(({ name }) => name) }
}
const good = { problems: [], failed: 0, isTested: true, never: [] }

describe.each(folders)('%s', (folder) => {
  it('passes its tests, in which every policy decides something', () => {
    expect(summaryOf(join(root, folder))).toEqual(good)
  })
})

it('the README of examples/policies says of every file what it shows', () => {
  const files = readdirSync(join(root, 'examples/policies'), { recursive: true, encoding: 'utf8' })
  const shown = [...read('examples/policies/README.md').matchAll(/^\| \[`(.*?)`\]\((.*?)\)/gm)]
  expect(shown.map(([, name]) => name).sort()).toEqual(files.filter(isYaml).sort())
  expect(shown.filter(([, name, link]) => name !== link)).toEqual([])
})

describe('policy as code in the README', () => {
  const [, section = ''] = read('README.md').split(/^## (?=Policy as code)/m)
  const [text = ''] = section.split(/^## /m)
  const blocks = [...text.matchAll(/^`([^`\n]+\.yaml)`[^\n]*\n\n```yaml\n(.*?)```/gms)]

  const write = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'm2m-readme-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    for (const [, name = '', content = ''] of blocks) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), content)
    }
    return join(folder, 'policies')
  }

  const limitTo = (folder: string, limit: number): void => {
    const file = join(folder, 'policies/transfers.yaml')
    writeFileSync(file, readFileSync(file, 'utf8').replace('value: 1000', `value: ${limit}`))
  }

  it('names the file of every block', () => {
    expect(blocks.map(([, name]) => name)).toEqual([
      'policies/services/billing.yaml',
      'policies/policies/transfers.yaml',
      'policies/transfers.test.yaml',
    ])
    expect(text.match(/```yaml/g)).toHaveLength(3)
  })

  it('is a policy that passes its test', () => {
    expect(summaryOf(write())).toEqual(good)
  })

  it('would not pass with a lower limit', () => {
    const folder = write()
    limitTo(folder, 999)
    expect(testPolicy(folder).failed).toBe(1)
  })

  it('shows what the command says of a higher limit', async () => {
    const folder = write()
    limitTo(folder, 2000)
    const command = /```sh\nnpx m2m ([^\n]*)\n```\n\n```text\n(.*?)```/s
    const [, shown = '', printed] = text.match(command) ?? []
    let output = ''
    const code = await runM2M(shown.split(' '), {
      stdout: (part) => {
        output += part
      },
      stderr: (part) => {
        output += part
      },
      cwd: dirname(folder),
      color: false,
      columns: 80,
    })
    expect(output).toBe(printed)
    expect(code).toBe(1)
  })
})
