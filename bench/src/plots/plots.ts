import { writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { drawPlot, type Plot } from '../figures/draw-plot.js'
import { type ComparisonFile, readComparison } from './comparison-file.js'
import { unknownGuards } from './guards-of.js'
import { plotCalls } from './plot-calls.js'
import { plotGrowth } from './plot-growth.js'
import { plotGuards } from './plot-guards.js'
import { plotTokens } from './plot-tokens.js'

const usual = fileURLToPath(new URL('../../../docs/benchmarks/comparison.json', import.meta.url))

const plots: ReadonlyMap<string, (file: ComparisonFile) => Plot | undefined> = new Map([
  ['guards.svg', plotGuards],
  ['tokens.svg', plotTokens],
  ['growth.svg', plotGrowth],
  ['calls.svg', plotCalls],
])

/** Draws a file of the comparison, and puts the plots beside it; answers whether there were any. */
export const runPlots = async (args: readonly string[]): Promise<boolean> => {
  const [file = usual, ...more] = args
  if (more.length > 0 || file.startsWith('-')) {
    console.error(`expected the file of a comparison, or nothing, got ${args.join(' ')}`)
    return false
  }
  const comparison = await readComparison(file).catch((fault: unknown) => {
    console.error(`${file}: ${fault instanceof Error ? fault.message : fault}`)
    return undefined
  })
  return comparison !== undefined && drawAll(comparison, dirname(file))
}

const drawAll = async (comparison: ComparisonFile, folder: string): Promise<boolean> => {
  for (const name of unknownGuards(comparison)) {
    console.log(`left out: ${name}: the comparison knows no guard of that name`)
  }
  let drawn = 0
  for (const [name, plotOf] of plots) {
    const plot = plotOf(comparison)
    if (!plot) {
      console.log(`left out: ${name}: the file has no figures for it`)
      continue
    }
    const path = join(folder, name)
    await writeFile(path, await drawPlot(plot))
    console.log(relative(process.cwd(), path))
    drawn += 1
  }
  return drawn > 0
}
