import { setImmediate } from 'node:timers/promises'

/** What a WeakRef was asked for stays alive until the turn of the event loop is over. */
export const collectGarbage = async (): Promise<void> => {
  const { gc } = globalThis
  if (!gc) throw new Error('start node with --expose-gc')
  for (let round = 0; round < 2; round += 1) {
    await setImmediate()
    gc()
  }
}
