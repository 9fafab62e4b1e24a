import type { M2M, M2MRequest } from 'm2m-core'
import { requiredScope } from './material.js'
import type { Mutant } from './mutant.js'
import type { Target, Way } from './target.js'

/** The guard as a function: `m2m.authenticate` on requests as Node's parser would hand them over. */
export const inProcess: Way = { name: 'in process', open: (m2m) => openInProcess(m2m) }

const openInProcess = (m2m: M2M): Target => ({
  name: inProcess.name,
  delivered: (mutant) => mutant,
  ask: async (mutant) => {
    const request = requestOf(mutant)
    const startedAt = performance.now()
    const verdict = await m2m.authenticate(request, { requiredScope })
    const millis = performance.now() - startedAt
    return { status: verdict.admitted ? 200 : verdict.reply.status, millis }
  },
  patience: 100,
  close: () => m2m.close(),
})

/** As Node does it: lower-case names, the first `Authorization` only, all lines in `rawHeaders`. */
const requestOf = ({ lines, query }: Mutant): M2MRequest => {
  const headers: Record<string, string> = Object.create(null)
  for (const [name, value] of lines) {
    const key = name.toLowerCase()
    const before = headers[key]
    if (before === undefined) headers[key] = value
    else if (key !== 'authorization') headers[key] = `${before}, ${value}`
  }
  const url = query === undefined ? '/guarded' : `/guarded?${query}`
  return { method: 'GET', url, headers, rawHeaders: lines.flat() }
}
