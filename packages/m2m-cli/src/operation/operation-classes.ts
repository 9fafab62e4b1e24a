import { commonOperations } from 'm2m-core'

/** Operations that no pattern tells apart: one, or all of a wildcard but some. */
export interface OperationClass {
  readonly operation: string
  /** What a wildcard stands for and is a class of its own. */
  readonly except: readonly string[]
}

/** All operations there are, in classes of which each pattern covers all or nothing. */
export const operationClasses = (patterns: Iterable<string>): readonly OperationClass[] => {
  const singles = [...new Set(patterns)].filter((pattern) => !pattern.endsWith('*')).sort()
  const types = [...patterns, ...singles].flatMap((pattern) => typeWildcard(pattern) ?? [])
  const wildcards = [...new Set(types)].sort()
  return [
    ...singles.map((operation) => ({ operation, except: [] })),
    ...wildcards.map((operation) => ({
      operation,
      except: singles.filter((one) => commonOperations(operation, one) !== undefined),
    })),
    { operation: '*', except: wildcards },
  ]
}

/** `transfers:*` for all that is about transfers. */
const typeWildcard = (pattern: string): string | undefined =>
  pattern === '*' ? undefined : pattern.replace(/[^:]*$/, '*')
