import type { AuditRecord } from '../audit/audit-record.js'
import { printable } from '../errors/quote.js'
import type { Principal } from '../principal/identify.js'

type ServiceFacts = NonNullable<AuditRecord['service']>

/** What records say of a service; the same object for all records of one token. */
export const createServiceFacts = (): ((principal: Principal) => ServiceFacts) => {
  const known = new WeakMap<Principal, ServiceFacts>()
  return (principal) => {
    const facts = known.get(principal) ?? serviceOf(principal)
    known.set(principal, facts)
    return facts
  }
}

const serviceOf = ({ id, issuer, clientId, tier, evidence, token }: Principal): ServiceFacts =>
  Object.freeze({
    id: printable(id, 256),
    issuer: printable(issuer, 256),
    clientId: printable(clientId, 256),
    evidence: printable(evidence, 512),
    ...(tier !== undefined && { tier: printable(tier, 256) }),
    ...(token.jti !== undefined && { tokenId: printable(token.jti, 128) }),
  })
