import type { Clock } from './clock.js'

/** The wall clock as ISO 8601 in UTC. Many ask within one millisecond, which is written once. */
export const createTimestamp = (clock: Clock): (() => string) => {
  let last = { at: Number.NaN, text: '' }
  return () => {
    const at = clock.now()
    if (at !== last.at) last = { at, text: new Date(at).toISOString() }
    return last.text
  }
}
