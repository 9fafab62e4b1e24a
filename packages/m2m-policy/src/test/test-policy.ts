import type { Policy } from 'm2m-core'
import type { PolicyModel } from '../model/policy-model.js'
import { inOrder, type Place, type PolicyProblem } from '../problem/policy-problem.js'
import { readPolicy } from '../read-policy.js'
import { folderOf } from '../source/read-text.js'
import {
  type AbilitySubject,
  createAbilityMaker,
  type PolicyAbility,
} from '../store/policy-ability.js'
import { createPolicyIndexer } from '../store/policy-index.js'
import { finish } from '../turns/steps.js'
import { askedBy } from './asked.js'
import { checkTest } from './check-test.js'
import { listTests, type TestListing } from './list-tests.js'
import { type PlannedCell, planTest } from './plan-test.js'
import { type ReadTest, readTests } from './read-tests.js'
import type { PolicyTestCell, PolicyTestReport, PolicyTestResult } from './test-report.js'

/** Which tests are run. */
export interface PolicyTestOptions {
  /** Files of tests. @defaultValue all in the folder, its `policies/`, `services/` and `tests/` */
  readonly files?: readonly string[]
}

/**
 * Runs the tests of a policy folder, or of a policy in one file, against the files as they are now.
 * Never throws; a policy or test file with problems fails the run, as does a policy without tests.
 * Asks the policy alone: no token, engine or quota, and never the machine's clock.
 */
export const testPolicy = (source: string, { files }: PolicyTestOptions = {}): PolicyTestReport => {
  const { model, problems: ofPolicy } = readPolicy(source)
  const listing = files ? given(files) : listTests(source)
  const read = listing.files.map(readTests)
  const tests = read.flatMap((file) => file.tests)
  const ran = model ? runTests(tests, model) : { results: [], problems: [] }
  const problems = [...ofPolicy, ...listing.problems, ...read.flatMap((file) => file.problems)]
  if (listing.files.length === 0 && listing.problems.length === 0) problems.push(noTests(source))
  const cells = ran.results.flatMap((result) => result.cells)
  const failed = cells.filter(({ expected, got }) => expected !== got).length
  return {
    passed: cells.length - failed,
    failed,
    tests: ran.results,
    problems: inOrder([...problems, ...ran.problems]),
    coverage: coverageOf(model, cells),
  }
}

const given = (files: readonly string[]): TestListing => ({
  files: files.map((path) => ({ name: path, path, root: folderOf(path) })),
  problems: [],
})

const noTests = (file: string): PolicyProblem => {
  const message = 'expected tests such as invoices.test.yaml, got none'
  return { file, line: 0, column: 0, message }
}

const runTests = (tests: readonly ReadTest[], model: PolicyModel) => {
  const problems: PolicyProblem[] = []
  const results: PolicyTestResult[] = []
  const ask = createAsker(model)
  for (const test of tests) {
    const asked = askedBy(test.document, model)
    const faults = checkTest(test, asked, model)
    problems.push(...faults)
    if (faults.length > 0) continue
    const cells = planTest(test, asked).map(ask)
    results.push({ name: test.document.name, at: test.placeOf([]), cells })
  }
  return { results, problems }
}

const createAsker = (model: PolicyModel): ((cell: PlannedCell) => PolicyTestCell) => {
  const index = finish(createPolicyIndexer()(model))
  const { rulesFor, ceilingOf } = index
  const policy: Policy = { version: 1, rulesFor, ceilingOf }
  const places = new Map<string | undefined, Place>(
    model.policies.map(({ name, at }) => [name, at]),
  )
  const makeAbility = createAbilityMaker(() => ({ policy, index }))
  const abilities = new Map<AbilitySubject, PolicyAbility>()
  const abilityOf = (subject: AbilitySubject): PolicyAbility => {
    const ability = abilities.get(subject) ?? makeAbility(subject)
    abilities.set(subject, ability)
    return ability
  }
  return ({ who, subject, operation, resource, facts, expected, at }) => {
    const { allowed, rule, note } = abilityOf(subject).ask(operation, facts.resource, facts.context)
    const ruleAt = places.get(rule)
    return {
      who,
      operation,
      ...(resource !== undefined && { resource }),
      expected,
      got: allowed ? 'allow' : 'deny',
      ...(rule !== undefined && { rule }),
      ...(ruleAt && { ruleAt }),
      ...(note !== undefined && { note }),
      at,
    }
  }
}

const coverageOf = (
  model: PolicyModel | undefined,
  cells: readonly PolicyTestCell[],
): PolicyTestReport['coverage'] => {
  const rules = new Set(cells.map(({ rule }) => rule))
  const policies = model?.policies ?? []
  const never = policies.filter(({ name }) => !rules.has(name))
  return { policies: policies.length, decided: policies.length - never.length, never }
}
