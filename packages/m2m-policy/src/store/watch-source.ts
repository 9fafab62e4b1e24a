import { type FSWatcher, statSync, watch } from 'node:fs'
import { dirname, join } from 'node:path'

/** Ends the watching. */
export interface SourceWatcher {
  /** Looks anew which folders there are: a swapped link points at others. */
  renew(): void
  close(): void
}

const settleTime = 100
const pollTime = 5000

/**
 * Watches a folder, or the folder of a file: `changed` is called once what happened there has
 * settled. Where the system gives no events, it is called every 5 s. Keeps no process alive.
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
  const open = (folder: string, identity: string): Watched => {
    try {
      const watcher = watch(folder, { persistent: false }, settle)
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
      foldersOf(source).map((folder) => {
        const identity = identityOf(folder)
        const known = before.get(folder)
        return [folder, known?.identity === identity ? known : open(folder, identity)]
      }),
    )
    for (const [folder, { watcher }] of before) {
      if (watched.get(folder)?.watcher !== watcher) watcher?.close()
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

/** A link keeps its name when it is swapped; what it points at has another inode. */
const identityOf = (folder: string): string => {
  const found = statSync(folder, { throwIfNoEntry: false })
  return found ? `${found.dev}:${found.ino}` : ''
}

const foldersOf = (source: string): readonly string[] =>
  isFolder(source)
    ? [source, join(source, 'services'), join(source, 'policies')].filter(isFolder)
    : [dirname(source)]

const isFolder = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
