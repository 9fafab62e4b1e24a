import { createTestIssuer } from 'm2m-testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Framework } from './api-plan.js'
import { assertAdmitted, assertRefused } from './assert-refused.js'
import { assertSameAnswer } from './assert-same-answer.js'
import { hostileCases, positiveCases } from './corpus.js'
import { type RunningTarget, startCorpusTarget } from './corpus-target.js'
import type { ConformanceCase, HostileCase, PositiveCase } from './hostile-case.js'
import { runHostileCase } from './run-hostile-case.js'
import { runScenario } from './run-scenario.js'
import { scenarios } from './scenarios/scenarios.js'
import { assertNoStrayFetch } from './stray-fetches.js'

/**
 * Tests that an adapter does in this framework what every adapter must: each scenario, and every
 * request of the corpus over a raw socket. For a second way of mounting the same version, where
 * only routing differs, the other spellings of a path will do. For a test file; the titles begin
 * with the framework.
 */
export const describeConformance = (
  framework: Framework,
  requests: 'all' | 'spellings' = 'all',
): void => {
  const isAsked = ({ threat }: ConformanceCase): boolean => requests === 'all' || threat === 31
  describe(framework.title, () => {
    describeScenarios(framework)
    describeCorpus(framework, hostileCases.filter(isAsked), positiveCases.filter(isAsked))
  })
}

const describeScenarios = (framework: Framework): void => {
  describe(`${scenarios.length} scenarios`, () => {
    it.each(named(scenarios))('shows %s', async (_id, scenario) => {
      const { seen, faults } = await runScenario(framework, scenario)
      expect(faults).toEqual([])
      expect(seen.length).toBeGreaterThan(0)
    })
  })
}

const describeCorpus = (
  framework: Framework,
  hostile: readonly HostileCase[],
  positive: readonly PositiveCase[],
): void => {
  describe('the corpus', () => {
    let target: RunningTarget
    let keys: { close(): Promise<void> }
    beforeAll(async () => {
      const issuer = await createTestIssuer()
      keys = await issuer.serve()
      target = await startCorpusTarget(framework, issuer)
    })
    afterAll(async () => {
      await target.close()
      await keys.close()
    })

    it.each(named(positive))('admits %s', async (_id, one) => {
      assertAdmitted(await runHostileCase(target, one), one)
    })

    it.each(named(hostile))('refuses %s', async (_id, one) => {
      assertRefused(await runHostileCase(target, one), one)
    })

    it('row 32: answers every invalid token with the same bytes', async () => {
      const outcomes = []
      for (const one of oneOfEachKind) outcomes.push(await runHostileCase(target, one))
      expect(outcomes.length).toBeGreaterThan(40)
      assertSameAnswer(outcomes)
    })

    it('row 5: has fetched from its issuer and nowhere else when all is over', () => {
      assertNoStrayFetch(target)
    })
  })
}

/** What forgers send, and the first two causes of each row of the threat table. */
const oneOfEachKind = hostileCases
  .filter(({ expect: { code, orUnrouted } }) => code === 'invalid_token' && !orUnrouted)
  .filter(({ threat }, index, all) => {
    const isForged = threat === 9 || threat === 32
    return isForged || all.slice(0, index).filter((one) => one.threat === threat).length < 2
  })

const named = <Case extends { readonly id: string }>(cases: readonly Case[]) =>
  cases.map((one) => [one.id, one] as const)
