import { inOrder, type PolicyProblem } from '../problem/policy-problem.js'
import type { ReadFiles } from '../source/read-source.js'
import { forEach, type Steps } from '../turns/steps.js'
import { checkTogether } from './check-together.js'
import { chooseServices } from './choose-services.js'
import { type InForce, modelOf } from './in-force.js'
import { createReferenceCheck, type KnownNames, namesIn } from './known-names.js'
import { missingIssuers } from './missing-issuers.js'

/** What comes of files that were read. */
export interface Composition {
  /** Undefined when something is wrong and nothing was in force before. */
  readonly next: InForce | undefined
  readonly problems: readonly PolicyProblem[]
  /** Files of which an older version stays in force. */
  readonly kept: readonly string[]
}

/**
 * Puts files together. What is wrong with roles, tiers or policies keeps all of those as they were
 * before; what is wrong with a service keeps that service as it was.
 */
export function* compose(read: ReadFiles, before: InForce | undefined): Steps<Composition> {
  const serviceFiles = read.files.filter(({ kind }) => kind === 'service')
  const others = read.files.filter(({ kind }) => kind !== 'service')
  const unknownReferences = createReferenceCheck()
  const choose = (known: KnownNames): ReturnType<typeof chooseServices> =>
    chooseServices(serviceFiles, {
      known,
      unknownReferences,
      before: before?.services ?? [],
      isComplete: read.isComplete,
    })
  const names = namesIn(read.files)
  const firstChoice = yield* choose(names)
  const ids = firstChoice.services.map(({ found }) => found.entry.id)
  // A role or tier that a service keeps must not go: its ceiling or a deny would go with it.
  const keptFiles = new Set(before && read.isComplete ? firstChoice.kept : [])
  const orphaned = firstChoice.services
    .filter(({ file }) => keptFiles.has(file))
    .flatMap(({ found }) => unknownReferences(found.references, names))
  const together = yield* checkTogether(
    others,
    { ...names, service: names.service && new Set([...names.service, ...ids]) },
    unknownReferences,
  )
  const wrong = [
    ...read.problems,
    ...orphaned,
    ...others.flatMap(({ problems }) => problems),
    ...together,
    ...missingIssuers(modelOf({ files: others, services: firstChoice.services })),
  ]
  const isKept = wrong.length > 0 && before !== undefined
  const files = isKept ? before.files : others
  const known = isKept ? namesIn(files) : names
  const chosen = isKept ? yield* choose(known) : firstChoice
  const ofServices: PolicyProblem[] = []
  yield* forEach(serviceFiles, (file) => {
    ofServices.push(...file.problems, ...unknownReferences(file.references, known))
  })
  const problems = inOrder([...wrong, ...ofServices, ...chosen.problems])
  const fresh = new Set(others)
  const stale = files.filter((file) => !fresh.has(file))
  return {
    next: problems.length > 0 && !before ? undefined : { files, services: chosen.services },
    problems,
    kept: [...stale.map(({ name }) => name), ...chosen.kept],
  }
}
