import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import { isInside, reasonOf } from './list-folder.js'

/** The text of a file, or why there is none. */
export type TextOrFault = { readonly text: string } | { readonly fault: string }

const largest = 1024 * 1024

/**
 * Reads one file of a policy: inside the folder once all links are followed, a plain file of 1 MiB
 * at most, in UTF-8. Waits for nobody: a pipe in the place of a file is refused.
 */
export const readText = (path: string, root: string): TextOrFault => {
  try {
    if (!isInside(root, path)) {
      return { fault: 'expected a file inside the policy folder, got a link out of it' }
    }
    const bytes = readBytes(realpathSync.native(path))
    return Buffer.isBuffer(bytes) ? decode(bytes) : { fault: bytes }
  } catch (fault) {
    return { fault: `cannot be read: ${reasonOf(fault)}` }
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

const readBytes = (path: string): Buffer | string => {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants
  const file = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  try {
    const before = fstatSync(file)
    if (!before.isFile()) return 'expected a file, got something else of this name'
    if (before.size > largest) return `expected 1 MiB at most, got ${before.size} bytes`
    const bytes = Buffer.alloc(before.size)
    let length = 0
    for (let read = -1; read !== 0 && length < bytes.length; length += read) {
      read = readSync(file, bytes, length, bytes.length - length, length)
    }
    const after = fstatSync(file)
    const isSame = after.mtimeMs === before.mtimeMs && after.size === length
    return isSame ? bytes : 'changed while it was read; it will be read again'
  } finally {
    closeSync(file)
  }
}

const decode = (bytes: Buffer): TextOrFault => {
  const [first, second, third] = bytes
  const isWide = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
  if (isWide || bytes.includes(0)) return { fault: 'expected UTF-8, got UTF-16 or binary data' }
  if (first === 0xef && second === 0xbb && third === 0xbf) {
    return { fault: 'expected UTF-8 without a byte order mark, got one; save it without' }
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  } catch {
    return { fault: `expected UTF-8, got another encoding ${placeOfFault(bytes)}` }
  }
}

/** The line of the first byte that is no UTF-8: decoding up to it still works. */
const placeOfFault = (bytes: Buffer): string => {
  const shown = bytes.toString('utf8')
  const line = shown.slice(0, shown.indexOf('\ufffd')).split('\n').length
  return `in line ${line}`
}
