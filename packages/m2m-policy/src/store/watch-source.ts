import { type BigIntStats, type FSWatcher, lstatSync, statSync, watch } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

/** Ends the watching. */
export interface SourceWatcher {
  /** Looks anew which folders there are: a swapped link points at others. */
  renew(): void
  close(): void
}

const settleTime = 100
const pollTime = 5000

/**
 * Watches a folder, or the folder of a file, and the links on the way to it: `changed` is called once
 * what happened there has settled. Where the system gives no events, it is called every 5 s. Keeps no
 * process alive.
 */
export const watchSource = (source: string, changed: () => void): SourceWatcher => {
  let watched = new Map<string, Watched>()
  let settling: NodeJS.Timeout | undefined
  let polling: NodeJS.Timeout | undefined
  let isClosed = false

  const settle = (): void => {
    clearTimeout(settling)
    settling = setTimeout(changed, settleTime).unref()
  }
  const poll = (): void => {
    polling ??= setInterval(changed, pollTime).unref()
  }
  const open = ({ folder, only }: Watchable, identity: string): Watched => {
    const isMeant = (name: string | null): boolean => only === undefined || (name ?? only) === only
    try {
      const watcher = watch(folder, { persistent: false }, (_event, name) => {
        if (isMeant(name)) settle()
      })
      watcher.on('error', poll)
      return { identity, watcher }
    } catch {
      poll()
      return { identity, watcher: undefined }
    }
  }
  const renew = (): void => {
    const before = watched
    if (isClosed) return
    watched = new Map(
      [...foldersOf(source), ...linksTo(source)].map((watchable) => {
        const key = `${watchable.folder}\n${watchable.only ?? ''}`
        const identity = identityOf(watchable.folder)
        const known = before.get(key)
        return [key, known?.identity === identity ? known : open(watchable, identity)]
      }),
    )
    for (const [key, { watcher }] of before) {
      if (watched.get(key)?.watcher !== watcher) watcher?.close()
    }
  }
  renew()
  return {
    renew: () => {
      const before = [...watched.values()]
      renew()
      // Another folder is there now: what happened in it before it was watched nobody has seen.
      if ([...watched.values()].some((one) => !before.includes(one))) settle()
    },
    close: () => {
      isClosed = true
      for (const { watcher } of watched.values()) watcher?.close()
      clearTimeout(settling)
      clearInterval(polling)
    },
  }
}

interface Watched {
  readonly identity: string
  readonly watcher: FSWatcher | undefined
}

/** A folder, or only one name in it. */
interface Watchable {
  readonly folder: string
  readonly only?: string
}

/**
 * A link keeps its name when it is swapped; what it points at has another inode. A folder that was
 * removed and made again may have the inode of the one before, and was born later.
 */
const identityOf = (folder: string): string => {
  const found = statOf(folder)
  return found ? `${found.dev}:${found.ino}:${found.birthtimeNs}` : ''
}

const foldersOf = (source: string): readonly Watchable[] =>
  isFolder(source)
    ? [source, join(source, 'services'), join(source, 'policies')]
        .filter(isFolder)
        .map((folder) => ({ folder }))
    : [{ folder: dirname(source) }]

/** Whoever swaps a link, as deployments do, swaps all that is behind it. */
const linksTo = (source: string): readonly Watchable[] => {
  const links: Watchable[] = []
  for (let path = resolve(source); path !== dirname(path); path = dirname(path)) {
    if (isLink(path)) links.push({ folder: dirname(path), only: basename(path) })
  }
  return links
}

const isFolder = (path: string): boolean => statOf(path)?.isDirectory() === true

/** Undefined also where it may not be known: whoever reads the policy says so. */
const statOf = (path: string): BigIntStats | undefined => {
  try {
    return statSync(path, { bigint: true })
  } catch {
    return undefined
  }
}

const isLink = (path: string): boolean => {
  try {
    return lstatSync(path).isSymbolicLink()
  } catch {
    return false
  }
}
