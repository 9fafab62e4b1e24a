import { drawPlot, type PlotSpec } from '../figures/draw-plot.js'
import { plotColours } from '../figures/plot-theme.js'
import type { NeighbourFigures, NeighbourSecond } from './noisy-neighbour.js'

const { grey, blue, orange } = plotColours
const colours = { quiet: blue, noisy: orange }

/** The share of each service's calls that were served, second by second, as SVG. */
export const plotNeighbours = (figures: NeighbourFigures): Promise<string> =>
  drawPlot({
    title: 'Share of calls served over time',
    description:
      'Without quotas the quiet service fails with the noisy one; with quotas it does not ' +
      'notice it.',
    spec: specOf(figures),
  })

const specOf = ({ settings, seconds }: NeighbourFigures): PlotSpec => ({
  data: { values: seconds.map(pointOf) },
  facet: { column: { field: 'quotas', title: null, sort: ['without quotas', 'with quotas'] } },
  spec: {
    width: 320,
    height: 200,
    layer: [
      {
        mark: { type: 'rule', color: grey, strokeDash: [4, 4] },
        encoding: { x: { datum: settings.noiseBeginsAfterSeconds } },
      },
      {
        mark: { type: 'line', strokeWidth: 2.5, point: { size: 25, aria: false } },
        encoding: {
          x: { field: 'second', type: 'quantitative', title: 'seconds' },
          y: {
            field: 'served',
            type: 'quantitative',
            title: 'calls served, %',
            scale: { domain: [0, 100] },
          },
          color: {
            field: 'service',
            type: 'nominal',
            title: null,
            scale: { domain: Object.keys(colours), range: Object.values(colours) },
            legend: {
              labelExpr:
                `datum.label == 'quiet' ? 'quiet, ${settings.quietPerSecond}/s' : ` +
                `'noisy, ${settings.noisyPerSecond}/s'`,
            },
          },
        },
      },
    ],
  },
})

const pointOf = ({ quotas, service, second, sent, served }: NeighbourSecond) => ({
  quotas: quotas ? 'with quotas' : 'without quotas',
  service,
  second,
  served: (100 * served) / sent,
})
