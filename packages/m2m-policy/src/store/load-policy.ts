import type { Clock, Policy } from 'm2m-core'
import type { PolicyDocuments } from '../document/documents.js'
import { type Composition, compose } from '../model/compose.js'
import { type InForce, modelOf } from '../model/in-force.js'
import type { PolicyModel } from '../model/policy-model.js'
import { describeProblem, throwProblems } from '../problem/policy-problem.js'
import { createSourceReader, type SourceReader } from '../source/read-source.js'
import { finish, finishInTurns, type Steps } from '../turns/steps.js'
import { checkLoadOptions, type LoadOptions } from './load-options.js'
import { type AbilitySubject, createAbilityMaker, type PolicyAbility } from './policy-ability.js'
import { createPolicyIndexer, type PolicyIndex } from './policy-index.js'
import { describeReport, type ReloadReport } from './reload-report.js'
import { type SourceWatcher, watchSource } from './watch-source.js'

/** A policy out of files, for `createM2M({ policy })`. */
export interface PolicyStore extends Required<Policy> {
  /** What the policy lets a user do, or a service by its id: the same rules, decided alike. */
  abilityFor(subject: AbilitySubject): PolicyAbility
  /**
   * Reads the policy again. What is wrong keeps its last good version: a service file that service's,
   * any other file those of all others. Never rejects for what it reads.
   */
  reload(): Promise<ReloadReport>
  /** Ends the watching. */
  close(): void
  /** What is in force, for tools. */
  readonly model: PolicyModel
}

/**
 * Reads a policy: a folder, one file, or an object.
 *
 * @throws ConfigurationError `M2M_CFG_POLICY_INVALID` with every problem, each with its line;
 * `M2M_CFG_OPTION_UNKNOWN`, `M2M_CFG_OPTION_INVALID`
 */
export const loadPolicy = (
  source: string | PolicyDocuments,
  options: LoadOptions = {},
): PolicyStore => {
  checkLoadOptions(options)
  const { watch = false, onChange, clock = systemClock } = options
  const reader = createSourceReader(source)
  // Before anything is read: what changes meanwhile is not missed.
  const watcher =
    watch && typeof source === 'string'
      ? watchSource(source, () => void reload().catch(announceFault))
      : undefined
  let inForce = readFirst(reader, watcher)
  const indexOf = createPolicyIndexer()
  let index = finish(indexOf(modelOf(inForce)))
  let version = 1
  let counts = { reloads: 0, withProblems: 0 }
  let last: Promise<unknown> = Promise.resolve()
  const announce = onChange ?? writeProblems()

  /** All that takes long; what comes of it is taken over at once. */
  function* readAgain(): Steps<Again> {
    const composed = yield* compose(yield* reader.read(), inForce)
    const { next } = composed
    return !next || isSame(next, inForce)
      ? { composed, changed: undefined }
      : { composed, changed: { inForce: next, index: yield* indexOf(modelOf(next)) } }
  }
  const reloadNow = async (): Promise<ReloadReport> => {
    const started = clock.monotonic()
    const { composed, changed: change } = await finishInTurns(readAgain(), clock)
    const changed = change !== undefined
    if (changed) {
      ;({ inForce, index } = change)
      version += 1
    }
    const { problems, kept } = composed
    const { reloads, withProblems } = counts
    counts = {
      reloads: reloads + 1,
      withProblems: withProblems + Number(problems.length > 0),
    }
    const took = clock.monotonic() - started
    return Object.freeze({ at: clock.now(), took, version, changed, problems, kept, counts })
  }
  const reload = (): Promise<ReloadReport> => {
    const report = last.then(reloadNow).then((made) => {
      watcher?.renew()
      announce(made)
      return made
    })
    // A listener that throws must not end all later reloads.
    last = report.catch(() => {})
    return report
  }
  const abilityOf = createAbilityMaker(() => ({ policy: store, index }))
  const store: PolicyStore = Object.freeze({
    get version() {
      return version
    },
    get services() {
      return index.services
    },
    get model() {
      return index.model
    },
    rulesFor: (subject) => index.rulesFor(subject),
    versionOf: (subject) => index.versionOf(subject),
    ceilingOf: (tier) => index.ceilingOf(tier),
    rateOf: (tier) => index.rateOf(tier),
    abilityFor: (subject) => abilityOf(subject),
    reload,
    close: () => watcher?.close(),
  } satisfies PolicyStore)
  return store
}

/** What a reload made, and what is in force from now on if that is something else. */
interface Again {
  readonly composed: Composition
  readonly changed: { readonly inForce: InForce; readonly index: PolicyIndex } | undefined
}

const readFirst = (reader: SourceReader, watcher: SourceWatcher | undefined): InForce => {
  const { next, problems } = finish(compose(finish(reader.read()), undefined))
  if (problems.length > 0) watcher?.close()
  throwProblems(problems)
  return next as InForce
}

const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
}

const isSame = (one: InForce, other: InForce): boolean =>
  one.files.length === other.files.length &&
  one.services.length === other.services.length &&
  one.files.every((file, index) => file === other.files[index]) &&
  one.services.every(({ found }, index) => found === other.services[index]?.found)

/** The same problems once: where the system tells of no changes, files are read every 5 s. */
const writeProblems = (): ((report: ReloadReport) => void) => {
  let told = ''
  return (report) => {
    const found = report.problems.map(describeProblem).join('\n')
    if (found !== told && found !== '') process.stderr.write(`${describeReport(report)}\n`)
    told = found
  }
}

const announceFault = (fault: unknown): void => {
  process.stderr.write(`m2m-policy: what was told of a reload failed: ${String(fault)}\n`)
}
