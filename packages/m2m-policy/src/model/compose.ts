import type { CheckedFile, Owned } from '../document/checked-file.js'
import { inOrder, type PolicyProblem } from '../problem/policy-problem.js'
import type { ReadFiles } from '../source/read-source.js'
import {
  checkTogether,
  type KnownNames,
  namesIn,
  own,
  ownedTwice,
  unknownReferences,
} from './check-together.js'
import type { InForce, PlacedService } from './in-force.js'

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
export const compose = (read: ReadFiles, before: InForce | undefined): Composition => {
  const serviceFiles = read.files.filter(({ kind }) => kind === 'service')
  const others = read.files.filter(({ kind }) => kind !== 'service')
  const choose = (known: KnownNames): Choice =>
    chooseServices(serviceFiles, known, before?.services ?? [], read.isComplete)
  const names = namesIn(read.files)
  const firstChoice = choose(names)
  const ids = firstChoice.services.map(({ found }) => found.entry.id)
  // A role or tier that a service keeps must not go: its ceiling or a deny would go with it.
  const orphaned = (before && read.isComplete ? firstChoice.services : [])
    .filter(({ file }) => firstChoice.kept.includes(file))
    .flatMap(({ found }) => unknownReferences(found.references, names))
  const wrong = [
    ...read.problems,
    ...orphaned,
    ...others.flatMap(({ problems }) => problems),
    ...checkTogether(others, {
      ...names,
      service: names.service && new Set([...names.service, ...ids]),
    }),
  ]
  const isKept = wrong.length > 0 && before !== undefined
  const files = isKept ? before.files : others
  const known = isKept ? namesIn(files) : names
  const chosen = isKept ? choose(known) : firstChoice
  const problems = inOrder([
    ...wrong,
    ...serviceFiles.flatMap((file) => [
      ...file.problems,
      ...unknownReferences(file.references, known),
    ]),
    ...chosen.problems,
  ])
  const isStale = (file: CheckedFile): boolean => !others.includes(file)
  return {
    next: problems.length > 0 && !before ? undefined : { files, services: chosen.services },
    problems,
    kept: [...files.filter(isStale).map(({ name }) => name), ...chosen.kept],
  }
}

interface Choice {
  readonly services: readonly PlacedService[]
  readonly problems: readonly PolicyProblem[]
  readonly kept: readonly string[]
}

/** Of each service the new version if it is right, else the one before, else none. */
const chooseServices = (
  files: readonly CheckedFile[],
  known: KnownNames,
  before: readonly PlacedService[],
  isComplete: boolean,
): Choice => {
  const problems: PolicyProblem[] = []
  const kept: string[] = []
  const owners = new Map<string, Owned>()
  const lastOf = new Map(before.map((placed) => [placed.file, placed]))
  const chosen = new Map<string, PlacedService>()

  const choose = ({ name, services: [found] }: CheckedFile): void => {
    const faults = found
      ? [...unknownReferences(found.references, known), ...ownedTwice(found.owned, owners)]
      : []
    problems.push(...faults)
    const isRight = found !== undefined && faults.length === 0
    const placed = isRight ? { file: name, found } : lastOf.get(name)
    if (!placed || (!isRight && ownedTwice(placed.found.owned, owners).length > 0)) return
    own(placed.found.owned, owners)
    chosen.set(name, placed)
    if (!isRight) kept.push(name)
  }
  // Who takes nothing new comes first: ids and clients stay with whose they were.
  const takesNothing = ({ name, services: [found] }: CheckedFile): boolean => {
    const had = new Set(lastOf.get(name)?.found.owned.map(({ key }) => key))
    return found?.owned.every(({ key }) => had.has(key)) === true
  }
  const modest = new Set(files.filter(takesNothing))
  for (const file of modest) choose(file)
  for (const file of files) if (!modest.has(file)) choose(file)
  // Of a folder that could not be read nobody knows that a file has gone.
  const listed = new Set(files.map(({ name }) => name))
  const unseen = isComplete ? [] : before.filter(({ file }) => !listed.has(file))
  return {
    services: [...files.flatMap(({ name }) => chosen.get(name) ?? []), ...unseen],
    problems,
    kept: [...kept, ...unseen.map(({ file }) => file)],
  }
}
