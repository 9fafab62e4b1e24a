import type { CheckedFile, Reference } from '../document/checked-file.js'
import { didYouMean } from '../problem/did-you-mean.js'
import type { PolicyProblem } from '../problem/policy-problem.js'
import { quote } from '../problem/quote.js'

/** The names that references may use; undefined where a file that gives them cannot be read. */
export type KnownNames = Readonly<Record<Reference['to'], ReadonlySet<string> | undefined>>

const givers: Readonly<Record<Reference['to'], readonly CheckedFile['kind'][]>> = {
  service: ['service', 'whole'],
  role: ['roles', 'whole'],
  tier: ['tiers', 'whole'],
}

/** The names that some files give, those of entries with faults too: one fault, one problem. */
export const namesIn = (files: readonly CheckedFile[]): KnownNames => {
  const namesOf = (to: Reference['to']): ReadonlySet<string> | undefined => {
    const names = new Set<string>()
    for (const { kind, problems, declared } of files) {
      if (!givers[to].includes(kind)) continue
      if (problems.length > 0 && declared.length === 0) return undefined
      for (const one of declared) if (one.to === to) names.add(one.name)
    }
    return names
  }
  return { service: namesOf('service'), role: namesOf('role'), tier: namesOf('tier') }
}

/** Finds references to what nobody declares. */
export type ReferenceCheck = (
  references: readonly Reference[],
  known: KnownNames,
) => readonly PolicyProblem[]

const mostHints = 20
/** Of one entry; more of the same tells nobody more, and takes long at every reload. */
const mostFaults = 100

/** Makes a check that gives so many hints in all: each compares with every name. */
export const createReferenceCheck = (): ReferenceCheck => {
  let hints = 0
  return (references, known) => {
    const problems: PolicyProblem[] = []
    for (const { to, name, at } of references) {
      const names = known[to]
      if (names === undefined || names.has(name)) continue
      // Whoever renamed them all sees it by then.
      hints += 1
      const hint = hints > mostHints ? '' : didYouMean(name, names)
      problems.push({ ...at, message: `there is no ${to} ${quote(name)}${hint}` })
      if (problems.length === mostFaults) break
    }
    return problems
  }
}
