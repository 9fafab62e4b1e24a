import { readdirSync, realpathSync } from 'node:fs'
import { join, sep } from 'node:path'
import { didYouMean } from '../problem/did-you-mean.js'
import type { PolicyProblem } from '../problem/policy-problem.js'
import { quote } from '../problem/quote.js'
import { kindOf } from './file-state.js'
import { type FileKind, isIgnored, isPolicyFile, type SourceFile } from './source-file.js'

/** The files of a folder, and what there is in it that cannot be meant. */
export interface Listing {
  readonly files: readonly SourceFile[]
  readonly problems: readonly PolicyProblem[]
  /** Whether every folder could be read. */
  readonly isComplete: boolean
}

const folders: ReadonlyMap<string, FileKind> = new Map([
  ['services', 'service'],
  ['policies', 'policies'],
])
const singles: ReadonlyMap<string, FileKind> = new Map([
  ['roles', 'roles'],
  ['tiers', 'tiers'],
])

/**
 * Lists `services/`, `policies/`, `roles.yaml` and `tiers.yaml`. What looks like a part of the
 * policy and would not be read is a problem: a deny that nobody reads denies nothing.
 */
export const listFolder = (root: string): Listing => {
  const files: SourceFile[] = []
  const problems: PolicyProblem[] = []
  const shown = (name: string): string => `${root.replace(/[/\\]+$/, '')}/${name}`
  const refuse = (name: string, message: string): void => {
    problems.push({ file: name === '' ? root : shown(name), line: 0, column: 0, message })
  }

  let isComplete = true
  const missFolder = (name: string, message: string): void => {
    isComplete = false
    refuse(name, message)
  }

  const listInner = (folder: string, kind: FileKind): void => {
    for (const entry of namesIn(root, folder, missFolder)) {
      const name = `${folder}/${entry}`
      if (isPolicyFile(entry)) files.push({ kind, name: shown(name), path: join(root, name) })
      else if (isFolder(join(root, name))) {
        refuse(name, `expected files in ${folder}/, got a folder; move its files one level up`)
      }
    }
  }
  const listSingle = (entry: string): void => {
    const stem = entry.replace(/\.[^.]*$/, '')
    const kind = singles.get(stem)
    if (!kind) {
      const hint = didYouMean(stem, [...singles.keys(), ...folders.keys()])
      refuse(entry, `expected roles.yaml, tiers.yaml, services/ or policies/ here${hint}`)
    } else {
      if (files.some((file) => file.kind === kind)) {
        refuse(entry, `expected one file of ${stem}, got a second one`)
      }
      files.push({ kind, name: shown(entry), path: join(root, entry) })
    }
  }

  for (const entry of namesIn(root, '', missFolder)) {
    const kind = folders.get(entry)
    if (kind && isFolder(join(root, entry))) listInner(entry, kind)
    else if (kind) missFolder(entry, `expected a folder, got ${quote(entry)} that is none`)
    else if (isPolicyFile(entry)) listSingle(entry)
    else if (isFolder(join(root, entry))) {
      const hint = didYouMean(entry, folders.keys())
      if (hint) refuse(`${entry}/`, `there is no ${quote(`${entry}/`)}${hint}`)
    }
  }
  return { files, problems, isComplete }
}

const namesIn = (
  root: string,
  folder: string,
  refuse: (file: string, message: string) => void,
): readonly string[] => {
  try {
    const path = join(root, folder)
    if (!isInside(root, path)) {
      refuse(`${folder}/`, 'expected a folder inside the policy folder, got a link out of it')
      return []
    }
    return readdirSync(path)
      .filter((name) => !isIgnored(name))
      .sort()
  } catch (fault) {
    refuse(folder, `cannot be read: ${reasonOf(fault)}`)
    return []
  }
}

const isInside = (root: string, path: string): boolean =>
  isWithin(realpathSync.native(root), realpathSync.native(path))

/** Whether a path is in a folder; of both all links must have been followed. */
export const isWithin = (realRoot: string, realPath: string): boolean =>
  `${realPath}${sep}`.startsWith(realRoot.endsWith(sep) ? realRoot : `${realRoot}${sep}`)

const isFolder = (path: string): boolean => kindOf(path) === 'folder'

/** `ENOENT` and the like, never a text that may hold anything. */
export const reasonOf = (fault: unknown): string => {
  const code = typeof fault === 'object' && fault !== null && 'code' in fault ? fault.code : fault
  return typeof code === 'string' ? code : quote(String(code))
}
