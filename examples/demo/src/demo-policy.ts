import { relative } from 'node:path'
import type { AuditSink } from 'm2m-core'
import { describeProblem, loadPolicy, type PolicyStore, type ReloadReport } from 'm2m-policy'
import { copyPolicy } from './policy-copy.js'

/** The policy of one run, which can be edited meanwhile. */
export interface DemoPolicy {
  readonly store: PolicyStore
  readonly folder: string
  /** Edits a file and has the policy read again; what comes of that stands in the log. */
  edit(file: string, change: (text: string) => string): Promise<void>
  close(): Promise<void>
}

/** Loads the policies of the demo, for these issuers. `watch` reads them again after edits by hand. */
export const openPolicy = async (
  issuers: { readonly issuer: string; readonly partner: string },
  log: AuditSink,
  watch: boolean,
): Promise<DemoPolicy> => {
  const { folder, edit, remove } = await copyPolicy(issuers)
  const store = loadPolicy(folder, { watch, onChange: (report) => note(log, folder, report) })
  return {
    store,
    folder,
    edit: async (file, change) => {
      await edit(file, change)
      // Watching would do it too, within moments. The next request must not come sooner.
      await store.reload()
    },
    close: async () => {
      store.close()
      await remove()
    },
  }
}

const note = (log: AuditSink, folder: string, report: ReloadReport): void => {
  const { at, changed, problems, version } = report
  const isGood = problems.length === 0
  if (isGood && !changed) return
  const faults = problems.map((problem) =>
    describeProblem({ ...problem, file: relative(folder, problem.file) }),
  )
  void log.notice?.({
    time: new Date(at).toISOString(),
    level: isGood ? 'info' : 'warn',
    event: isGood ? 'policy_reloaded' : 'policy_not_reloaded',
    message: isGood
      ? `version ${version} of the policy is in force`
      : `version ${version} of the policy stays in force: ${faults.join('; ')}`,
  })
}
