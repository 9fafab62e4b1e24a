import type { HostileCase, PositiveCase } from './hostile-case.js'
import { readHostileCases, readPositiveCases } from './read-cases.js'

/** Requests that must be refused, each one change away from a request that is admitted. */
export const hostileCases: readonly HostileCase[] = readHostileCases()

/** Requests that must be admitted although they look unusual. */
export const positiveCases: readonly PositiveCase[] = readPositiveCases()
