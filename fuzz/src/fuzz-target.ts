import { judge } from './judge.js'
import type { Material } from './material.js'
import { type Mutant, presenting } from './mutant.js'
import { families, familyNames } from './mutations/families.js'
import type { Random } from './random.js'
import type { FaultName, Tally } from './tally.js'
import type { Target } from './target.js'
import type { Watchdog } from './watchdog.js'

/** A failing request, for a person to read and for `--replay`. */
export interface Failure {
  readonly target: string
  readonly kind: string
  readonly fault: FaultName
  readonly detail: string
  readonly mutant: Mutant
}

/** What a run needs and fills in. */
export interface Run {
  readonly target: Target
  readonly material: Material
  readonly random: Random
  readonly tally: Tally
  readonly watchdog: Watchdog
  /** The lines logged since they were last taken that are no bounded line of printable ASCII. */
  takeUnclean(): readonly string[]
  report(failure: Failure): void
}

/** A guard that refuses everything would pass otherwise: so often a valid token is sent. */
const validOnceIn = 50
/** So often, beside its turn, what alone gets past the signature. */
const deepOnceIn = 3

/** Sends mutants until `deadline` (of `performance.now`), one after the other. */
export const fuzzTarget = async (run: Run, deadline: number): Promise<void> => {
  const { random, material } = run
  const valid = new Set(material.valid)
  while (performance.now() < deadline) {
    if (random.once(validOnceIn)) {
      await count(run, 'valid', presenting(random.pick(material.valid)), valid)
    } else {
      const family = random.once(deepOnceIn) ? 'signed, yet flawed' : random.pick(familyNames)
      await count(run, family, await families[family](random, material), valid)
    }
  }
}

const count = async (
  { target, tally, watchdog, takeUnclean, report }: Run,
  kind: (typeof familyNames)[number] | 'valid',
  mutant: Mutant,
  valid: ReadonlySet<string>,
): Promise<void> => {
  watchdog.note({ target: target.name, kind, mutant })
  const judgement = await judge(target, mutant, valid)
  const unclean = takeUnclean().map((line) => ({
    fault: 'unclean in the log' as const,
    detail: JSON.stringify(line.slice(0, 500)),
  }))
  const findings = [...judgement.findings, ...unclean]
  for (const { fault, detail } of findings) {
    tally.faults[fault] += 1
    report({ target: target.name, kind, fault, detail, mutant })
  }
  if (findings.length > 0) return
  if (judgement.isValid) tally.admitted += 1
  if (kind === 'valid') return
  if (judgement.isValid) tally.excluded += 1
  else tally.refused[kind] += 1
}
