import type { Curve } from '../comparison/part.js'
import { plotColours } from '../figures/plot-theme.js'
import type { Panel } from './bars.js'
import { inShort } from './in-short.js'

const { grey, blue, purple, green, orange } = plotColours

/** Curves of the same unit over a logarithmic scale, from zero. */
export const curvesPanel = (curves: readonly Curve[]): Panel => {
  const [first] = curves
  const isBare = ({ name }: Curve): boolean => /\bbare$/.test(name)
  const others = curves.filter((curve) => !isBare(curve))
  const colourOf = (curve: Curve): string =>
    isBare(curve) ? grey : ([blue, purple, green][others.indexOf(curve)] ?? orange)
  const counts = [...new Set(curves.flatMap(({ points }) => points.map(({ at }) => at)))]
  return {
    width: 320,
    height: 170,
    data: {
      values: curves.flatMap((curve) =>
        curve.points.map((point) => ({ ...point, curve: labelOf(curve) })),
      ),
    },
    encoding: {
      x: {
        field: 'at',
        type: 'quantitative',
        title: first?.of ?? null,
        scale: { type: 'log' },
        axis: { values: counts, format: '~s', grid: false },
      },
      color: {
        field: 'curve',
        type: 'nominal',
        title: null,
        scale: { domain: curves.map(labelOf), range: curves.map(colourOf) },
        legend: {
          direction: 'vertical',
          symbolType: 'stroke',
          symbolStrokeWidth: 2.5,
          symbolOpacity: 1,
        },
      },
    },
    layer: [
      {
        mark: { type: 'area', opacity: 0.25 },
        encoding: {
          y: { field: 'low', type: 'quantitative', title: first?.unit ?? null },
          y2: { field: 'high' },
        },
      },
      {
        mark: { type: 'line', strokeWidth: 2, point: { size: 25, aria: false } },
        encoding: { y: { field: 'median', type: 'quantitative', scale: { zero: true } } },
      },
    ],
  }
}

const labelOf = ({ name, points }: Curve): string => {
  const shown = (at: number): string => inShort(points.at(at)?.median ?? Number.NaN)
  return `${name}: ${shown(0)} → ${shown(-1)}`
}
