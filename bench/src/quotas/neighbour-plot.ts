import { parse, View } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'
import type { NeighbourFigures, NeighbourSecond } from './noisy-neighbour.js'

/** Contrast of at least 4 on white and on the dark of code hosts. */
const grey = '#777777'
const colours = { quiet: '#2f81f7', noisy: '#d9730d' }

/** The share of each service's calls that were served, second by second, as SVG for any background. */
export const plotNeighbours = async (figures: NeighbourFigures): Promise<string> => {
  const view = new View(parse(compile(specOf(figures)).spec), { renderer: 'none' })
  return `${await view.toSVG()}\n`
}

const specOf = ({ settings, seconds }: NeighbourFigures): TopLevelSpec => ({
  $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
  description:
    'Share of calls served over time. Without quotas the quiet service fails with the noisy one; ' +
    'with quotas it does not notice it.',
  background: 'transparent',
  config: {
    font: 'system-ui, sans-serif',
    view: { stroke: null },
    axis: {
      labelColor: grey,
      titleColor: grey,
      domainColor: grey,
      tickColor: grey,
      gridColor: grey,
      gridOpacity: 0.25,
    },
    header: { labelColor: grey, labelFontSize: 13, labelFontWeight: 'bold' },
    legend: { labelColor: grey, titleColor: grey, orient: 'bottom' },
  },
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
