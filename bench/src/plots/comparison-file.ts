import { readFile } from 'node:fs/promises'
import type { describeRun } from '../comparison/describe-run.js'
import type { Findings, Measurement } from '../comparison/part.js'

/** What a run of the comparison wrote: parts by name, those that were not asked for left out. */
export type ComparisonFile = ReturnType<typeof describeRun> & {
  readonly parts: Readonly<Record<string, Findings>>
}

/** What the file says. Throws where it cannot be read, or is none of the comparison. */
export const readComparison = async (file: string): Promise<ComparisonFile> => {
  const found: Partial<ComparisonFile> | null = JSON.parse(await readFile(file, 'utf8'))
  if (!found?.parts || !found.machine || !found.versions) {
    throw new Error(`expected what \`npm run bench -- --json ${file}\` writes`)
  }
  return found as ComparisonFile
}

/** One figure of a part; undefined where it was not measured. */
export const measurementOf = (
  { parts }: ComparisonFile,
  part: string,
  name: string,
  unit: string,
): Measurement | undefined =>
  parts[part]?.measurements.find(
    (one) => one.name === name && one.unit === unit && Number.isFinite(one.median),
  )

/** On what it was measured: without that, figures say little. */
export const machineOf = ({ machine, settings }: ComparisonFile): string =>
  `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}` +
  `${settings.quick ? '; a quick run, of few rounds' : ''}`
