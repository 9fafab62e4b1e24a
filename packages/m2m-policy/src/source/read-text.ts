import { isUtf8 } from 'node:buffer'
import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileState, fileStateAt } from './file-state.js'
import { isWithin, reasonOf } from './list-folder.js'

/** The text of a file, or why there is none. */
export type TextOrFault = (
  | { readonly text: string; readonly fault?: undefined }
  | { readonly fault: string }
) & {
  /** That the file had when it was read. */
  readonly state: string
}

const largest = 1024 * 1024

/**
 * Reads one file of a policy: inside the folder once all links are followed, a plain file of 1 MiB
 * at most, in UTF-8. Waits for nobody: a pipe in the place of a file is refused.
 */
export const readText = (path: string, realRoot: string | undefined): TextOrFault => {
  try {
    const real = realpathSync.native(path)
    if (realRoot === undefined || !isWithin(realRoot, real)) {
      const fault = 'expected a file inside the policy folder, got a link out of it'
      return { fault, state: fileStateAt(path) }
    }
    const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants
    const file = openSync(real, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    try {
      return readOpen(file)
    } finally {
      closeSync(file)
    }
  } catch (fault) {
    return { fault: `cannot be read: ${reasonOf(fault)}`, state: fileStateAt(path) }
  }
}

/** The folder of a file that somebody named, all links followed: it may be a link to anywhere. */
export const folderOf = (path: string): string => {
  try {
    return dirname(realpathSync.native(path))
  } catch {
    return dirname(path)
  }
}

const readOpen = (file: number): TextOrFault => {
  const before = fstatSync(file, { bigint: true })
  const state = fileState(before)
  if (!before.isFile()) return { fault: 'expected a file, got something else of this name', state }
  if (before.size > largest) {
    return { fault: `expected 1 MiB at most, got ${before.size} bytes`, state }
  }
  const bytes = Buffer.alloc(Number(before.size))
  let length = 0
  for (let read = -1; read !== 0 && length < bytes.length; length += read) {
    read = readSync(file, bytes, length, bytes.length - length, length)
  }
  const isSame = length === bytes.length && fileState(fstatSync(file, { bigint: true })) === state
  if (!isSame) return { fault: 'changed while it was read; it will be read again', state }
  const fault = encodingFault(bytes)
  return fault === undefined ? { text: bytes.toString('utf8'), state } : { fault, state }
}

const encodingFault = (bytes: Buffer): string | undefined => {
  const [first, second, third] = bytes
  const isWide = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
  if (isWide || bytes.includes(0)) return 'expected UTF-8, got UTF-16 or binary data'
  if (first === 0xef && second === 0xbb && third === 0xbf) {
    return 'expected UTF-8 without a byte order mark, got one; save it without'
  }
  return isUtf8(bytes) ? undefined : `expected UTF-8, got another encoding ${placeOfFault(bytes)}`
}

/** The line of the first byte that is no UTF-8: decoding up to it still works. */
const placeOfFault = (bytes: Buffer): string => {
  const shown = bytes.toString('utf8')
  const line = shown.slice(0, shown.indexOf('\ufffd')).split('\n').length
  return `in line ${line}`
}
