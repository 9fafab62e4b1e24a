import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const examples = fileURLToPath(new URL('../../../examples/policies', import.meta.url))

/** The budgets of a tier, as `tiers.yaml` writes them. */
export const budgets = {
  /** Given back faster than calls come: what a service sees that stays well within its limit. */
  steady: '{ limit: 100000000, window: 60, burst: 100000000 }',
  /** Given back so slowly that each call leaves less, and its answer says so. */
  shrinking: '{ limit: 100000000, window: 6000, burst: 100000000 }',
} as const

/** A copy of `examples/policies` whose budgets no bench uses up. */
export const writeExamplePolicies = (budget: string): { readonly path: string; remove(): void } => {
  const path = mkdtempSync(join(tmpdir(), 'm2m-bench-'))
  cpSync(examples, path, { recursive: true })
  const tiers = join(path, 'tiers.yaml')
  const text = readFileSync(tiers, 'utf8')
  const changed = text.replaceAll(/rate: .*/g, `rate: ${budget}`)
  if (changed === text) throw new Error('expected tiers with budgets in examples/policies')
  writeFileSync(tiers, changed)
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}
