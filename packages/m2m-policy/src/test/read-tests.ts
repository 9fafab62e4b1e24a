import type { PlaceOf } from '../document/references.js'
import { createSchemaReader } from '../document/schema-reader.js'
import type { PolicyProblem } from '../problem/policy-problem.js'
import { quote } from '../problem/quote.js'
import { parseText } from '../source/parse-text.js'
import { readText } from '../source/read-text.js'
import type { TestFile } from './list-tests.js'
import type { PolicyTestDocument } from './test-document.js'
import { testSchema } from './test-schema.js'

/** A test that is right in itself. */
export interface ReadTest {
  readonly document: PolicyTestDocument
  readonly placeOf: PlaceOf
}

/** The tests of a file, and all that is wrong with it. */
export interface ReadTests {
  readonly tests: readonly ReadTest[]
  readonly problems: readonly PolicyProblem[]
}

/** Reads a file of tests and holds it against its schema. */
export const readTests = ({ name, path, root }: TestFile): ReadTests => {
  const read = readText(path, root)
  if (read.fault !== undefined) {
    return { tests: [], problems: [{ file: name, line: 0, column: 0, message: read.fault }] }
  }
  const parsed = parseText(read.text, name)
  if (parsed.problems.length > 0) return { tests: [], problems: parsed.problems }
  const { problems, refuse, parse } = createSchemaReader(parsed)
  const isList = Array.isArray(parsed.value)
  const items: readonly unknown[] = isList ? (parsed.value as unknown[]) : [parsed.value]
  if (items.length === 0) refuse([], 'expected a list of tests, got an empty list')
  const tests = items.flatMap((item, index): readonly ReadTest[] => {
    const base = isList ? [index] : []
    const document = parse(testSchema, item, base)
    const placeOf: PlaceOf = (inner, what) => parsed.placeOf([...base, ...inner], what)
    return document ? [{ document, placeOf }] : []
  })
  return { tests, problems: [...problems, ...namesTwice(tests)] }
}

const namesTwice = (tests: readonly ReadTest[]): readonly PolicyProblem[] => {
  const first = new Map<string, ReadTest>()
  return tests.flatMap((test) => {
    const { name } = test.document
    const other = first.get(name)
    if (!other) first.set(name, test)
    const line = other?.placeOf(['name']).line
    const message = `there is a test ${quote(name)} in line ${line} too; choose another name`
    return other ? [{ ...test.placeOf(['name']), message }] : []
  })
}
