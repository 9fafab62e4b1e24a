import { createM2M, type M2MOptions, type ServicePrincipal } from 'm2m-core'
import { createTestIssuer, type KeySet, type SigningAlgorithm } from 'm2m-testkit'
import type { TokenExample } from './read-sections.js'

/**
 * Signs an example, header and claims as they stand, and presents it to a guard with these options.
 * Nothing is changed in them but that the keys are at hand, and that the token is a second old.
 */
export const askGuard = async (
  options: M2MOptions,
  { header, claims }: TokenExample,
): Promise<Pick<TokenExample, 'service' | 'refused'>> => {
  const signer = await createTestIssuer({ algorithm: header['alg'] as SigningAlgorithm })
  const token = await signer.sign({ header: { typ: undefined, ...header }, claims })
  const m2m = createM2M({
    ...withKeys(options, signer.jwks()),
    audit: { sinks: [] },
    clock: { now: () => (claims.iat + 1) * 1000, monotonic: () => 0 },
  })
  const request = { headers: { authorization: `Bearer ${token}` } }
  const verdict = await m2m.authenticate(request, { requiredScope: 's2s:internal' })
  await m2m.close()
  return verdict.admitted ? { service: shown(verdict.service) } : { refused: verdict.code }
}

const withKeys = (options: M2MOptions, jwks: KeySet): M2MOptions => {
  const give = <T extends { readonly jwksUri?: string }>({ jwksUri: _, ...issuer }: T) => ({
    ...issuer,
    jwks,
  })
  const { issuers } = options
  return issuers ? { ...options, issuers: issuers.map(give) } : give(options)
}

/** What the page shows of a service; what it has not is left out there. */
const shown = ({ id, tier, scopes, allowedOps, rateLimit }: ServicePrincipal) =>
  JSON.parse(JSON.stringify({ id, tier, scopes, allowedOps, rateLimit }))
