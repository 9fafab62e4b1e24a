import { quote } from '../errors/quote.js'
import type { ClaimSources } from '../principal/identify.js'
import type { Profile } from '../principal/profile.js'
import type { At } from './check-keys.js'
import type { Problems } from './problems.js'
import { textsOf } from './texts-of.js'

/** Where an issuer's claims about services stand: what is configured, else what its profile says. */
export const readClaimSources = (
  options: Readonly<Record<string, unknown>>,
  profile: Profile,
  at: At,
  problems: Problems,
): ClaimSources => {
  const { grantsFrom, scopePrefix, allowedOpsFrom, claimPrefix } = options
  const grants = grantsFrom === undefined ? profile.grantsFrom : textsOf(grantsFrom)
  const isList = Array.isArray(grantsFrom) || grantsFrom === undefined
  problems.expect(isList && grants !== undefined, at('grantsFrom'), 'a list of claims', grantsFrom)
  const text = (name: string, value: unknown): string | undefined => {
    const isText = value === undefined || (typeof value === 'string' && value !== '')
    return problems.expect(isText, at(name), 'a text', value) ? (value as string) : undefined
  }
  const isPrefix = claimPrefix === undefined || typeof claimPrefix === 'string'
  problems.expect(isPrefix, at('claimPrefix'), 'a text', claimPrefix)
  const prefix = isPrefix ? ((claimPrefix as string | undefined) ?? profile.claimPrefix) : ''
  const named = text('allowedOpsFrom', allowedOpsFrom)
  const allowedOps = named ?? `${prefix}allowed_ops`
  const namesBoth = named !== undefined && grantsFrom !== undefined
  if (!namesBoth && grants?.includes(allowedOps)) {
    const [name, other] =
      named === undefined ? ['grantsFrom', 'allowedOpsFrom'] : ['allowedOpsFrom', 'grantsFrom']
    const message = `${quote(allowedOps)} would grant scopes and operations; name it in ${other} too if it is to`
    problems.add('M2M_CFG_OPTION_INVALID', at(name), message)
  }
  return {
    grants: grants ?? [],
    scopePrefix: text('scopePrefix', scopePrefix),
    allowedOps,
    prefix,
  }
}
