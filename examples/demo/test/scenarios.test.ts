import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Answer } from '../src/call-api.js'
import { frameworkNames } from '../src/frameworks.js'
import { startReport } from '../src/report.js'
import { type Expected, themes } from '../src/scenarios.js'

const scenarios = themes.flatMap((theme) => theme.scenarios)
const widest = 120

/** The answer that was expected; a refusal with that many characters of detail. */
const answerTo = (expected: Expected, detail: number): Answer =>
  'by' in expected
    ? expected
    : {
        status: expected.status,
        code: expected.code,
        detail: 'x'.repeat(detail),
        ...(expected.retryAfter && { retryAfter: 30 }),
      }

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
