import type { PlotSpec } from '../figures/draw-plot.js'
import { plotColours } from '../figures/plot-theme.js'
import type { Spread } from '../figures/spread.js'
import type { GuardCase } from '../guards/guard-cases.js'

/** A bar from zero to the median; without a figure only the text, where the bar would begin. */
export interface Bar {
  readonly label: string
  readonly kind: GuardCase['kind']
  readonly figure: Spread | undefined
  readonly text: string
}

/** One block of bars with a scale of its own. */
export interface Bars {
  readonly title: string
  readonly bars: readonly Bar[]
  /** All that the plot has: blocks which name others would not agree about colours. */
  readonly kinds: readonly Bar['kind'][]
  readonly width: number
  /** Pixels to the right of the longest bar, for its text. */
  readonly textWidth: number
  /** What is under the scale; undefined: no scale, since the texts say enough. */
  readonly axis?: string
  /** Without, they are those of the block to the left. */
  readonly hasLabels: boolean
  /** What the grey bars are. */
  readonly bareMeans?: string
}

/** Pixels for the labels of all blocks, so that blocks and their titles begin on one line. */
const labelWidth = 235

/** A part of a plot. */
export type Panel = Extract<PlotSpec, { vconcat: unknown }>['vconcat'][number]

const colours = { bare: plotColours.grey, ours: plotColours.blue, peer: plotColours.orange }

/** What the bars of all blocks say, for who cannot see them. */
export const inWords = (blocks: readonly Pick<Bars, 'title' | 'bars'>[]): string =>
  blocks
    .map(
      ({ title, bars }) => `${title}: ${bars.map((bar) => `${bar.label} ${bar.text}`).join('; ')}.`,
    )
    .join(' ')

/** The kinds of all blocks of a plot, in their order. */
export const kindsOf = (blocks: readonly Pick<Bars, 'bars'>[]): readonly Bar['kind'][] =>
  (['bare', 'ours', 'peer'] as const).filter((kind) =>
    blocks.some(({ bars }) => bars.some((bar) => bar.kind === kind)),
  )

/** Horizontal bars with their quartiles as a thin line. */
export const barsPanel = ({
  title,
  bars,
  kinds,
  width,
  textWidth,
  axis,
  hasLabels,
  bareMeans = 'no guard',
}: Bars): Panel => {
  const figures = bars.flatMap(({ figure }) => figure ?? [])
  // Zero belongs to it always; what is below zero is noise, and is shown all the same.
  const least = Math.min(0, ...figures.map(({ low, median }) => Math.min(low, median)))
  const most = Math.max(0, ...figures.map(({ high, median }) => Math.max(high, median))) || 1
  const domain = [least, least + ((most - least) * width) / (width - textWidth)]
  const scale = { domain, nice: false }
  const x = { type: 'quantitative' as const, scale }
  const names = { bare: bareMeans, ours: 'ours', peer: 'peers' }
  return {
    title: {
      text: title,
      anchor: 'start',
      frame: 'group',
      ...(axis === undefined && { fontSize: 11 }),
    },
    width,
    height: { step: 22 },
    data: { values: bars.map((bar) => ({ ...rowOf(bar), kind: names[bar.kind] })) },
    encoding: {
      y: {
        field: 'label',
        type: 'nominal',
        // Said, since what has no figure would else come last.
        scale: { domain: bars.map(({ label }) => label) },
        title: null,
        axis: hasLabels
          ? { labelLimit: 0, ticks: false, domain: false, labelPadding: 8, minExtent: labelWidth }
          : { labels: false, ticks: false, domain: false },
      },
      color: {
        field: 'kind',
        type: 'nominal',
        title: null,
        scale: {
          domain: kinds.map((kind) => names[kind]),
          range: kinds.map((kind) => colours[kind]),
        },
      },
    },
    layer: [
      {
        // Paler than the quartiles, which lie upon it.
        mark: { type: 'bar', opacity: 0.5, height: 14 },
        encoding: {
          x: {
            ...x,
            field: 'median',
            title: axis ?? null,
            axis: axis === undefined ? null : { tickCount: 5 },
          },
        },
      },
      {
        mark: { type: 'rule', strokeWidth: 2 },
        encoding: { x: { ...x, field: 'low' }, x2: { field: 'high' } },
      },
      {
        mark: { type: 'text', align: 'left', dx: 6, color: plotColours.grey },
        encoding: {
          x: { ...x, field: 'end' },
          text: { field: 'text' },
          color: { value: plotColours.grey },
        },
      },
    ],
  }
}

const rowOf = ({ label, figure, text }: Bar) => ({
  label,
  text,
  ...(figure && { median: figure.median, low: figure.low, high: figure.high }),
  end: figure ? Math.max(0, figure.median, figure.high) : 0,
})
