import type { M2MOptions } from '../options/options.js'
import type { Problems } from '../options/problems.js'
import { placementNames, readOptions } from '../options/read-options.js'
import { assembleM2M } from './create-m2m.js'
import type { M2M } from './m2m.js'

/** An M2M made before, or the options to make one. */
export type M2MOrOptions = M2MOptions | { readonly m2m: M2M }

/** Checks what a guard was given; the answer is called once all problems are known to be none. */
export const readM2M = (given: M2MOrOptions, problems: Problems): (() => M2M) => {
  if (!('m2m' in given)) {
    const settings = readOptions(given, problems)
    return () => assembleM2M(settings)
  }
  const { m2m } = given
  const isM2M = [m2m?.authenticate, m2m?.authorize, m2m?.authorizeScope, m2m?.rejectService].every(
    (method) => typeof method === 'function',
  )
  const hint = m2m === undefined ? ' (is it used before it is made?)' : ''
  problems.expect(isM2M, 'm2m', `what createM2M() returns${hint}`, m2m)
  problems.unknown(given, ['m2m'], '', placementNames)
  return () => m2m
}
