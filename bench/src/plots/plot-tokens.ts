import type { Plot } from '../figures/draw-plot.js'
import { type GuardCase, guardCases, nameOf } from '../guards/guard-cases.js'
import {
  otherTokens,
  reasonAgainst,
  type TokenScenario,
  usualTokens,
} from '../guards/token-scenarios.js'
import { type Bar, barsPanel, kindsOf } from './bars.js'
import { type ComparisonFile, machineOf, measurementOf } from './comparison-file.js'
import { frameworks, frameworkTitle, guardLabel, httpPart } from './guards-of.js'
import { headingOf } from './heading.js'
import { inShort } from './in-short.js'

const title = 'What a guard adds to a request, by token'

/** What guards add for tokens of each kind; undefined where only the usual one was measured. */
export const plotTokens = (file: ComparisonFile): Plot | undefined => {
  const guards = guardCases.filter(({ kind, isForAllTokens }) => kind !== 'bare' && isForAllTokens)
  const measured = (one: GuardCase, scenario: TokenScenario): boolean =>
    figureOf(one, scenario, file) !== undefined
  const others = otherTokens.filter((scenario) => guards.some((one) => measured(one, scenario)))
  if (others.length === 0) return undefined
  const scenarios = [usualTokens, ...others]
  const rows = frameworks
    .map((framework) => ({
      title: frameworkTitle(framework, file),
      guards: guards.filter(
        (one) => one.framework === framework && others.some((scenario) => measured(one, scenario)),
      ),
    }))
    .filter((row) => row.guards.length > 0)
    .map((row) => ({
      title: row.title,
      cells: scenarios.map((scenario) => ({
        title: titleOf(scenario),
        bars: row.guards.map((one) => barOf(one, scenario, file)),
      })),
    }))
  const kinds = kindsOf(rows.flatMap(({ cells }) => cells))
  return {
    title,
    description:
      'Medians of the CPU time per request beyond that of a server without a guard, in ' +
      'microseconds. ' +
      `${rows.map(inWords).join(' ')} ${machineOf(file)}.`,
    spec: {
      title: headingOf(title, [
        'µs of CPU time beyond a server without a guard: medians, with quartiles as a line.',
        `Each field has a scale of its own. ${machineOf(file)}`,
      ]),
      vconcat: rows.map((row) => ({
        title: { text: row.title, anchor: 'start' },
        spacing: 12,
        hconcat: row.cells.map((cell, index) =>
          barsPanel({ ...cell, kinds, width: 102, textWidth: 44, hasLabels: index === 0 }),
        ),
      })),
      spacing: 24,
    },
  }
}

const figureOf = (one: GuardCase, { suffix }: TokenScenario, file: ComparisonFile) =>
  measurementOf(file, httpPart, `${nameOf(one)}${suffix}`, '− bare, µs')

const barOf = (one: GuardCase, scenario: TokenScenario, file: ComparisonFile): Bar => {
  const figure = figureOf(one, scenario, file)
  const without = reasonAgainst(one, scenario) === undefined ? 'not measured' : 'cannot'
  return {
    label: guardLabel(one),
    kind: one.kind,
    figure,
    text: figure ? inShort(figure.median) : without,
  }
}

/** What is unlike the usual tokens. */
const titleOf = ({ suffix }: TokenScenario): string =>
  suffix === '' ? 'one token' : suffix.replace(/^, /, '')

interface Row {
  readonly title: string
  readonly cells: readonly { readonly title: string; readonly bars: readonly Bar[] }[]
}

const inWords = ({ title: framework, cells }: Row): string => {
  const texts = cells.map(
    (cell) => `${cell.title}: ${cell.bars.map((bar) => `${bar.label} ${bar.text}`).join(', ')}`,
  )
  return `${framework}, ${texts.join('; ')}.`
}
