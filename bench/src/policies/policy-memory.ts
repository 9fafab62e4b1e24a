import { loadPolicy, type PolicyDocuments } from 'm2m-policy'
import { collectGarbage } from '../figures/collect-garbage.js'
import type { TokenMint } from '../floods/token-mint.js'
import { createPolicyWorld } from './policy-world.js'

/** KiB in use for each service, after collecting garbage. */
export interface PolicyMemory {
  /** By the policy alone, of which nobody asked anything. */
  readonly loaded: number
  /** With an M2M that each service has called once. */
  readonly asked: number
}

/** Compares the heap before and after; run once before for what is made only once. */
export const measurePolicyMemory = async (
  mint: TokenMint,
  source: string | PolicyDocuments,
  services: number,
  operation: string,
): Promise<PolicyMemory> => {
  const before = await heapInUse()
  const policy = loadPolicy(source)
  const loaded = await heapInUse()
  const world = await createPolicyWorld(mint, policy)
  for (let index = 0; index < services; index += 1) await world.enter(index, operation)
  const asked = await heapInUse()
  // Still in use after it was measured.
  await world.m2m.close()
  if (policy.version !== 1) throw new Error('expected nothing to change meanwhile')
  const each = (bytes: number): number => (bytes - before) / 1024 / services
  return { loaded: each(loaded), asked: each(asked) }
}

const heapInUse = async (): Promise<number> => {
  await collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
