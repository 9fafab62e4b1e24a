import { parseArgs } from 'node:util'
import type { Settings } from './part.js'

/** What the comparison was asked for. */
export interface ComparisonOptions extends Settings {
  /** Where everything goes that was measured. */
  readonly json: string | undefined
  /** Whether missed relations alone count as a failure. */
  readonly areRelationsEnough: boolean
}

/** The options of the comparison; undefined for anything else, once that has been said. */
export const readOptions = (args: readonly string[]): ComparisonOptions | undefined => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        quick: { type: 'boolean', default: false },
        relations: { type: 'boolean', default: false },
        json: { type: 'string' },
        only: { type: 'string' },
      },
    })
    return {
      isQuick: values.quick,
      areRelationsEnough: values.relations,
      json: values.json,
      only: values.only,
    }
  } catch (fault) {
    console.error(fault instanceof Error ? fault.message : fault)
    console.error('expected --quick, --relations, --only NAME, --json FILE, or nothing')
    return undefined
  }
}
