import { hash } from 'node:crypto'
import { readlinkSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { checkDocument } from '../document/check-document.js'
import { type CheckedFile, unreadableFile } from '../document/checked-file.js'
import type { PolicyProblem } from '../problem/policy-problem.js'
import { forEach, type Steps } from '../turns/steps.js'
import { fileStateAt, kindOf } from './file-state.js'
import { type Listing, listFolder } from './list-folder.js'
import { parseObject } from './parse-object.js'
import { parseText } from './parse-text.js'
import { readText } from './read-text.js'
import type { SourceFile } from './source-file.js'

/** All files of a policy, each checked for itself. */
export interface ReadFiles {
  readonly files: readonly CheckedFile[]
  /** What is wrong with the folder. */
  readonly problems: readonly PolicyProblem[]
  /** Whether all folders could be read: else a file that is not here may not have gone. */
  readonly isComplete: boolean
}

/** Reads a policy again and again; what has not changed is not parsed again. */
export interface SourceReader {
  /** Pauses between files, so that whoever drives it may let others run. */
  read(): Steps<ReadFiles>
}

interface Remembered {
  /** Of the file when it was read. */
  readonly state: string
  readonly digest: string
  readonly checked: CheckedFile
}

const mostAttempts = 3

/** Makes a reader of a folder, one file, or an object. */
export const createSourceReader = (source: unknown): SourceReader => {
  if (typeof source !== 'string') {
    const checked = checkDocument('(object)', 'whole', parseObject(source))
    return {
      *read() {
        yield
        return { files: [checked], problems: [], isComplete: true }
      },
    }
  }
  let remembered = new Map<string, Remembered>()

  const readFile = ({ name, kind, path }: SourceFile, realRoot: string | undefined): Remembered => {
    const { state, ...read } = readText(path, realRoot)
    if (read.fault !== undefined) {
      const problem = { file: name, line: 0, column: 0, message: read.fault }
      return { state, digest: '', checked: unreadableFile(name, kind, [problem]) }
    }
    const digest = hash('sha256', read.text, 'base64')
    const known = remembered.get(name)
    if (known?.digest === digest) return { ...known, state }
    return { state, digest, checked: checkDocument(name, kind, parseText(read.text, name)) }
  }

  return {
    *read() {
      for (let attempt = 1; ; attempt += 1) {
        const generation = generationOf(source)
        const { files, root, ...listing } = listSource(source)
        const realRoot = realPathOf(root)
        const next = new Map<string, Remembered>()
        for (const file of files) {
          next.set(file.name, readFile(file, realRoot))
          yield
        }
        // Files were renamed, or a ConfigMap swapped, meanwhile: some are those before.
        const isStill = yield* holdStill(source, next)
        const isMixed =
          !isStill || generation !== generationOf(source) || realRoot !== realPathOf(root)
        if (isMixed && attempt < mostAttempts) continue
        remembered = next
        const checked = [...next.values()].map((one) => one.checked)
        return isMixed
          ? { files: checked, problems: [...listing.problems, changing(source)], isComplete: false }
          : { files: checked, ...listing }
      }
    },
  }
}

/** All links followed; undefined where they lead to nothing. */
const realPathOf = (path: string): string | undefined => {
  try {
    return realpathSync.native(path)
  } catch {
    return undefined
  }
}

/** Whether the files are those that were read, and as they were then: all belong together. */
function* holdStill(source: string, read: ReadonlyMap<string, Remembered>): Steps<boolean> {
  const { files } = listSource(source)
  let isStill = files.length === read.size
  yield* forEach(files, ({ name, path }) => {
    isStill &&= read.get(name)?.state === fileStateAt(path)
  })
  return isStill
}

const listSource = (source: string): Listing & { readonly root: string } => {
  if (kindOf(source) === 'file') {
    return {
      files: [{ kind: 'whole', name: source, path: source }],
      problems: [],
      isComplete: true,
      root: dirname(source),
    }
  }
  return { ...listFolder(source), root: source }
}

const changing = (file: string): PolicyProblem => ({
  file,
  line: 0,
  column: 0,
  message: 'expected files that hold still while they are read; the next reload tries again',
})

/** What the `..data` links of a ConfigMap point at, here or one level down. */
const generationOf = (source: string): string =>
  [source, dirname(source), join(source, 'services'), join(source, 'policies')]
    .map((folder) => {
      try {
        return readlinkSync(join(folder, '..data'))
      } catch {
        return ''
      }
    })
    .join('\n')
