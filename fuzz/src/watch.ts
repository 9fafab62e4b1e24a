import { writeSync } from 'node:fs'
import { setInterval } from 'node:timers'
import { workerData } from 'node:worker_threads'
import type { WatchdogData } from './watchdog.js'

/** Above what sending, closing and a busy machine come to. */
const longestSilence = 20_000

const { counters, text, repeat } = workerData as WatchdogData
let last = { count: -1, at: performance.now() }

setInterval(() => {
  const count = Atomics.load(counters, 0)
  if (count !== last.count) last = { count, at: performance.now() }
  if (performance.now() - last.at < longestSilence) return
  const request = Buffer.from(text.slice(0, Atomics.load(counters, 1))).toString()
  writeSync(1, `\nHUNG: for ${longestSilence / 1000} s no answer to\n${request}\n`)
  writeSync(1, `to repeat: ${repeat}\n0 passed, 1 failed\n`)
  // Only a signal reaches a thread that is inside a regular expression.
  process.kill(process.pid, 'SIGKILL')
}, 500)
