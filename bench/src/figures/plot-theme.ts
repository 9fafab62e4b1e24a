import type { Config } from 'vega-lite'

/**
 * Readable on white and on the dark of code hosts. Texts are grey: its contrast is above 4 on both.
 * That of the others is above 3, which is what shapes need.
 */
export const plotColours = {
  grey: '#777777',
  blue: '#2f81f7',
  orange: '#d9730d',
  purple: '#a15ee8',
  green: '#1f9148',
} as const

const { grey } = plotColours

/** What all plots look like. Fonts are those of the reader. */
export const plotTheme: Config = {
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
  title: { color: grey, subtitleColor: grey, fontSize: 13, subtitlePadding: 6 },
  text: { color: grey },
  legend: { labelColor: grey, titleColor: grey, orient: 'bottom', labelLimit: 0 },
}
