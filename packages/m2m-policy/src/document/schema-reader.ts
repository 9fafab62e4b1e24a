import type { z } from 'zod'
import type { PolicyProblem } from '../problem/policy-problem.js'
import type { ParsedText } from '../source/parse-text.js'
import type { Path } from '../source/plain-node.js'
import { unknownMember } from './expected.js'

/** Holds parts of a document against schemas; what is wrong is added to the problems. */
export interface SchemaReader {
  readonly problems: PolicyProblem[]
  refuse(path: Path, text: string, what?: 'value' | 'name'): void
  /** What a value is by its schema, undefined when it is wrong. */
  parse<T>(schema: z.ZodType<T>, value: unknown, base: Path): T | undefined
}

/** Of one file; nobody reads more at once. */
const mostProblems = 100

/** Makes a reader for one document. */
export const createSchemaReader = (parsed: ParsedText): SchemaReader => {
  const problems: PolicyProblem[] = []
  const refuse: SchemaReader['refuse'] = (path, text, what = 'value') => {
    if (problems.length >= mostProblems) return
    const message = path.length === 0 ? text : `${pathText(path)}: ${text}`
    problems.push({ ...parsed.placeOf(path, what), message })
  }
  const refuseIssue = (issue: z.core.$ZodIssue, base: Path): void => {
    const path = [...base, ...(issue.path as Path)]
    if (issue.code === 'unrecognized_keys') {
      for (const member of issue.keys.slice(0, mostProblems)) {
        refuse([...path, member], unknownMember(member, issue.message), 'name')
      }
    } else if (issue.code === 'invalid_key') {
      for (const { message } of issue.issues) refuse(path, message, 'name')
    } else {
      const inner = issue.code === 'invalid_union' ? issue.errors.find(isInside) : undefined
      if (!inner) refuse(path, issue.message)
      for (const one of inner ?? []) refuseIssue(one, path)
    }
  }
  const parse: SchemaReader['parse'] = (schema, value, base) => {
    const result = schema.safeParse(value)
    if (result.success) return result.data
    for (const issue of result.error.issues) refuseIssue(issue, base)
    return undefined
  }
  return { problems, refuse, parse }
}

/** Whether a value is of the right kind, and only what is in it is wrong: that is what was meant. */
const isInside = (issues: readonly z.core.$ZodIssue[]): boolean =>
  issues.length > 0 &&
  issues.every(({ code, path }) => path.length > 0 || code === 'unrecognized_keys')

const pathText = (path: Path): string =>
  path
    .map((step, index) =>
      typeof step === 'number' ? `[${step}]` : `${index === 0 ? '' : '.'}${step}`,
    )
    .join('')
