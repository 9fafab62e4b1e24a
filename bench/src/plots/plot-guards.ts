import type { Plot } from '../figures/draw-plot.js'
import { type GuardCase, guardCases, nameOf } from '../guards/guard-cases.js'
import { type Bar, barsPanel, inWords, kindsOf } from './bars.js'
import { type ComparisonFile, machineOf, measurementOf } from './comparison-file.js'
import { frameworks, frameworkTitle, guardLabel, httpPart } from './guards-of.js'
import { headingOf } from './heading.js'
import { inShort } from './in-short.js'

const title = 'CPU time of a request, by guard'

/** What a request costs with each guard, framework by framework; undefined without any figure. */
export const plotGuards = (file: ComparisonFile): Plot | undefined => {
  const blocks = frameworks.flatMap((framework) => {
    const bars = guardCases
      .filter((one) => one.framework === framework)
      .flatMap((one) => barOf(one, file))
    return bars.length === 0 ? [] : [{ title: frameworkTitle(framework, file), bars }]
  })
  if (blocks.length === 0) return undefined
  const kinds = kindsOf(blocks)
  return {
    title,
    description:
      `Medians of CPU time of the server's process per request, and how many times that of a ` +
      `server without a guard it is. ${inWords(blocks)} ${machineOf(file)}.`,
    spec: {
      title: headingOf(title, [
        'One RS256 token, sent again and again: ours and "cache" remember it, others verify it each time.',
        'Medians, with quartiles as a line. Each framework has a scale of its own.',
        machineOf(file),
      ]),
      vconcat: blocks.map((block) =>
        barsPanel({ ...block, kinds, width: 560, textWidth: 130, axis: 'µs', hasLabels: true }),
      ),
      spacing: 24,
    },
  }
}

const barOf = (one: GuardCase, file: ComparisonFile): readonly Bar[] => {
  const figure = measurementOf(file, httpPart, nameOf(one), 'CPU, µs')
  if (!figure) return []
  const times = measurementOf(file, httpPart, nameOf(one), '÷ bare')
  const text = `${inShort(figure.median)} µs${times ? `, ${inShort(times.median)} × bare` : ''}`
  return [{ label: guardLabel(one), kind: one.kind, figure, text }]
}
