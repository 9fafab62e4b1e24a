import { type BigIntStats, statSync } from 'node:fs'

/** Differs when a file is another one, or may hold something else. */
export const fileState = ({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string =>
  `${dev} ${ino} ${size} ${mtimeNs} ${ctimeNs}`

/** The same of what a path leads to; empty where that is nothing. */
export const fileStateAt = (path: string): string => {
  try {
    return fileState(statSync(path, { bigint: true }))
  } catch {
    return ''
  }
}

/** What a path leads to; undefined where that is nothing, or nobody may look. */
export const kindOf = (path: string): 'file' | 'folder' | 'other' | undefined => {
  try {
    const found = statSync(path)
    return found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other'
  } catch {
    return undefined
  }
}
