import type { Findings, Part, Settings } from '../comparison/part.js'
import { judge, ratioOf, samplesOf } from '../figures/between-rounds.js'
import { microsOfCpu } from '../figures/cpu-time.js'
import { chooseCases, takeTurns } from '../figures/take-turns.js'
import { logCases, logFindings } from './log-cases.js'
import { createTokenSigner } from './token-signer.js'
import { warmCases, warmNames } from './warm-cases.js'

const partName = 'in-process'

/** What calls cost in the process itself, without HTTP, of tokens that were met before. */
export const inProcess: Part = {
  name: partName,
  run: async (settings) => {
    const signer = createTokenSigner('RS256')
    const rounds = settings.isQuick ? 15 : 101
    const calls = chooseCases(
      partName,
      warmCases(signer, settings.isQuick ? [900] : [900, 2200]),
      settings,
    )
    const logs = chooseCases(partName, logCases(signer, settings), settings)
    if (calls.length + logs.length === 0) return { measurements: [], curves: [], targets: [] }
    console.log(`  warm RS256 tokens, ${rounds} rounds`)
    const warm = await takeTurns(calls, { rounds, warmUps: 5 })
    return joined(warmFindings(warm), logFindings(await runLogs(logs, settings)))
  },
}

const runLogs = (logs: ReturnType<typeof logCases>, { isQuick }: Settings) =>
  takeTurns(logs, { rounds: isQuick ? 11 : 61, warmUps: 3 })

const warmFindings = (measurements: Findings['measurements']): Findings => {
  const { whole, fastJwt, jose } = warmNames(900)
  const unit = microsOfCpu
  const toFastJwt = ratioOf(measurements, [whole, fastJwt, unit])
  return {
    measurements,
    curves: [],
    targets: [
      ...judge({ name: whole, atMost: 1.5, unit }, samplesOf(measurements, whole, unit)),
      ...judge({ name: `${whole} ÷ ${fastJwt}`, atMost: 1, unit: '' }, toFastJwt),
      ...judge(
        { name: `${whole} ÷ ${fastJwt}, roughly`, atMost: 2, unit: '', isRelation: true },
        toFastJwt,
      ),
      ...judge(
        { name: `${whole} ÷ ${jose}`, atMost: 0.1, unit: '', isRelation: true },
        ratioOf(measurements, [whole, jose, unit]),
      ),
    ],
  }
}

const joined = (...all: readonly Findings[]): Findings => ({
  measurements: all.flatMap(({ measurements }) => measurements),
  curves: all.flatMap(({ curves }) => curves),
  targets: all.flatMap(({ targets }) => targets),
})
