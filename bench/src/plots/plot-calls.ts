import { warmNames } from '../calls/warm-cases.js'
import { microsOfCpu } from '../figures/cpu-time.js'
import type { Plot } from '../figures/draw-plot.js'
import { type Bar, barsPanel, inWords, kindsOf } from './bars.js'
import { type ComparisonFile, machineOf, measurementOf } from './comparison-file.js'
import { headingOf } from './heading.js'
import { inShort } from './in-short.js'

const title = 'CPU time of a warm call, without HTTP'

/** What calls cost for tokens that were met before; undefined without any figure. */
export const plotCalls = (file: ComparisonFile): Plot | undefined => {
  const blocks = [900, 2200]
    .map((length) => ({
      title: `Tokens of ${length} characters`,
      bars: barsOf(length, file),
    }))
    .filter(({ bars }) => bars.length > 0)
  if (blocks.length === 0) return undefined
  const kinds = kindsOf(blocks)
  return {
    title,
    description: `Medians in microseconds. ${inWords(blocks)} ${machineOf(file)}.`,
    spec: {
      title: headingOf(title, [
        'Medians, with quartiles as a line. fast-jwt knows no scope, quota or operation.',
        machineOf(file),
      ]),
      vconcat: blocks.map((block) =>
        barsPanel({
          ...block,
          kinds,
          width: 440,
          textWidth: 60,
          axis: 'µs',
          hasLabels: true,
          bareMeans: 'the least possible',
        }),
      ),
      spacing: 24,
    },
  }
}

const barsOf = (length: number, file: ComparisonFile): readonly Bar[] => {
  const { floor, token, whole, fastJwt } = warmNames(length)
  const bar = (name: string, label: string, kind: Bar['kind']): readonly Bar[] => {
    const figure = measurementOf(file, 'in-process', name, microsOfCpu)
    return figure ? [{ label, kind, figure, text: `${inShort(figure.median)} µs` }] : []
  }
  return [
    ...bar(floor, 'SHA-256 of the token alone', 'bare'),
    ...bar(token, 'm2m-core, token', 'ours'),
    ...bar(whole, 'm2m-core, token, scope, quota, operation', 'ours'),
    ...bar(fastJwt, 'fast-jwt, token, from its cache', 'peer'),
  ]
}
