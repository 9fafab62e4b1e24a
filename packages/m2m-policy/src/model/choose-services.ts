import type { CheckedFile } from '../document/checked-file.js'
import type { PolicyProblem } from '../problem/policy-problem.js'
import { forEach, type Steps } from '../turns/steps.js'
import type { PlacedService } from './in-force.js'
import type { KnownNames, ReferenceCheck } from './known-names.js'
import { createOwners, ownedTwice, ownsNothingNew } from './owners.js'

/** The services that are in force from now on, and why some are not those of their files. */
export interface Choice {
  readonly services: readonly PlacedService[]
  readonly problems: readonly PolicyProblem[]
  /** Files of which the version before stays. */
  readonly kept: readonly string[]
}

/** What services are chosen by. */
export interface ChoiceOptions {
  readonly known: KnownNames
  readonly unknownReferences: ReferenceCheck
  readonly before: readonly PlacedService[]
  /** Whether a file that is not there has gone. */
  readonly isComplete: boolean
}

/** Of each service the new version if it is right, else the one before, else none. */
export function* chooseServices(
  files: readonly CheckedFile[],
  { known, unknownReferences, before, isComplete }: ChoiceOptions,
): Steps<Choice> {
  const problems: PolicyProblem[] = []
  const kept: string[] = []
  const owners = createOwners()
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
    owners.add(placed.found.owned)
    chosen.set(name, placed)
    if (!isRight) kept.push(name)
  }
  // Who takes nothing new comes first: ids and clients stay with whose they were.
  const takesNothing = ({ name, services: [found] }: CheckedFile): boolean => {
    const last = lastOf.get(name)?.found
    if (!last || !found) return false
    return last === found || ownsNothingNew(found.owned, last.owned)
  }
  const eager: CheckedFile[] = []
  yield* forEach(files, (file) => (takesNothing(file) ? choose(file) : void eager.push(file)))
  yield* forEach(eager, choose)
  // Of a folder that could not be read nobody knows that a file has gone.
  const listed = new Set(files.map(({ name }) => name))
  const unseen = isComplete ? [] : before.filter(({ file }) => !listed.has(file))
  return {
    services: [...files.flatMap(({ name }) => chosen.get(name) ?? []), ...unseen],
    problems,
    kept: [...kept, ...unseen.map(({ file }) => file)],
  }
}
