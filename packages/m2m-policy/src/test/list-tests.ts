import { readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { PolicyProblem } from '../problem/policy-problem.js'
import { kindOf } from '../source/file-state.js'
import { reasonOf } from '../source/list-folder.js'
import { isHidden, isTestFile } from '../source/source-file.js'

/** A file of tests: how it is named to people, where it is, and the folder that it may not leave. */
export interface TestFile {
  readonly name: string
  readonly path: string
  readonly root: string
}

/** The files of tests, and folders of which nobody knows what they hold. */
export interface TestListing {
  readonly files: readonly TestFile[]
  readonly problems: readonly PolicyProblem[]
}

const folders = ['', 'policies', 'services', 'tests']

/**
 * Lists `*.test.yaml` in a policy folder, its `policies/`, `services/` and `tests/`; beside a policy
 * in one file, `api.yaml`, its `api.test.yaml`.
 */
export const listTests = (source: string): TestListing => {
  if (kindOf(source) === 'file') return besideFile(source)
  const base = source.replace(/[/\\]+$/, '')
  const listings = folders.map((folder) => {
    const shown = folder === '' ? base : `${base}/${folder}`
    return listFolder(join(source, folder), shown, source)
  })
  return {
    files: listings.flatMap(({ files }) => files),
    problems: listings.flatMap(({ problems }) => problems),
  }
}

const besideFile = (source: string): TestListing => {
  const stem = basename(source).replace(/\.[^.]*$/, '')
  const folder = dirname(source)
  const { files, problems } = listFolder(folder, folder, folder)
  const isBeside = ({ path }: TestFile): boolean =>
    basename(path).replace(/\.test\.[^.]*$/i, '') === stem
  return { files: files.filter(isBeside), problems }
}

const listFolder = (path: string, shown: string, root: string): TestListing => {
  if (kindOf(path) !== 'folder') {
    return { files: [], problems: [] }
  }
  try {
    const names = readdirSync(path).filter((name) => isTestFile(name) && !isHidden(name))
    const toFile = (name: string): TestFile => ({
      name: `${shown}/${name}`,
      path: join(path, name),
      root,
    })
    return { files: names.sort().map(toFile), problems: [] }
  } catch (fault) {
    const message = `cannot be read: ${reasonOf(fault)}`
    return { files: [], problems: [{ file: shown, line: 0, column: 0, message }] }
  }
}
