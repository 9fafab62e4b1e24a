import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { describeRun } from './describe-run.js'
import type { Findings } from './part.js'
import { parts } from './parts.js'
import { printFindings } from './print-findings.js'
import { isMet, printTargets } from './print-targets.js'
import { type ComparisonOptions, readOptions } from './read-options.js'

/** Our guards and their peers; answers whether the targets that count were met. */
export const runComparison = async (args: readonly string[]): Promise<boolean> => {
  const options = readOptions(args)
  if (!options) return false
  // Before anything is measured: a folder that cannot be made would lose it all.
  if (options.json !== undefined) await mkdir(dirname(options.json), { recursive: true })
  const run = describeRun(options)
  const { cpu, cores, node } = run.machine
  console.log(`${cpu}, ${cores} cores, Node ${node}\n`)
  const findings = await findAll(options)
  if (findings.size === 0) {
    const names = parts.map(({ name }) => name).join(', ')
    console.error(`no part and no case has "${options.only}" in its name; the parts are: ${names}`)
    return false
  }
  if (options.json !== undefined) {
    const all = { ...run, parts: Object.fromEntries(findings) }
    await writeFile(options.json, `${JSON.stringify(all, null, 1)}\n`)
  }
  return judge([...findings.values()], options)
}

/** What each part found, by its name; nothing of parts that have nothing that is asked for. */
const findAll = async (options: ComparisonOptions): Promise<ReadonlyMap<string, Findings>> => {
  const { isQuick, only } = options
  const findings = new Map<string, Findings>()
  for (const part of parts) {
    const isNamed = only !== undefined && part.name.includes(only)
    const startedAt = performance.now()
    console.log(part.name)
    const found = await part.run({ isQuick, only: isNamed ? undefined : only })
    if (found.measurements.length + found.curves.length + found.targets.length === 0) continue
    findings.set(part.name, found)
    console.log(`  in ${Math.round((performance.now() - startedAt) / 1000)} s\n`)
    printFindings(found)
  }
  return findings
}

/** Says of every target whether it was met; the last line counts those that matter to the caller. */
const judge = (
  findings: readonly Findings[],
  { areRelationsEnough }: ComparisonOptions,
): boolean => {
  const targets = findings.flatMap((one) => one.targets)
  if (targets.length > 0) printTargets(targets)
  const counted = targets.filter(({ isRelation }) => isRelation || !areRelationsEnough)
  const met = counted.filter(isMet).length
  if (areRelationsEnough) console.log('of the relations:')
  console.log(`${met} met, ${counted.length - met} missed`)
  // With nothing to judge by, nothing was shown.
  return counted.length > 0 && met === counted.length
}
