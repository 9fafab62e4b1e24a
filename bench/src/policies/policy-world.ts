import { createM2M, type M2M, type ServicePrincipal } from 'm2m-core'
import type { PolicyStore } from 'm2m-policy'
import { expectAdmitted } from '../calls/expect-verdict.js'
import type { TokenMint } from '../floods/token-mint.js'
import { bareOperation, idOf } from './policy-documents.js'

/** An M2M that decides by a policy, and requests of its services. */
export interface PolicyWorld {
  readonly m2m: M2M
  /** Verifies a token of a service, and asks for it once. */
  enter(index: number, operation?: string): Promise<ServicePrincipal>
}

/** Builds the M2M of an API that only registered services may call. */
export const createPolicyWorld = async (
  { mint, issuer, audience, jwks }: TokenMint,
  policy: PolicyStore,
): Promise<PolicyWorld> => {
  const m2m = createM2M({
    ...{ issuer, audience, jwks, policy },
    requireRegistered: true,
    audit: { sinks: [] },
  })
  await m2m.ready()
  return {
    m2m,
    enter: async (index, operation = bareOperation) => {
      const token = mint({ claims: { sub: idOf(index), client_id: idOf(index) } })
      const verdict = await m2m.authenticate({ headers: { authorization: `Bearer ${token}` } })
      const { service } = expectAdmitted(verdict)
      expectAdmitted(m2m.authorize(service, operation))
      return service
    },
  }
}
