import { parse, View } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'
import { plotTheme } from './plot-theme.js'

/** What is drawn, without what all plots have in common. */
export type PlotSpec = TopLevelSpec

/** A plot, and the same in words for those who do not see it. */
export interface Plot {
  readonly title: string
  readonly description: string
  readonly spec: PlotSpec
}

/** The plot as SVG for any background; the same plot always gives the same text. */
export const drawPlot = async ({ title, description, spec }: Plot): Promise<string> => {
  const whole: TopLevelSpec = {
    ...spec,
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: 'transparent',
    config: plotTheme,
  }
  const view = new View(parse(compile(whole).spec), { renderer: 'none' })
  const svg = await view.toSVG()
  view.finalize()
  // Vega keeps descriptions for pages that it draws in itself, and out of what it gives as text.
  const words = `<title>${escaped(title)}</title><desc>${escaped(description)}</desc>`
  const spoken = svg.replace(/^<svg ([^>]*)>/, (_, rest) => `<svg role="img" ${rest}>${words}`)
  return `${spoken}\n`
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
