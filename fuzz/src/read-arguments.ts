import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'

/** What a run was asked for. */
export interface Arguments {
  readonly seconds: number
  readonly seed: number
  /** The file of a failure to look at again, in place of a run. */
  readonly replay: string | undefined
}

/** Reads `--seconds`, `--seed` (by default a random one) and `--replay`, or says what is wrong. */
export const readArguments = (args: readonly string[]): Arguments | string => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        seconds: { type: 'string', default: '60' },
        seed: { type: 'string', default: String(randomInt(2 ** 32)) },
        replay: { type: 'string' },
      },
    })
    const seconds = Number(values.seconds)
    const seed = Number(values.seed)
    if (!(seconds >= 1 && seconds <= 86_400)) return '--seconds: expected 1 to 86400'
    const isSeed = Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32
    return isSeed
      ? { seconds, seed, replay: values.replay }
      : '--seed: expected a whole number below 2^32'
  } catch (fault) {
    return fault instanceof Error ? fault.message : String(fault)
  }
}
