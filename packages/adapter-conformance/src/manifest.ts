import { readFileSync } from 'node:fs'
import { hostileCases, positiveCases } from './corpus.js'
import { scenarios } from './scenarios/scenarios.js'

/** What every adapter must do, where that comes from, and what shows it. */
export interface Requirement {
  readonly says: string
  /** Sections of RFCs, or rules of CONTRIBUTING.md. */
  readonly source: string
  /** Ids of requests of the corpus and of scenarios. */
  readonly cases: readonly string[]
}

const stated = JSON.parse(
  readFileSync(new URL('requirements.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, Omit<Requirement, 'cases'>>>

/** Every case as the requirement that it names, and its id. */
export const allCases: readonly (readonly [requirement: string, id: string])[] = [
  ...[...hostileCases, ...positiveCases].map(({ threat, id }) => [`row-${threat}`, id] as const),
  ...scenarios.map(({ requirement, id }) => [requirement, id] as const),
]

/** All requirements by their ids; `row-N` is row N of the threat table. */
export const manifest: Readonly<Record<string, Requirement>> = Object.fromEntries(
  Object.entries(stated).map(([id, requirement]) => {
    const cases = allCases.filter(([named]) => named === id).map(([, one]) => one)
    return [id, { ...requirement, cases }]
  }),
)
