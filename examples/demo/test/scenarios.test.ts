import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type Answer, isExpected } from '../src/call-api.js'
import { frameworkNames } from '../src/frameworks.js'
import { startReport } from '../src/report.js'
import { type Expected, themes } from '../src/scenarios.js'

const scenarios = themes.flatMap((theme) => theme.scenarios)
const widest = 120

/** The answer that was expected; a refusal with that many characters of detail. */
const answerTo = (expected: Expected, detail: number): Answer => ({
  ...('by' in expected
    ? { status: expected.status, by: expected.by }
    : {
        status: expected.status,
        code: expected.code,
        detail: 'x'.repeat(detail),
        ...(expected.retryAfter && { retryAfter: 30 }),
      }),
  ...(expected.quota && {
    rateLimit: `"service";r=${expected.quota.left ?? 599};t=3600`,
    rateLimitPolicy: expected.quota.policy,
  }),
})

describe('what is expected of a budget', () => {
  const quota = { policy: '"service";q=60;w=3600', left: 1 }
  const expected: Expected = { status: 202, by: 'webhook', quota }
  const answer: Answer = {
    status: 202,
    by: 'webhook',
    rateLimit: '"service";r=1;t=240',
    rateLimitPolicy: quota.policy,
  }

  it('is met by headers that say so', () => {
    expect(isExpected(answer, expected)).toBe(true)
    const { left, ...any } = quota
    expect(
      isExpected({ ...answer, rateLimit: '"service";r=7;t=1' }, { ...expected, quota: any }),
    ).toBe(true)
  })

  it.each<[string, Partial<Answer>]>([
    ['no RateLimit', { rateLimit: undefined as never }],
    ['another number of calls', { rateLimit: '"service";r=2;t=240' }],
    ['no time', { rateLimit: '"service";r=1' }],
    ['the budget of something else', { rateLimit: '"events:publish";r=1;t=240' }],
    ['no RateLimit-Policy', { rateLimitPolicy: undefined as never }],
    ['another policy', { rateLimitPolicy: '"service";q=600;w=60' }],
  ])('is not met by %s', (_what, changes) => {
    expect(isExpected({ ...answer, ...changes }, expected)).toBe(false)
  })

  it('is said of a partner that hits its limit, and of a service that does not', () => {
    const charged = scenarios.filter((scenario) => scenario.expected.quota)
    expect(
      charged.map(({ caller, expected: { status } }) => [caller.split(',')[0], status]),
    ).toEqual([
      ['webhook', 202],
      ['webhook', 202],
      ['webhook', 429],
      ['billing', 200],
    ])
  })
})

describe('the table of the demo', () => {
  it('fits a terminal of 120 columns, however long a detail is', () => {
    const lines: string[] = []
    const report = startReport(themes, (line) => lines.push(line))
    for (const theme of themes) report.theme(theme)
    let rows = 0
    for (const scenario of scenarios) {
      for (let detail = 1; detail < 50; detail += 1) {
        report.row(scenarios.length, scenario, answerTo(scenario.expected, detail))
        rows += 1
      }
    }
    expect([report.passed, report.failed]).toEqual([rows, 0])
    expect(lines.filter((line) => line.length > widest)).toEqual([])
    expect(Math.max(...lines.map((line) => line.length))).toBe(widest)
  })

  it('has as many rows as the README says', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
    const each = scenarios.length
    const all = each * frameworkNames.length
    expect(readme).toContain(`a closing line, \`${each} passed, 0 failed\``)
    expect(readme).toContain(
      `${frameworkNames.map((name) => `${name} ${each}`).join(', ')}\n${all} passed, 0 failed\n`,
    )
  })
})
