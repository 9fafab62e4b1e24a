import type { Part } from '../comparison/part.js'
import { judge, ratioOf } from '../figures/between-rounds.js'
import { chooseCases, takeTurns } from '../figures/take-turns.js'
import { coldCases, coldNames, micros } from './cold-cases.js'
import { type Algorithm, createTokenSigner } from './token-signer.js'

const partName = 'cold'

/** What a token costs that was never met before, for us and for those who remember nothing. */
export const cold: Part = {
  name: partName,
  run: async (settings) => {
    const algorithms: readonly Algorithm[] = settings.isQuick
      ? ['RS256']
      : ['RS256', 'ES256', 'EdDSA']
    const cases = algorithms.flatMap((algorithm) => {
      const signer = createTokenSigner(algorithm)
      return coldCases(signer, settings)
    })
    const chosen = chooseCases(partName, cases, settings)
    if (chosen.length === 0) return { measurements: [], curves: [], targets: [] }
    const rounds = settings.isQuick ? 15 : 31
    console.log(`  a new token of 900 characters on every call, ${rounds} rounds`)
    const measurements = await takeTurns(chosen, { rounds, warmUps: 6 })
    const { ours, jose } = coldNames('RS256')
    const aim = { name: `${ours} ÷ ${jose}`, atMost: 1.15, unit: '' }
    const targets = judge(aim, ratioOf(measurements, [ours, jose, micros]))
    return { measurements, curves: [], targets }
  },
}
