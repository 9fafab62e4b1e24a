import type { PolicyDocuments } from './document/documents.js'
import { compose } from './model/compose.js'
import { modelOf } from './model/in-force.js'
import type { PolicyModel } from './model/policy-model.js'
import type { PolicyProblem } from './problem/policy-problem.js'
import { createSourceReader } from './source/read-source.js'
import { finish } from './turns/steps.js'

/** A policy, or what is wrong with it. */
export interface PolicyReading {
  /** Undefined when there are problems. */
  readonly model?: PolicyModel
  readonly problems: readonly PolicyProblem[]
}

/** Reads a policy once: a folder, one file, or an object. Never throws; tells all that is wrong. */
export const readPolicy = (source: string | PolicyDocuments): PolicyReading => {
  try {
    const { next, problems } = finish(compose(finish(createSourceReader(source).read()), undefined))
    return { ...(next && { model: modelOf(next) }), problems }
  } catch (fault) {
    const file = typeof source === 'string' ? source : '(object)'
    return { problems: [{ file, line: 0, column: 0, message: `cannot be read: ${String(fault)}` }] }
  }
}
