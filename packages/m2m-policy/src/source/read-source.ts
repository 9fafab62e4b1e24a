import { createHash } from 'node:crypto'
import { readlinkSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { checkDocument } from '../document/check-document.js'
import { type CheckedFile, unreadableFile } from '../document/checked-file.js'
import type { PolicyProblem } from '../problem/policy-problem.js'
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
  read(): Generator<undefined, ReadFiles>
}

interface Remembered {
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

  const readFile = ({ name, kind, path }: SourceFile, root: string): Remembered => {
    const read = readText(path, root)
    if ('fault' in read) {
      const problem = { file: name, line: 0, column: 0, message: read.fault }
      return { digest: '', checked: unreadableFile(name, kind, [problem]) }
    }
    const digest = createHash('sha256').update(read.text).digest('base64')
    const known = remembered.get(name)
    if (known?.digest === digest) return known
    return { digest, checked: checkDocument(name, kind, parseText(read.text, name)) }
  }

  return {
    *read() {
      for (let attempt = 1; ; attempt += 1) {
        const state = stateOf(source)
        const { files, root, ...listing } = listSource(source)
        const next = new Map<string, Remembered>()
        for (const file of files) {
          next.set(file.name, readFile(file, root))
          yield
        }
        // Files were renamed, or a ConfigMap swapped, meanwhile: some are those before.
        const isMixed = state !== stateOf(source)
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

const listSource = (source: string): Listing & { readonly root: string } => {
  const isFile = statSync(source, { throwIfNoEntry: false })?.isFile() === true
  if (isFile) {
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

/** Differs when any file does: two readings of one state belong together. */
const stateOf = (source: string): string => {
  const { files } = listSource(source)
  const states = files.map(({ name, path }) => {
    try {
      const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true })
      return [name, dev, ino, size, mtimeNs, ctimeNs].join(' ')
    } catch {
      return name
    }
  })
  return [generationOf(source), ...states].join('\n')
}

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

/** Reads everything in one go. */
export const readAtOnce = ({ read }: SourceReader): ReadFiles => {
  const reading = read()
  for (;;) {
    const step = reading.next()
    if (step.done) return step.value
  }
}
