import type { Curve } from '../comparison/part.js'
import type { Plot } from '../figures/draw-plot.js'
import { type ComparisonFile, machineOf } from './comparison-file.js'
import { curvesPanel } from './curves.js'
import { headingOf } from './heading.js'
import { inShort } from './in-short.js'

const title = 'The same, with more and more of something'

/** What the same costs with more of something; undefined where no curve was measured. */
export const plotGrowth = (file: ComparisonFile): Plot | undefined => {
  const curves = (file.parts['growth']?.curves ?? [])
    .map((curve) => ({
      ...curve,
      points: curve.points.filter(({ median }) => Number.isFinite(median)),
    }))
    .filter(({ points }) => points.length > 1)
  if (curves.length === 0) return undefined
  return {
    title,
    description: `Medians. ${curves.map(inWords).join(' ')} ${machineOf(file)}.`,
    spec: {
      title: headingOf(title, [
        'Medians, with quartiles as a band, and the first and the last of them below.',
        machineOf(file),
      ]),
      concat: panelsOf(curves).map(curvesPanel),
      columns: 2,
      spacing: { row: 30, column: 40 },
      resolve: { scale: { color: 'independent' } },
    },
  }
}

/** How many times as high as another a curve may be without pressing it flat. */
const mostTimes = 3

/** Curves of the same are drawn together, but for those that would make the others look flat. */
const panelsOf = (curves: readonly Curve[]): readonly (readonly Curve[])[] => {
  const kinds = [...new Set(curves.map(kindOf))]
  return kinds.flatMap((kind) => {
    const alike = curves.filter((curve) => kindOf(curve) === kind)
    const most = mostTimes * Math.min(...alike.map(highest))
    const together = alike.filter((curve) => highest(curve) <= most)
    const apart = alike.filter((curve) => !together.includes(curve))
    return [together, ...apart.map((curve) => [curve])].filter((panel) => panel.length > 0)
  })
}

const kindOf = ({ of, unit }: Curve): string => `${of}, ${unit}`

const highest = ({ points }: Curve): number => Math.max(...points.map(({ median }) => median))

const inWords = ({ name, of, unit, points }: Curve): string => {
  const texts = points.map(({ at, median }) => `${inShort(median)} at ${at}`)
  return `${name}, ${unit}, by number of ${of}: ${texts.join(', ')}.`
}
