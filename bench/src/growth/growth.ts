import type { Findings, Part } from '../comparison/part.js'
import { chooseCases } from '../figures/take-turns.js'
import { createTokenMint } from '../floods/token-mint.js'
import { connectionGrowths } from './connection-growth.js'
import { measureGrowth } from './growth-curve.js'
import { policyGrowths } from './policy-growth.js'
import { measureTokenGrowth, tokenGrowth } from './token-growth.js'

const partName = 'growth'

/** What the same costs with more and more of something. */
export const growth: Part = {
  name: partName,
  run: async (settings) => {
    const mint = createTokenMint()
    const curves = [...policyGrowths(mint, settings), ...connectionGrowths(settings)]
    const all: Findings[] = []
    for (const curve of chooseCases(partName, curves, settings)) {
      console.log(`  ${curve.name}, ${curve.rounds} rounds`)
      all.push(await measureGrowth(curve))
    }
    for (const _ of chooseCases(partName, [{ name: tokenGrowth }], settings)) {
      console.log(`  ${tokenGrowth}${settings.isQuick ? ', not measured with --quick' : ''}`)
      if (!settings.isQuick) all.push(await measureTokenGrowth(mint))
    }
    return {
      measurements: all.flatMap(({ measurements }) => measurements),
      curves: all.flatMap((one) => one.curves),
      targets: all.flatMap(({ targets }) => targets),
    }
  },
}
