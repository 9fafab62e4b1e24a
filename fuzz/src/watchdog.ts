import { Worker } from 'node:worker_threads'

/** Ends the process, naming the request in hand, when a guard never comes back. */
export interface Watchdog {
  /** What is about to be asked; to be called at least every few seconds. */
  note(request: object): void
  close(): Promise<void>
}

/** What the thread beside this one is given. */
export interface WatchdogData {
  /** A count of requests, and the length of the text. */
  readonly counters: Int32Array
  readonly text: Uint8Array
  /** The command that repeats the run. */
  readonly repeat: string
}

const longestText = 512 * 1024

/** Starts a watchdog in a thread of its own, since a guard that hangs holds this one. */
export const startWatchdog = (repeat: string): Watchdog => {
  const counters = new Int32Array(new SharedArrayBuffer(8))
  const text = new Uint8Array(new SharedArrayBuffer(longestText))
  const workerData: WatchdogData = { counters, text, repeat }
  const written = Buffer.from(text.buffer)
  const worker = new Worker(new URL('./watch.js', import.meta.url), { workerData })
  worker.unref()
  return {
    note: (request) => {
      Atomics.store(counters, 1, written.write(JSON.stringify(request)))
      Atomics.add(counters, 0, 1)
    },
    close: async () => void (await worker.terminate()),
  }
}
