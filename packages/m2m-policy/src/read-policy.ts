import type { PolicyDocuments } from './document/documents.js'
import { compose } from './model/compose.js'
import { modelOf } from './model/in-force.js'
import type { PolicyModel } from './model/policy-model.js'
import type { PolicyProblem } from './problem/policy-problem.js'
import { createSourceReader, readAtOnce } from './source/read-source.js'

/** A policy, or what is wrong with it. */
export interface PolicyReading {
  /** Undefined when there are problems. */
  readonly model?: PolicyModel
  readonly problems: readonly PolicyProblem[]
}

/** Reads a policy once: a folder, one file, or an object. Never throws; tells all that is wrong. */
export const readPolicy = (source: string | PolicyDocuments): PolicyReading => {
  try {
    const { next, problems } = compose(readAtOnce(createSourceReader(source)), undefined)
    return { ...(next && { model: modelOf(next) }), problems }
  } catch (fault) {
    const file = typeof source === 'string' ? source : '(object)'
    return { problems: [{ file, line: 0, column: 0, message: `cannot be read: ${String(fault)}` }] }
  }
}
